"""Answers what a person sees: authorize, consent, admin consent, the device page, sign-out, the home page."""
