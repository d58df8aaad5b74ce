"""Gives pytest its fixtures: entra, entra_server, entra_token, entra_forgery, and one marker."""
