"""Finds out why a client does not reach a server, and says what to do."""
