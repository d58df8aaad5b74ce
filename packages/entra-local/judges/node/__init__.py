"""Judges for Node."""
