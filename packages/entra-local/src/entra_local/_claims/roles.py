"""Makes the claim about app roles."""
