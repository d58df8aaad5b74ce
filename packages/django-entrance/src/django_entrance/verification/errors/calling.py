"""Defines the refusals of calls to other APIs for the person: no token to call with, consent or a proof is missing."""

import base64

from django_entrance.verification.errors.access import ClaimsChallenged
from django_entrance.verification.errors.base import AccessRefused, AuthorityUnreachable


class TokenMissing(AccessRefused):
    error = "access_denied"
    reason = "token_missing"
    title = "This request has no token to call another API with"
    remedy = "Send the access token in the Authorization header, or start a session with it."


class LoginWithoutToken(TokenMissing):
    title = "This login has no token to call another API with"
    remedy = "Only Microsoft Entra ID gives one. Sign in with Microsoft instead of a password."


class OtherWithoutToken(TokenMissing):
    title = "This request acts as another user"
    remedy = "The token belongs to another user. Call the other API before the request gets another user."


class ConsentMissing(AccessRefused):
    error = "access_denied"
    reason = "consent_missing"
    title = "Consent to call another API is missing"
    remedy = (
        "An administrator of the tenant must add the permission to this API's registration, under API permissions, and"
        " grant consent."
    )


class OnBehalfRefused(AccessRefused):
    """``code`` is Entra's own (AADSTS…), and ``correlation_id`` finds the request in Microsoft's log; both may be
    empty. ``own_remedy`` says what the code means.
    """

    error = "access_denied"
    reason = "on_behalf_of_refused"
    title = "Microsoft gives no token to call another API for this person"
    remedy = "Sign in again. If it does not help, send the code and the correlation id to an administrator."
    code: str = ""
    correlation_id: str = ""
    own_remedy: str = ""

    @property
    def advice(self) -> str:
        """The remedy for the code, or the general one."""
        return self.own_remedy or self.remedy


class OnBehalfExpired(AccessRefused):
    status = 401
    error = "invalid_token"
    reason = "on_behalf_of_expired"
    title = "Microsoft no longer accepts this token to call another API"
    remedy = "Request a new token, or sign in again."


class InteractionRequired(AccessRefused):
    """``claims_request`` is the JSON of the claims that Entra or the other API asks for, or empty."""

    reason = "further_proof_needed"
    title = "Microsoft asks for a further proof of the person before another API is called"
    remedy = "Use a client that declares the capability cp1, so that this API can pass the claims challenge on."
    claims_request: str = ""


class InteractionChallenged(InteractionRequired, ClaimsChallenged):
    """401: the client has declared that it answers claims challenges."""

    status = 401
    error = "insufficient_claims"
    remedy = "Request a token with the claims of this challenge. Microsoft asks the person for what is missing."

    @property
    def claims(self) -> str:
        """The claims to request, as base64 of JSON (Microsoft, "Claims challenges, claims requests")."""
        return base64.b64encode(self.claims_request.encode()).decode()


class InteractionOfPage(InteractionRequired):
    """In a session of sign-in on the site's own pages, which has no client that could answer a challenge."""

    remedy = "Open the page in a browser: it leads to Microsoft and back. If you see this there, sign out and in again."


class InteractionInVain(InteractionOfPage):
    title = "Microsoft asks again for the proof that it was asked for a moment ago"
    remedy = (
        "An administrator of the tenant can see in the sign-in logs which Conditional Access policy of the other API is"
        " not met. Try again in a minute."
    )


class CallUnanswered(AuthorityUnreachable):
    """503, in a view: Entra gave no token to call another API with. The same request may succeed later."""

    title = "Microsoft cannot be reached to call another API"
    remedy = "Try again in a moment."


class TokensCacheDown(CallUnanswered):
    """The cache that has the session's tokens did not answer: Microsoft was not asked."""

    title = "The session's tokens for other APIs cannot be read"
    remedy = "Try again in a moment. If it stays so, an administrator must mend the cache that TOKENS_CACHE names."


class OnBehalfMisconfigured(CallUnanswered):
    reason = "on_behalf_of_misconfigured"
    title = "Microsoft does not accept this application's request to call another API"
    remedy = "An administrator of this application must correct its registration or its settings."


class GraphUnanswered(CallUnanswered):
    """Graph did not answer, or limits how often it is asked."""

    reason = "graph_unanswered"
    title = "Microsoft Graph cannot be reached"
