"""Names every refusal, once: status, OAuth error, reason, title and remedy.

    Refused
    ├── MalformedRequest                    400 invalid_request
    ├── TokenRefused                        401 invalid_token
    │   ├── MalformedToken                  the text is not a token Entra would issue
    │   │   ├── TokenTooLarge
    │   │   ├── AlgorithmRefused
    │   │   ├── HeaderRefused
    │   │   ├── GraphToken
    │   │   └── RefreshTokenRefused
    │   ├── AuthorityNotHere
    │   ├── UnknownSigningKey
    │   ├── BadSignature
    │   └── ClaimRefused                    the signature is right, a claim is not
    │       ├── TokenExpired, TokenNotYetValid, TimeRefused
    │       ├── TenantRefused, PersonalAccountRefused, UserFlowRefused
    │       ├── VersionRefused, KeyIssuerRefused
    │       ├── AudienceRefused, IdTokenRefused, ProofOfPossessionRefused, DevelopmentTokenRefused
    │       └── ObjectIdRefused, SubjectRefused
    ├── AccessRefused                       403 insufficient_scope
    │   ├── NotSignedIn                     401, without an error: no token came at all
    │   ├── ScopeMissing                    of a token; for callers without one:
    │   │   └── SessionWithoutScopes, LoginWithoutScopes, OtherWithoutScopes
    │   ├── AppRoleMissing
    │   │   └── SessionWithoutAppRoles, LoginWithoutAppRoles, OtherWithoutAppRoles
    │   └── ClientRefused, ApplicationRefused, GuestRefused, AgentRefused
    ├── ProvisioningRefused                 403 access_denied
    │   ├── UserDisabled, AccountMissing, AccountExists, UserNotCreatable, OverageUnresolved
    │   └── TicketRefused, PasswordNeeded, AlreadyConnected, LastWayIn
    └── AuthorityUnreachable                503 temporarily_unavailable
        └── AuthorityMismatch, GraphUnreachable

``reason`` is stable: programs may branch on it, and ``docs/reference/refusals.md`` lists every one.
"""

from collections.abc import Iterator
from functools import cache
from typing import ClassVar, NamedTuple, Protocol


class Asker(Protocol):
    """What an authority's policy says that a caller may know."""

    @property
    def app_id_uri(self) -> str: ...

    @property
    def required_scopes(self) -> frozenset[str]: ...


class Caller(NamedTuple):
    """Who was refused: ids only, safe to log. The three ids are empty until the signature is proved."""

    authority: str
    tenant_id: str
    object_id: str
    client_id: str


@cache
def unproved_caller(authority: str) -> Caller:
    """Return what is known of a caller before the signature is proved. A flood of forged tokens shares one."""
    return Caller(authority, "", "", "")


SCOPE = "<APP_ID_URI>/.default"
"""Asks for everything that this API has granted the client; the App ID URI is put in when the refusal is raised."""


class Refused(Exception):
    """A bearer token that is ours, and a no.

    ``expected`` and ``came`` are short texts that are safe to log and, where ``EXPLAIN_REFUSALS`` allows, to show:
    they never hold a token or a whole set of claims. ``asker`` is what the settings ask of the authority's tokens,
    ``caller`` has the ids of the person or application; neither is there when ``permissions`` refuses.
    ``told_as`` is what a caller is told instead where refusals are not explained: another refusal, because this one
    tells of the settings.
    """

    status: ClassVar[int] = 401
    error: ClassVar[str] = "invalid_token"
    reason: ClassVar[str] = ""
    title: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    told_as: ClassVar["type[Refused] | None"] = None
    asker: Asker | None = None
    caller: Caller | None = None

    def __init__(self, *, expected: str = "", came: object = "") -> None:
        self.expected = expected
        self.came = came

    def __str__(self) -> str:
        return self.detail

    def as_told(self) -> "Refused":
        """Return what a caller may be told who is not to learn of the settings."""
        if self.told_as is None:
            return self
        told = self.told_as()
        told.asker = self.asker
        return told

    @property
    def advice(self) -> str:
        """The remedy, with the App ID URI that the authority which refused has for this API."""
        return self.remedy if self.asker is None else self.remedy.replace("<APP_ID_URI>", self.asker.app_id_uri)

    @property
    def detail(self) -> str:
        """What to do, what was expected and what came, as sentences."""
        facts = (("Expected: ", self.expected), ("Came: ", shown(self.came)))
        return " ".join([self.advice, *(f"{label}{fact}." for label, fact in facts if fact)])


def shown(value: object, *, at_most: int = 120) -> str:
    """Return ``value`` as one printable line of bounded length: safe in a log and in a JSON body."""
    text = value if isinstance(value, str) else repr(value)
    clean = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text[:at_most])
    return clean + "…" if len(text) > at_most else clean


def every_reason(root: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Yield each refusal that has a reason of its own, in the order of the tree."""
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


class TokenRefused(Refused):
    """401: the caller may try again with another token (RFC 6750 section 3.1)."""


class MalformedToken(TokenRefused):
    reason = "token_malformed"
    title = "The token is not well formed"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class TokenTooLarge(MalformedToken):
    reason = "token_too_large"
    title = "The token is too large"
    remedy = "Reduce what the token carries, for example the groups claim: assign groups to the application."


class AlgorithmRefused(MalformedToken):
    reason = "algorithm_refused"
    title = "The token is not signed with RS256"
    remedy = "Microsoft Entra ID signs with RS256. Send a token that it issued."


class HeaderRefused(MalformedToken):
    reason = "header_refused"
    title = "The token's header is not one that Microsoft Entra ID writes"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class GraphToken(MalformedToken):
    reason = "graph_token"
    title = "This token is for Microsoft Graph"
    remedy = f"Nobody but Microsoft Graph can verify it. Ask for the scope {SCOPE}."


class RefreshTokenRefused(MalformedToken):
    reason = "refresh_token"
    title = "This is a refresh token or an authorization code, not an access token"
    remedy = f"Keep it in the client: MSAL exchanges it. Send the access token for the scope {SCOPE}."


class AuthorityNotHere(TokenRefused):
    reason = "authority_not_here"
    title = "Tokens of this authority are not accepted here"
    remedy = "Sign in with the authority that this address belongs to."


class UnknownSigningKey(TokenRefused):
    reason = "signing_key_unknown"
    title = "The token is signed with a key that its authority does not publish"
    remedy = (
        "Ask for a new token. If new ones are refused as well, the application may have signing keys of its own (by a"
        " claims mapping policy): write OWN_SIGNING_KEYS = True."
    )


class BadSignature(TokenRefused):
    reason = "signature_wrong"
    title = "The token's signature is wrong"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class ClaimRefused(TokenRefused):
    """The signature is right; what the token says is not acceptable here."""


class TokenExpired(ClaimRefused):
    reason = "token_expired"
    title = "The token has expired"
    remedy = "Ask for a new token. If it is new, compare the clock of this server with the right time."


class TokenNotYetValid(ClaimRefused):
    reason = "token_not_yet_valid"
    title = "The token is not valid yet"
    remedy = "Compare the clock of this server with the right time."


class TimeRefused(ClaimRefused):
    reason = "time_refused"
    title = "The token's times make no sense"
    remedy = "exp, nbf and iat must be whole seconds since 1970, in a sensible order."


class TenantRefused(ClaimRefused):
    reason = "tenant_refused"
    title = "The token is from another tenant"
    remedy = "Sign in with an account of the configured tenant, or correct TENANT_ID."


class PersonalAccountRefused(ClaimRefused):
    reason = "personal_account"
    title = "This is a personal Microsoft account"
    remedy = "Sign in with a work or school account."


class UserFlowRefused(ClaimRefused):
    reason = "user_flow_refused"
    title = "The token comes from another user flow"
    remedy = "Sign in through the user flow (policy) that this API is configured for."


class VersionRefused(ClaimRefused):
    reason = "version_refused"
    title = "The token's version does not fit its issuer"
    remedy = "v1.0 tokens come from sts.windows.net, v2.0 tokens from the authority's own address."


class KeyIssuerRefused(ClaimRefused):
    reason = "key_issuer_refused"
    title = "The signing key belongs to another issuer"
    remedy = "A key may sign only for the issuer it is published for."


class AudienceRefused(ClaimRefused):
    reason = "audience_refused"
    title = "The token is for another application"
    remedy = (
        f"Ask for the scope {SCOPE}; if the token is meant for this API, set APP_ID_URI to the one of its registration."
    )


class IdTokenRefused(ClaimRefused):
    reason = "id_token"
    title = "This is an ID token, not an access token"
    remedy = f"Send the access token that comes with it. Ask for the scope {SCOPE}."


class ProofOfPossessionRefused(ClaimRefused):
    reason = "proof_of_possession"
    title = "This token is bound to a key"
    remedy = "Ask for a bearer token; proof-of-possession tokens are not accepted as bearers."


class DevelopmentTokenRefused(ClaimRefused):
    reason = "development_token"
    title = "The token comes from entra-double, which is for development"
    remedy = "Sign in at Microsoft Entra ID. A token of entra-double is taken where DEBUG is on, or over plain http."


class ObjectIdRefused(ClaimRefused):
    reason = "object_id_refused"
    title = "The token does not say who it speaks of"
    remedy = "Ask for the scope profile as well, so that the token carries oid."


class SubjectRefused(ClaimRefused):
    reason = "subject_refused"
    title = "The token has no usable subject"
    remedy = "sub must be a text of 1 to 255 characters."


class AccessRefused(Refused):
    """403: the identity is known; it may not do this (RFC 6750 section 3.1)."""

    status = 403
    error = "insufficient_scope"


class NotSignedIn(AccessRefused):
    status = 401
    error = ""
    reason = "not_signed_in"
    title = "Nobody is signed in"
    remedy = "Sign in first."


class ScopeMissing(AccessRefused):
    reason = "scope_missing"
    title = "The token lacks a scope"
    remedy = "Ask for the scope that this API requires."


class SessionWithoutScopes(ScopeMissing):
    title = "This session has no scopes"
    remedy = "Send an access token that has the scope which this API requires."


class LoginWithoutScopes(ScopeMissing):
    title = "This login has no scopes"
    remedy = "Only an access token of Microsoft Entra ID has scopes. Sign in with Microsoft, not with a password."


class OtherWithoutScopes(ScopeMissing):
    title = "This request acts as another user"
    remedy = "The scopes are those of the token's own user. Ask before another user is put on the request."


class AppRoleMissing(AccessRefused):
    reason = "app_role_missing"
    title = "The caller lacks an app role"
    remedy = "An administrator of the tenant can assign the role under Enterprise applications."


class SessionWithoutAppRoles(AppRoleMissing):
    title = "This session has no app roles"
    remedy = "Send an access token that has the app role which this API requires."


class LoginWithoutAppRoles(AppRoleMissing):
    title = "This login has no app roles"
    remedy = "Only people of Microsoft Entra ID have app roles. Sign in with Microsoft, not with a password."


class OtherWithoutAppRoles(AppRoleMissing):
    title = "This request acts as another user"
    remedy = "The app roles are those of the token's own user. Ask before another user is put on the request."


class ClientRefused(AccessRefused):
    reason = "client_refused"
    title = "The client application is not allowed here"
    remedy = "Add its client id to ALLOWED_CLIENTS if it may call this API."


class ApplicationRefused(AccessRefused):
    reason = "application_refused"
    title = "This token speaks for an application, not for a person"
    remedy = "Sign a person in and send that person's token, or name the application and its user in APPLICATIONS."


class GuestRefused(AccessRefused):
    reason = "guest_refused"
    title = "Guests of the tenant are not let in"
    remedy = "Sign in with an account of the tenant itself."


class AgentRefused(AccessRefused):
    reason = "agent_refused"
    title = "This token is an agent's, or was asked for by an agent"
    remedy = "Sign a person in with an application that is no agent, and send that person's token."


class ProvisioningRefused(Refused):
    """403: Entra knows the person; this project does not let them in. ``identity`` is who that is, once proved."""

    status = 403
    error = "access_denied"
    identity: object | None = None


class UserDisabled(ProvisioningRefused):
    reason = "user_disabled"
    title = "This user is deactivated here"
    remedy = "An administrator of this application can activate the user again."


class AccountMissing(ProvisioningRefused):
    reason = "account_missing"
    title = "This person has no account here"
    remedy = "An administrator of this application has to add the person first."


class AccountExists(ProvisioningRefused):
    reason = "account_exists"
    title = "An existing user has this person's address"
    remedy = (
        "If this user is yours: log in as that user, ask entrance/account/connect/ for a ticket (POST), and send the"
        " ticket there with this token. An administrator of this application can connect the two as well."
    )


class UserNotCreatable(ProvisioningRefused):
    reason = "user_not_creatable"
    title = "No user could be created for this person"
    remedy = "The user model refused the new row: map its required and unique fields in CLAIM_MAPPING."
    told_as = AccountMissing


class OverageUnresolved(ProvisioningRefused):
    reason = "overage_unresolved"
    title = "The person is in too many groups to list them in a token"
    remedy = (
        "Give the API client credentials, so that it asks Microsoft Graph; or limit the token to groups that are "
        "assigned to the application (groupMembershipClaims ApplicationGroup), or use app roles."
    )


class TicketRefused(ProvisioningRefused):
    reason = "ticket_refused"
    title = "The ticket to connect the account is not valid"
    remedy = "Ask for a new ticket as the user to connect. A ticket works once, for five minutes."


class PasswordNeeded(ProvisioningRefused):
    reason = "password_needed"
    title = "Confirm the password first"
    remedy = "Send the user's current password with the request."


class AlreadyConnected(ProvisioningRefused):
    reason = "already_connected"
    title = "This Microsoft account is connected to another user"
    remedy = "Sign in as that user and disconnect it there, or ask an administrator."


class LastWayIn(ProvisioningRefused):
    reason = "last_way_in"
    title = "This Microsoft account is the only way to sign in"
    remedy = "Set a password first."


class AuthorityUnreachable(Refused):
    """503: not the caller's fault; the same token may work in ``retry_after`` seconds."""

    retry_after = 10

    status = 503
    error = "temporarily_unavailable"
    reason = "authority_unreachable"
    title = "The sign-in service cannot be reached"
    remedy = "Try again in a moment. This server could not fetch the signing keys."


class AuthorityMismatch(AuthorityUnreachable):
    reason = "authority_mismatch"
    title = "The sign-in service does not agree with the configuration"
    remedy = "Compare TENANT_ID, AUTHORITY_HOST and ISSUER_HOST with what the discovery document says."
    told_as = AuthorityUnreachable


class GraphUnreachable(AuthorityUnreachable):
    reason = "graph_unreachable"
    title = "Microsoft Graph cannot be reached"
    remedy = "Try again in a moment. The person's groups are not known without it."
