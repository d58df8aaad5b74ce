"""Makes the documents about instances and user realms."""
