"""Answers about granted scopes."""
