"""Lets only those at the control interface who may be there."""
