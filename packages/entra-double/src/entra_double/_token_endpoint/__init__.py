"""Answers token requests: authenticates the client, and redeems the grant that it brings."""
