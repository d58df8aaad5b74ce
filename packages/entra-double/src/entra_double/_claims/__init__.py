"""Makes the claims of each kind of token; `_tokens` puts them together and signs them."""
