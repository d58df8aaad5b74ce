"""Speaks HTTP: routes, host check, page headers, request log, TLS, ports and the server."""
