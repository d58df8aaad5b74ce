"""Makes ID tokens of the application's own page sign-in, as Entra issues them."""

from typing import Any

from scripted import API, NOW, Json, claims_v1, claims_v2

NONCE = "4c1d0f0b9a7e4d63b1f2a86c5e907d3b"
"""What the authority was given."""

NOT_IN_ID_TOKENS = dict.fromkeys(("azp", "azpacr", "scp", "appid", "appidacr", "xms_ftd"))


def id_claims(*, now: int = NOW, **changes: Any) -> Json:
    """The claims of a v2.0 ID token."""
    own = {"aud": API, "nonce": NONCE, "sid": "005c1b5e-60a0-4f1d-9a0b-2f6e1b7d0c11", "login_hint": "O.CiRhZGEwMDAw"}
    return claims_v2(now=now, **NOT_IN_ID_TOKENS | own | changes)


def id_claims_v1(*, now: int = NOW, **changes: Any) -> Json:
    """The claims of a v1.0 ID token."""
    return claims_v1(now=now, **NOT_IN_ID_TOKENS | {"aud": API, "nonce": NONCE} | changes)
