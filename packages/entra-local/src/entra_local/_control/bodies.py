"""Reads what a request to the control interface says."""
