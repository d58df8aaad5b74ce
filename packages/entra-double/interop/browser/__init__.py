"""The client that lives in a browser."""
