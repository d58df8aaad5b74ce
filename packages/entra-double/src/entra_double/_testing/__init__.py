"""Serves tests: the control interface, forgeries, outages, the application in process and in a thread."""
