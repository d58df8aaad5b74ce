"""Makes tokens that are wrong in one way."""
