"""Holds tenants, applications, people and policies; the directory file, the seed, the database; the errors."""
