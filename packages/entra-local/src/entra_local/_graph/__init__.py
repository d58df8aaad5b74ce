"""Holds the part of Microsoft Graph that sign-in, groups and registration need."""
