"""Makes identities of people, verified from tokens of the scripted authority."""

from typing import Any

from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from scripted import K1, ScriptedAuthority, claims_v2, token, trust


def person(**changes: Any) -> Identity:
    claims = claims_v2(**changes)
    identity = identify(token(claims), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=claims["iat"])
    assert identity is not None
    return identity
