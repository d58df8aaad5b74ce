"""Gives things of the directory the shape of Microsoft Graph's JSON."""
