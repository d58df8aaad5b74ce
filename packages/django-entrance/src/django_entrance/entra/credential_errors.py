"""Says which setting or permission is wrong when Entra gives our own application no token, or Graph no answer."""

from collections.abc import Mapping

REMEDIES: Mapping[str, str] = {
    "AADSTS7000215": "CLIENT_SECRET is wrong; copy the secret's value, not its id",
    "AADSTS7000222": "the CLIENT_SECRET has ended; make a new one",
    "AADSTS700016": "CLIENT_ID or TENANT_ID is wrong",
    "AADSTS700027": "CLIENT_CERTIFICATE is not registered for the application",
    "AADSTS70021": "no federated credential of the application fits CLIENT_ASSERTION",
}
"""Error code of Entra (Microsoft, "authentication and authorization error codes") → what it means here."""

FORBIDDEN = "Graph answered 403"


def with_remedy(told: str, permission: str) -> str:
    """Return what is told of a failure with its remedy, if one is known; an outage has none.

    ``permission`` is the application permission that the call needs.
    """
    if told == FORBIDDEN:
        return f"{told}: the application permission {permission} is needed, with admin consent"
    remedy = next((text for code, text in REMEDIES.items() if code in told.split()), "")
    return f"{told}: {remedy}" if remedy else told
