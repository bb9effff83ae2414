"""The decisions: values in, values out. Imports the standard library only and does no I/O."""
