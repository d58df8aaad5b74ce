"""Makes the claims that say who somebody is."""
