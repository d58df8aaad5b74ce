"""Holds the routes of the service, thin over the emulator; each module has its own `ROUTES`."""
