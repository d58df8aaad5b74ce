"""Makes the claims that a registration asks for."""
