"""Answers about people, groups and the organisation."""
