"""Reads a directory file into a directory, or says what is wrong in which line."""
