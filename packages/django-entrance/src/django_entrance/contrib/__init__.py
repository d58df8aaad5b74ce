"""One file per framework; each reads the request and asks ``permissions``."""
