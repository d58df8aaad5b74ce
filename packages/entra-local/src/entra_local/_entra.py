"""Is what a test has in its hands: one Entra ID, with and without a server."""
