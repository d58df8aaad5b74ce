"""Issues and verifies Logbook's own tokens.

Uses PyJWT: maintained since 2011, quick with security fixes, and small enough to review.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import jwt
from django.contrib.auth.models import User
from django.utils.crypto import constant_time_compare, salted_hmac

ISSUER = AUDIENCE = "logbook"
ALGORITHM = "HS256"
LIFETIME = timedelta(hours=12)
REQUIRED = ["iss", "aud", "sub", "iat", "exp", "pwd"]
LONGEST = 512  # own tokens have about 300 characters; longer ones are not parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnToken:
    token: str = field(repr=False)
    expires_at: datetime


class OwnTokenRefused(Exception):
    """The token is not an own token, or no longer valid. `reason` is stable."""

    def __init__(self, reason: str, detail: str, *, status: int = 401, error: str = "invalid_token") -> None:
        super().__init__(detail)
        self.reason, self.detail, self.status, self.error = reason, detail, status, error


def issue_token(user: User) -> OwnToken:
    """Return a token for the user. It is valid for 12 hours or until the password changes."""
    now = datetime.now(UTC)
    expires_at = now + LIFETIME
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user.pk),
        "iat": now,
        "exp": expires_at,
        "pwd": password_fingerprint(user),
    }
    return OwnToken(token=jwt.encode(claims, signing_key(), algorithm=ALGORITHM), expires_at=expires_at)


def user_of_token(token: str) -> User:
    """Return the active user of an own token.

    Raises:
        OwnTokenRefused: with `token_unknown`, `token_expired`, `token_revoked` or `user_disabled` as its reason.
    """
    claims = verified_claims(token)
    user = User.objects.filter(pk=claims["sub"]).first()
    if user is None or not constant_time_compare(claims["pwd"], password_fingerprint(user)):
        raise OwnTokenRefused("token_revoked", "The password was changed, or the user removed. Sign in again.")
    if not user.is_active:
        detail = "This user is deactivated. Ask an administrator."
        raise OwnTokenRefused("user_disabled", detail, status=403, error="access_denied")
    return user


def verified_claims(token: str) -> dict[str, str]:
    try:
        claims: dict[str, str] = jwt.decode(
            token if len(token) <= LONGEST else "",
            signing_key(),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": REQUIRED},
        )
    except jwt.ExpiredSignatureError:
        raise OwnTokenRefused("token_expired", "The token has expired. Sign in again.") from None
    except jwt.PyJWTError:
        raise OwnTokenRefused("token_unknown", "Unknown token. Sign in.") from None
    return claims


def signing_key() -> bytes:
    """Return a key derived from `SECRET_KEY`, so that other values signed with it are never valid tokens."""
    return salted_hmac("logbook.accounts.tokens.key", "", algorithm="sha256").digest()


def password_fingerprint(user: User) -> str:
    """Return a fingerprint that changes with the password and does not reveal it."""
    return salted_hmac("logbook.accounts.tokens.password", user.password, algorithm="sha256").hexdigest()[:32]
