"""Writes a directory file to begin with."""
