"""Serves a directory until it is interrupted."""
