"""Says which tables and keys a directory file may have, and of which form."""
