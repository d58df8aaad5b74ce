"""Cuts answers into pages, and applies what a query asks for."""
