"""Logbook's own logins: user name and password for a token, beside Entra's tokens."""
