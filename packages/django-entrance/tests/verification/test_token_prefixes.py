import pytest
from django_entrance.verification.token_prefixes import entra_headers, payload_prefix
from django_entrance.verification.unverified import read_key_id
from scripted import K1, Json, claims_v1, claims_v2, token


@pytest.mark.parametrize("claims", [claims_v1(), claims_v2(), claims_v1(aud='é "quoted"'), claims_v2(iss="/")])
def test_a_payload_opens_with_audience_and_issuer(claims: Json) -> None:
    segment = token({"aud": claims["aud"], "iss": claims["iss"], **claims}).split(".")[1]
    begin = payload_prefix(claims["aud"], claims["iss"])
    assert segment.startswith(begin)
    for other in ({"aud": claims["aud"][:-1]}, {"iss": claims["iss"][:-1] + "?"}, {"iss": claims["iss"] + "/"}):
        assert not token({**claims, **other}).split(".")[1].startswith(begin)


def test_the_headers_of_a_key_are_those_that_entra_writes() -> None:
    v2, v1 = entra_headers(K1.key_id)
    assert token().startswith(f"{v2}.")
    assert token(header={"typ": "JWT", "alg": "RS256", "x5t": K1.key_id, "kid": K1.key_id}).startswith(f"{v1}.")
    assert [read_key_id(header) for header in (v2, v1)] == [K1.key_id] * 2
