"""Holds the directory file, `entra-double.toml`, and what reads and writes it."""
