"""Makes the claims of each kind of token; `tokens` puts them together and signs them."""
