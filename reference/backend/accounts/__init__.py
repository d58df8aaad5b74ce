"""Logbook's own logins: a token for a user name and password, beside Entra's tokens."""
