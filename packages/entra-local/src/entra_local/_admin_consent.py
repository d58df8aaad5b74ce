"""Lets an administrator consent for everybody."""
