"""Makes ID tokens of the application's own page sign-in, as Entra issues them."""

from typing import Any

from scripted import API, Json, claims_v1, claims_v2

NONCE = "4c1d0f0b9a7e4d63b1f2a86c5e907d3b"
"""What the authority was given."""

NOT_IN_ID_TOKENS: Json = dict.fromkeys(("azp", "azpacr", "scp", "appid", "appidacr", "xms_ftd"))


def id_claims(**changes: Any) -> Json:
    """The claims of a v2.0 ID token."""
    own: Json = {"aud": API, "nonce": NONCE, "sid": "005c1b5e-60a0-4f1d-9a0b-2f6e1b7d0c11", "login_hint": "O.CiRhZGEw"}
    return claims_v2(**NOT_IN_ID_TOKENS | own | changes)


def id_claims_v1(**changes: Any) -> Json:
    """The claims of a v1.0 ID token."""
    own: Json = {"aud": API, "nonce": NONCE}
    return claims_v1(**NOT_IN_ID_TOKENS | own | changes)
