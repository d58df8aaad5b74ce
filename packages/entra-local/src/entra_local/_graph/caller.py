"""Finds out who calls Microsoft Graph, and refuses what they have no permission for."""
