"""Rows to values: the database and the data folder. Every write is one transaction of a caller in `service`."""
