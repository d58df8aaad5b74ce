"""Tries the credential of an authority: asks Entra for a token for Microsoft Graph, as the API itself."""

from django_entrance.conf.loading import current_settings
from django_entrance.conf.options import CREDENTIALS
from django_entrance.entra.client import why_unreadable
from django_entrance.entra.credential_errors import with_remedy
from django_entrance.entra.graph_faults import GraphFault
from django_entrance.entra.graph_groups import application_token

NO_TOKEN = (
    "Compare the credential and CLIENT_ID with the application registration, and try again if Entra has an outage."
)


def examine_credential(name: str) -> tuple[str, str]:
    """Return what was seen and the remedy, if one is needed; nothing was seen where there is no credential.

    The token is not used, so permissions at Graph are not seen.
    """
    own = current_settings().AUTHORITIES[name]
    key = next((each for each in CREDENTIALS if getattr(own, each)), None)
    if key is None:
        return "", ""
    if own.has_several_tenants:
        return f"{key} was not tried: the authority is for several tenants", ""
    try:
        application_token(name, "", own)
    except GraphFault as fault:
        return f"{key}: {with_remedy(str(fault), '')}", NO_TOKEN
    except Exception as problem:  # MSAL raises whatever an answer of another shape makes it raise
        why = why_unreadable(own.CLIENT_CERTIFICATE) if own.CLIENT_CERTIFICATE else ""
        return f"{key}: {why or type(problem).__name__}", NO_TOKEN
    return f"{key}: Entra gave a token for Microsoft Graph; its permissions were not tried", ""
