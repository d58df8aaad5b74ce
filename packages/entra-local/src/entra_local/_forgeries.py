"""Names the tokens that must be refused, and says why."""
