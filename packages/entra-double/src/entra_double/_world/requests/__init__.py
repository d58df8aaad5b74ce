"""Finds what a request names, and decides what its client may have."""
