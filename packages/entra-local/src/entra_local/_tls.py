"""Makes a certificate authority of its own, and tells each client how to trust it."""
