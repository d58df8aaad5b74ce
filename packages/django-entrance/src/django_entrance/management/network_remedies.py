"""Says why a document of an authority cannot be fetched, and what to do about it."""

import requests

from django_entrance.verification.metadata.fetch import BAD_PROXY


def remedy_for(error: Exception) -> str:
    """Return the remedy for the most common reasons why a document cannot be fetched."""
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "This machine does not trust the certificate. If your company's proxy intercepts TLS, install the company's"
            " certificate authority in the system's store, or set SSL_CERT_FILE to its file."
        )
    if str(error) == BAD_PROXY:
        return "Write HTTPS_PROXY as http://host:port or http://name:password@host:port."
    if isinstance(error, requests.exceptions.ProxyError):
        return "The proxy refuses the connection: compare HTTPS_PROXY and NO_PROXY with what your network requires."
    if isinstance(error, requests.exceptions.InvalidSchema):
        return "Install PySocks for a SOCKS proxy, or set HTTPS_PROXY to an http proxy."
    if isinstance(error, requests.exceptions.Timeout):
        return "No answer in time: open port 443 to this host in the firewall, or set HTTPS_PROXY."
    if isinstance(error, requests.exceptions.ConnectionError):
        return (
            "No server answers there: compare AUTHORITY_HOST, and check that this machine can resolve host names."
            " Is it entra-double? Start it: entra-double serve"
        )
    return "Another server answers there: compare AUTHORITY_HOST and TENANT_ID; it may be a proxy."
