"""Defines the refusals of good tokens: 403, the caller may not do this here."""

import base64
import json

from django_entrance.verification.errors.base import AccessRefused


class NotSignedIn(AccessRefused):
    status = 401
    error = ""
    reason = "not_signed_in"
    title = "Not signed in"
    remedy = "Sign in first."


class SessionStale(AccessRefused):
    """``authenticated`` has the user and the identity of the session, for views that serve it nevertheless."""

    status = 401
    error = ""
    reason = "session_stale"
    title = "Microsoft must confirm this session"
    remedy = "Sign in again. Nothing has to be typed while the session at Microsoft lives."
    authenticated: object | None = None


class OriginRefused(AccessRefused):
    error = "invalid_request"
    reason = "origin_refused"
    title = "The request comes from another site"
    remedy = "Send it from this site's own pages, or add the other site's origin to CSRF_TRUSTED_ORIGINS."


class SessionTooLarge(AccessRefused):
    error = "invalid_request"
    reason = "session_too_large"
    title = "The session does not fit into a cookie"
    remedy = "Choose another SESSION_ENGINE than signed_cookies, or assign fewer app roles to one person."


class ScopeMissing(AccessRefused):
    """``scope`` is the short name of the scope that an operation requires, where ``permissions`` asked for it."""

    reason = "scope_missing"
    title = "This token lacks a required scope"
    remedy = "Request a token with the scope that this API requires."
    scope: str = ""


class SessionWithoutScopes(ScopeMissing):
    title = "This session lacks a required scope"
    remedy = "Start the session with a token that has the scope that this API requires."


class LoginWithoutScopes(ScopeMissing):
    title = "This login has no scopes"
    remedy = "Only access tokens of Microsoft Entra ID have scopes. Sign in with Microsoft instead of a password."


class OtherWithoutScopes(ScopeMissing):
    title = "This request acts as another user"
    remedy = "The scopes belong to the token's user. Check them before the request gets another user."


class AppRoleMissing(AccessRefused):
    reason = "app_role_missing"
    title = "This token lacks a required app role"
    remedy = "An administrator of the tenant can assign the role under Enterprise applications."


class SessionWithoutAppRoles(AppRoleMissing):
    title = "This session lacks a required app role"
    remedy = "An administrator of the tenant can assign the role. Then sign in again."


class LoginWithoutAppRoles(AppRoleMissing):
    title = "This login has no app roles"
    remedy = "Only Microsoft Entra ID assigns app roles. Sign in with Microsoft instead of a password."


class OtherWithoutAppRoles(AppRoleMissing):
    title = "This request acts as another user"
    remedy = "The app roles belong to the token's user. Check them before the request gets another user."


class AuthenticationContextMissing(AccessRefused):
    """``context`` is the project's name for it, and ``context_id`` Entra's, such as ``c1``.

    ``because`` is the project's sentence that tells the person what the proof is for, or empty.
    """

    reason = "authentication_context_missing"
    title = "This operation needs a further proof of the person"
    remedy = "Use a client that declares the capability cp1, so that this API can ask for the proof."
    context: str = ""
    context_id: str = ""
    because: str = ""

    @property
    def advice(self) -> str:
        """What the proof is for, if the project says it, and the remedy."""
        return f"{self.because} {super().advice}".lstrip()

    @property
    def message(self) -> str:
        """One sentence for the person: what the proof is for, or that it is needed."""
        return self.because or self.title


class ClaimsChallenged(AuthenticationContextMissing):
    """401: the client has declared that it answers claims challenges."""

    status = 401
    error = "insufficient_claims"
    remedy = "Request a token with the claims of this challenge. Microsoft asks the person for what is missing."

    @property
    def claims(self) -> str:
        """The claims to request, as base64 of JSON (Microsoft, "Claims challenges, claims requests")."""
        wanted = {"access_token": {"acrs": {"essential": True, "value": self.context_id}}}
        return base64.b64encode(json.dumps(wanted, separators=(",", ":")).encode()).decode()


class SessionWithoutAuthenticationContext(AuthenticationContextMissing):
    title = "This session lacks a further proof of the person"
    remedy = (
        "A page leads to Microsoft by itself, and a script can lead to entrance/sign-in/?step_up=… of the site. A front"
        " end with tokens starts the session with one that has the authentication context."
    )


class LoginWithoutAuthenticationContext(AuthenticationContextMissing):
    title = "This login cannot give a further proof of the person"
    remedy = "Only Microsoft Entra ID proves authentication contexts. Sign in with Microsoft instead of a password."


class OtherWithoutAuthenticationContext(AuthenticationContextMissing):
    title = "This request acts as another user"
    remedy = "The proof belongs to the token's user. Check it before the request gets another user."


class ClientRefused(AccessRefused):
    reason = "client_refused"
    title = "The client application is not allowed"
    remedy = "If it may call this API, add its client id to ALLOWED_CLIENTS."


class ApplicationRefused(AccessRefused):
    reason = "application_refused"
    title = "This token belongs to an application, not to a person"
    remedy = "Send the token of a signed-in person, or add the application and its user to APPLICATIONS."


class DeviceRefused(AccessRefused):
    reason = "device_refused"
    title = "This token belongs to a device, not to a person"
    remedy = "Send the token of a signed-in person."


class GuestRefused(AccessRefused):
    reason = "guest_refused"
    title = "Guest accounts are not allowed"
    remedy = "Sign in with a member account of this tenant."


class AgentRefused(AccessRefused):
    reason = "agent_refused"
    title = "This token belongs to an agent or was requested by one"
    remedy = (
        "Send the token of a person who signed in through an application that is not an agent. If the agent may call"
        " this API, add its id to ALLOW_AGENTS."
    )
