"""Moves the clock, and sets how long tokens live."""
