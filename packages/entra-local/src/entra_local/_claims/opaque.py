"""Makes the claims that nobody but the service understands, marked as ours."""
