"""Turns the things of a directory into JSON and back."""
