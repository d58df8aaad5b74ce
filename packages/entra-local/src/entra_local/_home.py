"""Gathers what the home page shows."""
