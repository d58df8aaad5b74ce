"""Tests of Logbook's back end."""
