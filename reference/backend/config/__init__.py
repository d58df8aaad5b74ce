"""Logbook's settings, addresses and server entry."""
