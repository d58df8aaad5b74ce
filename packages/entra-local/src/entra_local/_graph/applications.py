"""Answers about applications, and registers them."""
