"""Keeps the directory in an SQLite file when asked to."""
