"""Holds the directory file, `entra-local.toml`, and what reads and writes it."""
