"""Holds what each group of claims says; `_tokens` puts them together."""
