"""Logbook's settings, URLs and ASGI application."""
