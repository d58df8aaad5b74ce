"""The judge that lives in a browser."""
