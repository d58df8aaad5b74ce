"""Defines the refusals of single claims: the signature is right, but a claim is not acceptable here."""

from django_entrance.verification.errors.base import SCOPE
from django_entrance.verification.errors.tokens import ClaimRefused


class TokenExpired(ClaimRefused):
    reason = "token_expired"
    title = "The token has expired"
    remedy = "Request a new token. If the token is new, check the clock of this server."


class TokenNotYetValid(ClaimRefused):
    reason = "token_not_yet_valid"
    title = "The token is not valid yet"
    remedy = "Check the clock of this server."


class TimeRefused(ClaimRefused):
    reason = "time_refused"
    title = "The token's times are invalid"
    remedy = "exp, nbf and iat must be whole seconds since 1970, with iat and nbf before exp."


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
    remedy = "Sign in through a user flow (policy) that this API accepts."


class VersionRefused(ClaimRefused):
    reason = "version_refused"
    title = "The token's version does not match its issuer"
    remedy = "v1.0 tokens come from sts.windows.net, v2.0 tokens from the authority's own address."


class KeyIssuerRefused(ClaimRefused):
    reason = "key_issuer_refused"
    title = "The signing key belongs to another issuer"
    remedy = "A key may sign only for the issuer that it is published for."


class AudienceRefused(ClaimRefused):
    reason = "audience_refused"
    title = "The token is for another application"
    remedy = (
        f"Request a token for the scope {SCOPE}. If the token is for this API, set APP_ID_URI to the URI in its"
        " registration."
    )


class IdTokenRefused(ClaimRefused):
    reason = "id_token"
    title = "This is an ID token, not an access token"
    remedy = f"Send the access token that was issued with it. Request a token for the scope {SCOPE}."


class NotAnIdToken(ClaimRefused):
    reason = "not_an_id_token"
    title = "This is an access token, not an ID token"
    remedy = "Sign in again. The sign-in service answered with another kind of token."


class NonceRefused(ClaimRefused):
    reason = "nonce_refused"
    title = "The ID token is from another sign-in"
    remedy = "Sign in again, in one browser."


class ProofOfPossessionRefused(ClaimRefused):
    reason = "proof_of_possession"
    title = "This token is bound to a key"
    remedy = "Request a bearer token; proof-of-possession tokens are not accepted."


class DevelopmentTokenRefused(ClaimRefused):
    reason = "development_token"
    title = "The token comes from entra-double, which is for development"
    remedy = "Sign in at Microsoft Entra ID. Tokens of entra-double are accepted only with DEBUG on or over plain http."


class ObjectIdRefused(ClaimRefused):
    reason = "object_id_refused"
    title = "The token has no valid object ID (oid)"
    remedy = "Request the scope profile as well, so that the token contains oid."


class SubjectRefused(ClaimRefused):
    reason = "subject_refused"
    title = "The token has no valid subject (sub)"
    remedy = "sub must be a string of 1 to 255 characters."
