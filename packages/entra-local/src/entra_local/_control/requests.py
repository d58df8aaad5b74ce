"""Tells what has been asked of the service."""
