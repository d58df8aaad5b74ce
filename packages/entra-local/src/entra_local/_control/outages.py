"""Begins and ends outages."""
