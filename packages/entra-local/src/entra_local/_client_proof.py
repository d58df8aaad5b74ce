"""Finds out how a client proves who it is: by a secret, a certificate, another issuer, or not at all."""
