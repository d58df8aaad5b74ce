"""Lists the people of a running server."""
