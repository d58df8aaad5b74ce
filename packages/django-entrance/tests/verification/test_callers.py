"""A refusal knows who was refused: nothing but the authority before the signature is verified, ids alone after it."""

from typing import Any

import pytest
from django_entrance.verification.errors import (
    AudienceRefused,
    AuthorityNotHere,
    BadSignature,
    Caller,
    ClientRefused,
    MalformedToken,
    ObjectIdRefused,
    Refused,
    ScopeMissing,
    TokenExpired,
)
from django_entrance.verification.identify import identify
from scripted import (
    ADA,
    K1,
    NOW,
    OTHER_TENANT,
    SPA,
    STRANGER,
    TENANT,
    ScriptedAuthority,
    claims_v1,
    claims_v2,
    token,
    trust,
)

KNOWN = Caller("staff", TENANT, ADA, SPA)
UNKNOWN = Caller("staff", "", "", "")


def refusal_of(text: str, **options: Any) -> Refused:
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]), name="staff")
    with pytest.raises(Refused) as caught:
        identify(text, [authority], now=NOW, **options)
    return caught.value


@pytest.mark.parametrize(
    ("claims", "kind", "caller"),
    [
        (claims_v2(scp="other"), ScopeMissing, KNOWN),
        (claims_v1(scp="other"), ScopeMissing, KNOWN),
        (claims_v2(exp=NOW - 100), TokenExpired, KNOWN),
        (claims_v2(aud="other"), AudienceRefused, KNOWN),
        (claims_v2(scp="other", oid=ADA.upper()), ScopeMissing, KNOWN),
        (claims_v2(oid="no\nid"), ObjectIdRefused, KNOWN._replace(object_id="")),
        (claims_v2(oid=None), ObjectIdRefused, KNOWN._replace(object_id="")),
        (claims_v2(azp={"a": "b"}), ClientRefused, KNOWN._replace(client_id="")),
        (claims_v2(azp=OTHER_TENANT), ClientRefused, KNOWN._replace(client_id=OTHER_TENANT)),
    ],
)
def test_proved_claims_tell_the_ids(claims: Any, kind: type[Refused], caller: Caller) -> None:
    refusal = refusal_of(token(claims))
    assert (type(refusal), refusal.caller) == (kind, caller)


def test_what_is_not_proved_tells_none() -> None:
    for text, kind in ((token(key=STRANGER), BadSignature), (token(header={"alg": "RS256"})[:-300], MalformedToken)):
        refusal = refusal_of(text)
        assert isinstance(refusal, kind)
        assert refusal.caller == UNKNOWN


def test_another_place_refuses_a_known_caller() -> None:
    refusal = refusal_of(token(), here=["partners"])
    assert (type(refusal), refusal.caller) == (AuthorityNotHere, KNOWN)


def test_an_identity_has_the_same_ids() -> None:
    identity = identify(token(), [trust(ScriptedAuthority(keys=[K1.jwk()]), name="staff")], now=NOW)
    assert identity is not None
    assert identity.caller == KNOWN
