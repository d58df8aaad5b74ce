"""Finds the line of every table and key in a TOML text."""
