"""Writes a directory as a directory file."""
