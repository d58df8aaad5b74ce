"""Calls the application without a socket."""
