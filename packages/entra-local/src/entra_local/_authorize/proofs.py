"""Lets a person prove more: a second factor, an authentication context."""
