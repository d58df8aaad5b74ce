"""Defines ``Refused``, the base of all refusals, and the kinds that differ in their status."""

from collections.abc import Iterator
from functools import cache
from typing import ClassVar, NamedTuple, Protocol

SCOPE = "<APP_ID_URI>/.default"
"""The scope that requests every permission this API has granted the client. ``Refused.advice`` fills in the URI."""


class PolicyFacts(Protocol):
    """The parts of an authority's policy that a refusal may quote."""

    @property
    def app_id_uri(self) -> str: ...

    @property
    def required_scopes(self) -> frozenset[str]: ...

    @property
    def suggest_own_signing_keys(self) -> bool: ...


class Caller(NamedTuple):
    """The ids of a refused caller, safe to log. All but ``authority`` are empty until the signature is verified."""

    authority: str
    tenant_id: str
    object_id: str
    client_id: str


@cache
def unverified_caller(authority: str) -> Caller:
    """Return the caller of a token that is not verified. Cached, because a flood of forged tokens needs only one."""
    return Caller(authority, "", "", "")


class Refused(Exception):
    """Base class: a token from a trusted issuer was rejected.

    ``expected`` and ``actual`` are short texts that are safe to log and, where ``EXPLAIN_REFUSALS`` allows it, to
    show: they never contain a token or a full set of claims. ``policy`` is the policy of the authority that issued the
    token, and ``caller`` has the ids of the person or application; ``permissions`` sets neither. ``redacted_as`` is
    the refusal to show in place of this one where refusals are not explained, because this one reveals settings.
    """

    status: ClassVar[int] = 401
    error: ClassVar[str] = "invalid_token"
    reason: ClassVar[str] = ""
    title: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    redacted_as: ClassVar["type[Refused] | None"] = None
    policy: PolicyFacts | None = None
    caller: Caller | None = None

    def __init__(self, *, expected: str = "", actual: object = "") -> None:
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return self.detail

    def redacted(self) -> "Refused":
        """Return the refusal to show to a caller who may not learn about the settings."""
        if self.redacted_as is None:
            return self
        refusal = self.redacted_as()
        refusal.policy = self.policy
        return refusal

    @property
    def advice(self) -> str:
        """The remedy, with the App ID URI that the refusing authority uses for this API."""
        return self.remedy if self.policy is None else self.remedy.replace("<APP_ID_URI>", self.policy.app_id_uri)

    @property
    def detail(self) -> str:
        """The advice, the expected value and the actual value, as sentences."""
        facts = (("Expected: ", self.expected), ("Got: ", shown(self.actual)))
        return " ".join([self.advice, *(f"{label}{fact}." for label, fact in facts if fact)])


def shown(value: object, *, at_most: int = 120) -> str:
    """Return ``value`` as one printable line of bounded length, safe in a log and in a JSON body."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[:at_most])
    return clean + "…" if len(text) > at_most else clean


def every_reason(root: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Yield each refusal that defines a reason, in the order of the class tree."""
    if "reason" in vars(root) and root.reason:
        yield root
    for branch in root.__subclasses__():
        yield from every_reason(branch)


class MalformedRequest(Refused):
    status = 400
    error = "invalid_request"
    reason = "authorization_malformed"
    title = "The Authorization header cannot be read"
    remedy = "Send one Authorization header with one token: Authorization: Bearer <token>."


class TokenInQuery(MalformedRequest):
    reason = "token_in_query"
    title = "The token is in the address of a WebSocket"
    remedy = "Send it in connection_init, or as Authorization header. Logs and histories keep addresses."


class TooManyFields(MalformedRequest):
    reason = "too_many_fields"
    title = "The address of a WebSocket has too many fields"
    remedy = "Send fewer fields in it. Django's DATA_UPLOAD_MAX_NUMBER_FIELDS says how many it reads."


class TokenRefused(Refused):
    """401: the caller may try again with another token (RFC 6750 section 3.1)."""


class AccessRefused(Refused):
    """403: the identity is known, but it may not do this (RFC 6750 section 3.1)."""

    status = 403
    error = "insufficient_scope"


class ProvisioningRefused(Refused):
    """403: Entra knows the person, but this project does not admit them. ``identity`` is the verified person's."""

    status = 403
    error = "access_denied"
    identity: object | None = None


class AuthorityUnreachable(Refused):
    """503: not the caller's fault; the same token may work in ``retry_after`` seconds.

    ``is_outage`` tells that our own request failed at the service: no connection, no answer in time, a status of 5xx,
    or a document that cannot be read. Throttling, a crowd and wrong settings are no outage, and neither is what a
    browser tells of one, or an unreadable answer to the code that it brought.
    """

    retry_after = 10
    is_outage: bool = False

    status = 503
    error = "temporarily_unavailable"
    reason = "authority_unreachable"
    title = "The sign-in service cannot be reached"
    remedy = "Try again in a moment. This server could not fetch the signing keys."


class AuthorityMismatch(AuthorityUnreachable):
    reason = "authority_mismatch"
    title = "The sign-in service does not agree with the configuration"
    remedy = "Compare TENANT_ID, AUTHORITY_HOST and ISSUER_HOST with the discovery document."
    redacted_as = AuthorityUnreachable


class GraphUnreachable(AuthorityUnreachable):
    """``is_outage`` is Graph's own, not the authority's. ``is_about_person``: Graph answered, but not with groups."""

    is_about_person: bool = False

    reason = "graph_unreachable"
    title = "Microsoft Graph cannot be reached"
    remedy = "Try again in a moment. The person's groups are not known without it."
