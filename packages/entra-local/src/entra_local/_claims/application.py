"""Makes the claims of an application that comes as itself."""
