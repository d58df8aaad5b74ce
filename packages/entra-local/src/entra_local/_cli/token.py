"""Prints a token of a running server."""
