"""Names every AADSTS error that entra-local gives: number, OAuth error, words and HTTP status, once each.

Numbers, OAuth errors and shapes are the service's
(https://learn.microsoft.com/entra/identity-platform/reference-error-codes); the words are our own.
"""

from __future__ import annotations

from dataclasses import dataclass

_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Aadsts:
    """One error of the catalogue.

    `error` is the OAuth error at the token endpoint, `redirect_error` the one at the redirect URI where it differs.
    `published` ones carry an `error_uri`, as in the service.
    """

    code: int
    error: str
    text: str
    remedy: str
    status: int = 400
    suberror: str | None = None
    redirect_error: str | None = None
    published: bool = True


def _entry(code: int, error: str, text: str, remedy: str, **more: object) -> tuple[int, Aadsts]:
    return code, Aadsts(code=code, error=error, text=text, remedy=remedy, **more)  # type: ignore[arg-type]


_START_AGAIN = "Start the sign-in again from the application."
_SIGN_IN_AGAIN = "Sign in again."
_ONE_API = "Ask for the scopes of one API in each token request."

CATALOGUE: dict[int, Aadsts] = dict(
    (
        _entry(
            16000,
            "interaction_required",
            "Several accounts are signed in and the request does not say which one is meant.",
            "Send login_hint or sid, or let the person choose with prompt=select_account.",
        ),
        _entry(
            28000,
            "invalid_scope",
            "The scope '{scope}' names more than one API; a token is for one.",
            _ONE_API,
        ),
        _entry(
            50011,
            "invalid_client",
            "The redirect URI '{redirect_uri}' is not registered for the application '{client_id}'.",
            "Register exactly this address. Only the port of localhost is ignored when they are compared.",
        ),
        _entry(
            500011,
            "invalid_resource",
            "There is no API called '{resource}' in the tenant '{tenant}'.",
            "Spell the scope as api://<client id>/<scope>, with the client id of an API in this tenant.",
        ),
        _entry(
            500112,
            "invalid_client",
            "The redirect URI '{redirect_uri}' is not the one that the code was asked for with.",
            "Send the same redirect_uri to the token endpoint as to the authorize endpoint.",
        ),
        _entry(
            500113,
            "invalid_client",
            "The application '{client_id}' has no redirect URI.",
            "Register the address that the application wants its answer at.",
        ),
        _entry(
            50034,
            "invalid_grant",
            "There is no account '{person}' in the tenant '{tenant}'.",
            "Choose one of the accounts that the sign-in page offers.",
            suberror="bad_token",
        ),
        _entry(
            50058,
            "login_required",
            "The request allows no page, but nobody who could answer it is signed in.",
            "Start an interactive sign-in.",
        ),
        _entry(
            50105,
            "invalid_grant",
            "{person} is not assigned to the application '{resource}', which admits assigned people only.",
            "An administrator assigns people under Enterprise applications > Users and groups.",
            redirect_error="interaction_required",
        ),
        _entry(
            50148,
            "invalid_grant",
            "The code was asked for with a code_challenge, but the code_verifier is missing.",
            "Send the code_verifier that belongs to the code_challenge.",
        ),
        _entry(
            501481,
            "invalid_grant",
            "The code_verifier does not match the code_challenge that the code was asked for with.",
            "Send the code_verifier that belongs to the code_challenge. Without a method it is compared as plain text.",
        ),
        _entry(
            50149,
            "invalid_request",
            "The code_challenge_method '{method}' is not known.",
            "Use S256.",
        ),
        _entry(
            501491,
            "invalid_request",
            "The code_challenge must have 43 to 128 characters out of A-Z a-z 0-9 - . _ ~",
            "Make the code_challenge as RFC 7636, section 4.2, describes.",
        ),
        _entry(
            50173,
            "invalid_grant",
            "The refresh token was revoked. It is of {issued}; the account takes only those from {valid_from} on.",
            _SIGN_IN_AGAIN,
            suberror="bad_token",
        ),
        _entry(
            50194,
            "invalid_request",
            "The application '{client_id}' belongs to one tenant and cannot be used through '{tenant}'.",
            "Use the address with the id of the tenant.",
        ),
        _entry(
            54005,
            "invalid_grant",
            "The code has been redeemed already.",
            "Redeem a code once. Look for a callback that runs twice.",
        ),
        _entry(
            65001,
            "invalid_grant",
            "Nobody has granted the application '{client}' the scope '{scope}'.",
            "Grant the permission to the application, or pre-authorise it on the API.",
            suberror="consent_required",
            redirect_error="consent_required",
        ),
        _entry(
            65004,
            "access_denied",
            "The person went back without signing in.",
            "Offer to sign in again.",
        ),
        _entry(
            650053,
            "invalid_client",
            "The API '{resource}' has no scope '{scope}'.",
            "Spell the scope as the API's registration does.",
            published=False,
        ),
        _entry(
            70000,
            "invalid_grant",
            "The code or refresh token is not known, or was made for another application or tenant.",
            _SIGN_IN_AGAIN,
        ),
        _entry(
            700016,
            "unauthorized_client",
            "There is no application '{client_id}' in the tenant '{tenant}'.",
            "Check the client id and the tenant id in the application's settings.",
        ),
        _entry(
            700025,
            "invalid_client",
            "The client is public, so it must send neither client_secret nor client_assertion.",
            "Leave the credential out. A secret in a browser is not secret.",
            status=401,
            published=False,
        ),
        _entry(
            700038,
            "unauthorized_client",
            "'{client_id}' is not a client id: a client id is a GUID other than the zero one.",
            "Check the client id in the application's settings.",
            published=False,
        ),
        _entry(
            700051,
            "unsupported_response_type",
            "The response type 'token' is not enabled for the application.",
            "Use the authorization code flow: response_type=code with PKCE.",
        ),
        _entry(
            700054,
            "unsupported_response_type",
            "The response type 'id_token' is not enabled for the application.",
            "Use the authorization code flow: response_type=code with PKCE.",
        ),
        _entry(
            70003,
            "unsupported_grant_type",
            "The grant type '{grant_type}' is not supported.",
            "entra-local knows authorization_code and refresh_token.",
            published=False,
        ),
        _entry(
            70005,
            "unsupported_response_type",
            "The response type '{response_type}' is not supported.",
            "Use response_type=code.",
        ),
        _entry(
            70007,
            "invalid_request",
            "The response mode '{response_mode}' is not supported.",
            "Use query, fragment or form_post.",
        ),
        _entry(
            70008,
            "invalid_grant",
            "The code or refresh token has expired.",
            "Redeem a code within ten minutes; sign in again when a refresh token is over.",
        ),
        _entry(
            700084,
            "invalid_grant",
            "The refresh token is of {issued}; those of a single-page application live 24 hours.",
            _SIGN_IN_AGAIN,
            suberror="bad_token",
        ),
        _entry(
            70011,
            "invalid_scope",
            "The scope '{scope}' is not valid: {why}.",
            "Name scopes as api://<client id>/<scope>, parted by spaces.",
            published=False,
        ),
        _entry(
            7000218,
            "invalid_client",
            "The redirect URI is of the platform 'web', so the client must prove itself with a secret or certificate.",
            "Register the address on the platform 'spa'. entra-local knows no client credentials.",
            status=401,
        ),
        _entry(
            90002,
            "invalid_tenant",
            "There is no tenant '{tenant}'.",
            "Check the tenant id or domain in the address.",
        ),
        _entry(
            90023,
            "invalid_request",
            "The prompt '{prompt}' is not supported.",
            "Use none, login or select_account.",
        ),
        _entry(
            900023,
            "invalid_request",
            "'{tenant}' is neither a tenant's GUID nor a domain name.",
            "Check the tenant id in the application's settings; it may be missing there.",
        ),
        _entry(
            9000411,
            "invalid_request",
            "The parameter '{parameter}' is there more than once.",
            "Send every parameter once.",
        ),
        _entry(
            900144,
            "invalid_request",
            "The parameter '{parameter}' is missing.",
            "Send it, as application/x-www-form-urlencoded to the token endpoint.",
        ),
        _entry(
            9002325,
            "invalid_request",
            "A code for a single-page application must be asked for with a code_challenge (PKCE).",
            "Use PKCE with S256; MSAL does.",
            published=False,
        ),
        _entry(
            9002326,
            "invalid_request",
            "Only codes of a redirect URI of the platform 'spa' may be redeemed from a browser. Origin: '{origin}'.",
            "Register the redirect URI on the platform 'spa'.",
            published=False,
        ),
        _entry(
            9002327,
            "invalid_request",
            "Codes of a redirect URI of the platform 'spa' may be redeemed from a browser only (Origin header).",
            "Redeem it in the browser, or register the redirect URI on another platform.",
            published=False,
        ),
        _entry(
            900561,
            "invalid_request",
            "The token endpoint takes POST requests only, not {method}.",
            "Send a POST request.",
        ),
        _entry(
            901002,
            "invalid_request",
            "The parameter 'resource' belongs to v1.0; the v2.0 endpoints do not take it.",
            "Name the API in the scope.",
        ),
        _entry(
            165000,
            "invalid_request",
            "This sign-in has ended, or was started in another browser.",
            _START_AGAIN,
        ),
    )
)


class Refusal(Exception):
    """A request is refused for the reason `code` of the catalogue; `error` replaces the usual OAuth error."""

    def __init__(self, code: int, *, error: str | None = None, **details: str) -> None:
        self.aadsts = CATALOGUE[code]
        self.code = code
        self.error = error or self.aadsts.error
        self.redirect_error = error or self.aadsts.redirect_error or self.aadsts.error
        self.text = self.aadsts.text.format(**{name: _shortened(value) for name, value in details.items()})
        super().__init__(f"AADSTS{code}: {self.text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """A refusal as it is told: with the ids and the time that people quote to support.

    `timestamp` is UTC, like `2026-09-10 09:31:07Z`; the ids are GUIDs.
    """

    refusal: Refusal
    base_url: str
    trace_id: str
    correlation_id: str
    timestamp: str

    @property
    def description(self) -> str:
        ids = f"Trace ID: {self.trace_id} Correlation ID: {self.correlation_id} Timestamp: {self.timestamp}"
        return f"{self.refusal} {ids}"

    @property
    def uri(self) -> str | None:
        published = self.refusal.aadsts.published
        return f"{self.base_url}/error?code={self.refusal.code}" if published else None

    def as_json(self) -> dict[str, object]:
        """Give the body that the token endpoint answers with."""
        optional = {"error_uri": self.uri, "suberror": self.refusal.aadsts.suberror}
        return {
            "error": self.refusal.error,
            "error_description": self.description,
            "error_codes": [self.refusal.code],
            "timestamp": self.timestamp,
            "trace_id": self.trace_id,
            "correlation_id": self.correlation_id,
            **{name: value for name, value in optional.items() if value},
        }

    def as_redirect(self) -> dict[str, str]:
        """Give the members that are sent to the redirect URI."""
        members = {"error": self.refusal.redirect_error, "error_description": self.description}
        return members | ({"error_uri": self.uri} if self.uri else {})


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_DETAIL else value[:_LONGEST_DETAIL] + "…"
