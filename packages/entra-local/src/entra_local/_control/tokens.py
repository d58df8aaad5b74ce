"""Makes tokens and forgeries without a browser, and revokes them."""
