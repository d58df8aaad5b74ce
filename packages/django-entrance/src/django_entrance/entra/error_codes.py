"""Says what Entra's own error codes (AADSTS…) mean for a sign-in, and makes a refusal of its error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django_entrance.verification.errors import SignInDenied, SignInMisconfigured, SignInRefused, SignInUnanswered

CODE = re.compile(r"AADSTS([0-9]{4,9})(?![0-9])")
GUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
CORRELATION = re.compile(rf"Correlation ID: ?({GUID.pattern})", re.IGNORECASE)
OAUTH_ERROR = re.compile(r"[a-z_]{1,40}")
LONGEST_DESCRIPTION = 4_000


class Meaning(NamedTuple):
    """A sentence about a code, and what to do."""

    sentence: str
    remedy: str


#: What the person, or an administrator of the tenant, can do.
OF_PERSON: Mapping[str, Meaning] = {
    "16000": Meaning(
        "This account cannot be used here, or Microsoft needs you to choose one", "Sign in and choose an account."
    ),
    "50020": Meaning("This account is from another organisation", "Sign in with an account of this organisation."),
    "50034": Meaning("This account does not exist in the organisation", "Sign in with another account."),
    "50053": Meaning("This account is locked at Microsoft", "Wait, or ask your administrator to unlock it."),
    "50055": Meaning("The password of this account has expired", "Sign in again and choose a new password."),
    "50057": Meaning("This account is disabled at Microsoft", "Ask your administrator to enable it."),
    "50058": Meaning("You are not signed in at Microsoft", "Sign in again."),
    "50072": Meaning("Microsoft needs a second factor to be registered", "Sign in again and follow its steps."),
    "50074": Meaning("Microsoft asks for a second factor", "Sign in again and confirm with the second factor."),
    "50076": Meaning("Microsoft asks for a second factor", "Sign in again and confirm with the second factor."),
    "50078": Meaning("The second factor has expired", "Sign in again and confirm with the second factor."),
    "50079": Meaning("Microsoft needs a second factor to be registered", "Sign in again and follow its steps."),
    "50105": Meaning(
        "You are not assigned to this application",
        "Ask an administrator to assign you under Enterprise applications, Users and groups.",
    ),
    "50126": Meaning("User name or password is wrong", "Sign in again."),
    "50131": Meaning("A rule of your organisation blocks this sign-in", "Ask your administrator."),
    "53000": Meaning("Your organisation asks for a managed device", "Use a device that it manages."),
    "53001": Meaning("Your organisation asks for a managed device", "Use a device that it manages."),
    "53003": Meaning("A rule of your organisation blocks this sign-in", "Ask your administrator."),
    "530032": Meaning("A rule of your organisation blocks this sign-in", "Ask your administrator."),
    "54005": Meaning("The code was redeemed before", "Sign in again, and load no page of the sign-in twice."),
    "65001": Meaning(
        "Consent to this application is missing",
        "Sign in again and accept, or ask an administrator to grant consent under API permissions.",
    ),
    "65004": Meaning(
        "You cancelled the sign-in, or did not accept what the application asks for",
        "Sign in again, and accept if Microsoft asks.",
    ),
    "70008": Meaning("The sign-in took too long", "Sign in again."),
    "90072": Meaning("This account is not in the organisation", "Sign in with another account, or ask to be invited."),
    "90094": Meaning("An administrator must consent first", "Ask an administrator to grant consent."),
    "90095": Meaning("An administrator must consent first", "Ask an administrator to grant consent."),
}

#: What an administrator of this application has to correct.
OF_SETTINGS: Mapping[str, Meaning] = {
    "50011": Meaning(
        "The redirect URI is not registered",
        "Register it under Authentication: platform Web for the button of Django's pages, Single-page application for"
        " a front end. manage.py entrance doctor prints them.",
    ),
    "50194": Meaning("The application is for one tenant, and TENANT_ID names several", "Write the id of the tenant."),
    "700016": Meaning("The application is not in this tenant", "Compare CLIENT_ID and TENANT_ID."),
    "7000112": Meaning("The application is disabled", "Enable it under Enterprise applications."),
    "7000215": Meaning("The client secret is wrong", "Set CLIENT_SECRET to the value of the secret, not to its id."),
    "7000216": Meaning("The application sent no credential", "Set CLIENT_SECRET or CLIENT_CERTIFICATE."),
    "7000218": Meaning(
        "The application sent no credential", "Register the redirect URI under the platform Web, and set CLIENT_SECRET."
    ),
    "7000222": Meaning("The client secret has expired", "Make a new secret and set CLIENT_SECRET."),
    "700025": Meaning("The application is registered as a public client", "Register the platform Web."),
    "700027": Meaning("The certificate is not registered", "Upload it under Certificates & secrets."),
    "700213": Meaning("The federated credential does not match", "Compare issuer, subject and audience."),
    "90002": Meaning("The tenant does not exist", "Compare TENANT_ID and CLOUD."),
    "9002327": Meaning(
        "The redirect URI is registered for a single-page application", "Register it under the platform Web instead."
    ),
}

WRONG_CLIENT = frozenset({"invalid_client", "unauthorized_client", "invalid_resource", "unsupported_response_type"})
OUT_OF_ORDER = frozenset({"server_error", "temporarily_unavailable"})


def refusal_of(answer: Mapping[str, Any]) -> SignInRefused | SignInUnanswered:
    """Return the refusal for an error of Entra's, with its code and correlation id; nothing else of it is kept."""
    error = text_of(answer, "error")
    description = text_of(answer, "error_description")[:LONGEST_DESCRIPTION]
    if error in OUT_OF_ORDER:
        return SignInUnanswered(actual=error)
    code = read_code(answer, description)
    is_of_settings = code in OF_SETTINGS or (code not in OF_PERSON and error in WRONG_CLIENT)
    refusal = SignInMisconfigured() if is_of_settings else SignInDenied()
    meaning = OF_SETTINGS.get(code) or OF_PERSON.get(code)
    if meaning is not None:
        refusal.sentence, refusal.own_remedy = meaning
    refusal.code = f"AADSTS{code}" if code else ""
    refusal.correlation_id = read_correlation_id(answer, description)
    known = error if OAUTH_ERROR.fullmatch(error) else "an error"
    shown = (known, refusal.code, refusal.correlation_id and f"correlation id {refusal.correlation_id}")
    refusal.actual = ", ".join(filter(None, shown))
    return refusal


def text_of(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def read_code(answer: Mapping[str, Any], description: str) -> str:
    """Return the number after AADSTS, from the description or from ``error_codes`` of the token endpoint."""
    if found := CODE.search(description):
        return found[1]
    codes = answer.get("error_codes")
    first = codes[0] if isinstance(codes, list) and codes else None
    return str(first) if type(first) is int and 0 < first < 10**9 else ""


def read_correlation_id(answer: Mapping[str, Any], description: str) -> str:
    sent = text_of(answer, "correlation_id")
    if GUID.fullmatch(sent):
        return sent.lower()
    found = CORRELATION.search(description)
    return found[1].lower() if found else ""
