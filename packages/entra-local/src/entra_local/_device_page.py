"""Lets a person approve what a device without a browser has asked for."""
