"""Bytes to values: reads a mail as it came off the wire. Pure functions, run in killable workers."""
