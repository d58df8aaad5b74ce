"""The client for browsers."""
