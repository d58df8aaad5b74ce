"""Clients for Node."""
