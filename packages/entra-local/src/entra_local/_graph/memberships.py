"""Answers about who is a member of what."""
