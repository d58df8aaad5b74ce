"""Makes the claims about groups, and what stands in their place when there are too many."""
