"""Makes the claims in which v1.0 and v2.0 tokens differ."""
