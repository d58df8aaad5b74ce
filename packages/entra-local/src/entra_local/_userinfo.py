"""Answers userinfo requests (OpenID Connect Core 1.0, section 5.3)."""
