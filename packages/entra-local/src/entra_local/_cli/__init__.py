"""Holds the command line; each command is a module."""
