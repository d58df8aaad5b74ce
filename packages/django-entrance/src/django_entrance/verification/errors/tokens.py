"""Defines the refusals of bad tokens: 401, the caller may try again with another token (RFC 6750 section 3.1)."""

from django_entrance.verification.errors.base import SCOPE, TokenRefused


class MalformedToken(TokenRefused):
    reason = "token_malformed"
    title = "The token is not well formed"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class TokenTooLarge(MalformedToken):
    reason = "token_too_large"
    title = "The token is too large"
    remedy = (
        "Make the token smaller. If the groups claim is large, let it contain only groups assigned to the application."
    )


class AlgorithmRefused(MalformedToken):
    reason = "algorithm_refused"
    title = "The token is not signed with RS256"
    remedy = "Microsoft Entra ID signs with RS256. Send a token that it issued."


class HeaderRefused(MalformedToken):
    reason = "header_refused"
    title = "Microsoft Entra ID does not issue tokens with this header"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class GraphToken(MalformedToken):
    reason = "graph_token"
    title = "This token is for Microsoft Graph"
    remedy = f"Only Microsoft Graph can verify this token. Request a token for the scope {SCOPE}."


class RefreshTokenRefused(MalformedToken):
    reason = "refresh_token"
    title = "This is a refresh token or an authorization code, not an access token"
    remedy = f"Keep it in the client, where MSAL redeems it. Send the access token for the scope {SCOPE}."


class IssuerUnknown(TokenRefused):
    """Only where no other login could know the token; elsewhere it is left to them."""

    reason = "issuer_unknown"
    title = "No configured authority issued this token"
    remedy = f"Request a token for the scope {SCOPE} from the authority that this API's metadata names."


class AuthorityNotHere(TokenRefused):
    reason = "authority_not_here"
    title = "Tokens of this authority are not accepted here"
    remedy = "Sign in with an authority that this address accepts."


class UnknownSigningKey(TokenRefused):
    reason = "signing_key_unknown"
    title = "The token is signed with a key that its authority does not publish"
    remedy = (
        "Request a new token. If new tokens are refused too, the application may have its own signing keys (a claims"
        " mapping policy): set OWN_SIGNING_KEYS = True."
    )

    @property
    def advice(self) -> str:
        """The remedy; its second half only where OWN_SIGNING_KEYS can help."""
        can_help = self.policy is None or self.policy.suggest_own_signing_keys
        return self.remedy if can_help else "Request a new token."


class BadSignature(TokenRefused):
    reason = "signature_wrong"
    title = "The token's signature is wrong"
    remedy = "Send the access token exactly as Microsoft Entra ID issued it."


class ClaimRefused(TokenRefused):
    """The signature is right, but a claim is not acceptable here."""
