"""Begins sign-ins on devices without a browser, and redeems them."""
