"""Gives an application a token of its own."""
