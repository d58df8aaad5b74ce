"""ID tokens of page sign-in and access tokens are told apart; beside each refusal stands a twin that is accepted."""

import time
from typing import Any

import pytest
from agent_claims import AGENT, FOR_A_PERSON, ON_ITS_OWN
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import MalformedToken, Refused
from django_entrance.verification.identify import identify, identify_id_token
from django_entrance.verification.identity import Identity
from id_tokens import NONCE, id_claims, id_claims_v1
from scripted import (
    ADA,
    API,
    K1,
    NOW,
    NULL,
    OTHER_TENANT,
    PUBLIC_HOST,
    SPA,
    STRANGER,
    TENANT,
    ScriptedAuthority,
    base64url,
    claims_v1,
    claims_v2,
    header_of,
    token,
    trust,
)

HOME = f"https://sts.windows.net/{OTHER_TENANT}/"


def sign_in(text: str, authority: Authority, **changes: Any) -> Identity:
    asked: dict[str, Any] = {"nonce": NONCE, "now": NOW}
    return identify_id_token(text, authority, **asked | changes)


def reason(text: str, authority: Authority, **changes: Any) -> str:
    try:
        identity = sign_in(text, authority, **changes)
    except Refused as refusal:
        return refusal.reason
    assert (identity.tenant_id, identity.object_id, identity.door) == (TENANT, ADA, "page")
    return "accepted"


@pytest.mark.parametrize("claims", [id_claims(), id_claims_v1()], ids=["v2.0", "v1.0"])
def test_a_person_signs_in(authority: Authority, claims: dict[str, Any]) -> None:
    identity = sign_in(token(claims), authority)
    assert (identity.object_id, identity.door, identity.client_id) == (ADA, "page", API)
    assert (set(identity.scopes), set(identity.app_roles)) == (set(), {"Admin"})
    assert (identity.signed_in_at, identity.expires_at) == (NOW - 300, NOW + 3600)


def test_the_clock_is_asked_when_no_time_is_given(authority: Authority) -> None:
    assert sign_in(token(id_claims(now=int(time.time()))), authority, now=None).object_id == ADA
    assert reason(token(id_claims()), authority, now=NOW + 86_400) == "token_expired"


@pytest.mark.parametrize(
    ("reason_told", "refused", "accepted"),
    [
        ("nonce_refused", {"nonce": None}, {}),
        ("nonce_refused", {"nonce": NULL}, {}),
        ("nonce_refused", {"nonce": ""}, {}),
        ("nonce_refused", {"nonce": f"{NONCE[:-1]}c"}, {"nonce": f"{NONCE[:-1]}b"}),
        ("nonce_refused", {"nonce": NONCE.upper()}, {}),
        ("nonce_refused", {"nonce": f"{NONCE} "}, {}),
        ("nonce_refused", {"nonce": "é"}, {}),
        ("nonce_refused", {"nonce": [NONCE]}, {"nonce": NONCE}),
        ("nonce_refused", {"nonce": {NONCE: NONCE}}, {"nonce": NONCE}),
        ("nonce_refused", {"nonce": 5}, {"nonce": NONCE}),
        ("nonce_refused", {"nonce": True}, {"nonce": NONCE}),
        ("audience_refused", {"aud": [API]}, {"aud": API}),
        ("audience_refused", {"aud": [API, SPA]}, {"aud": API}),
        ("audience_refused", {"aud": None}, {}),
        ("audience_refused", {"aud": f"api://{API}"}, {"aud": API}),
        ("audience_refused", {"aud": SPA}, {"aud": API}),
        ("audience_refused", {"aud": API.upper()}, {"aud": API}),
        ("audience_refused", {"azp": SPA}, {"azp": API}),
        ("audience_refused", {"azp": NULL}, {"azp": API}),
        ("not_an_id_token", {"scp": "access_as_user"}, {}),
        ("not_an_id_token", {"scp": NULL}, {}),
        ("not_an_id_token", {"appid": API}, {"azp": API}),
        ("token_expired", {"exp": NOW - 60}, {"exp": NOW - 59}),
        ("token_not_yet_valid", {"nbf": NOW + 61, "iat": NOW}, {"nbf": NOW + 60, "iat": NOW}),
        ("time_refused", {"iat": None}, {}),
        ("time_refused", {"exp": str(NOW + 60)}, {"exp": NOW + 60}),
        ("tenant_refused", {"tid": OTHER_TENANT}, {"tid": TENANT}),
        ("version_refused", {"ver": "1.0"}, {"ver": "2.0"}),
        ("object_id_refused", {"oid": None}, {}),
        ("subject_refused", {"sub": ""}, {"sub": "s"}),
        ("application_refused", {"idtyp": "app"}, {"idtyp": "user"}),
        ("application_refused", {"sub": ADA}, {"sub": f"{ADA}x"}),
        ("device_refused", {"idtyp": "device"}, {"idtyp": "user"}),
        ("agent_refused", FOR_A_PERSON, {"xms_act_fct": "1"}),
        ("development_token", {"aio": "entra-double.x"}, {"aio": "entra-doublex"}),
    ],
    ids=str,
)
def test_each_flaw_has_its_refusal(
    authority: Authority, reason_told: str, refused: dict[str, Any], accepted: dict[str, Any]
) -> None:
    assert reason(token(id_claims(**accepted)), authority) == "accepted"
    assert reason(token(id_claims(**refused)), authority) == reason_told


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "RS512"}, {"crit": ["b64"]}], ids=str)
def test_another_header_is_refused(authority: Authority, header: dict[str, Any]) -> None:
    text = token(id_claims(), header=header_of(K1, **header))
    assert reason(text, authority) == ("header_refused" if "crit" in header else "algorithm_refused")


def test_without_a_signature_it_is_refused(authority: Authority) -> None:
    signed, _, signature = token(id_claims()).rpartition(".")
    assert reason(f"{signed}.{signature}", authority) == "accepted"
    assert reason(f"{signed}.", authority) == "token_malformed"
    none = base64url(b'{"alg":"none","typ":"JWT"}')
    assert reason(f"{none}.{signed.partition('.')[2]}.", authority) == "algorithm_refused"


def test_a_key_of_another_is_refused(authority: Authority) -> None:
    assert reason(token(id_claims(), key=STRANGER), authority) == "signature_wrong"
    assert reason(token(id_claims(), key=K1), authority) == "accepted"


@pytest.mark.parametrize(
    "text",
    [
        "opaque",
        "",
        token(id_claims(iss=f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", tid=OTHER_TENANT)),
        token(id_claims(iss="https://accounts.example/")),
    ],
    ids=["opaque", "empty", "another tenant", "another issuer"],
)
def test_another_issuer_is_a_refusal_and_not_another_login(authority: Authority, text: str) -> None:
    with pytest.raises(MalformedToken, match="the authority that the sign-in was begun at"):
        sign_in(text, authority)


def test_only_the_authority_of_the_sign_in_counts(authority: Authority, published: ScriptedAuthority) -> None:
    other = trust(published, tenant=OTHER_TENANT, name="partners")
    assert reason(token(id_claims()), authority) == "accepted"
    assert reason(token(id_claims()), other) == "token_malformed"


@pytest.mark.parametrize("claims", [claims_v2(), claims_v1(), claims_v2(aud=API, azp=API)], ids=["v2", "v1", "own"])
def test_an_access_token_is_no_id_token(authority: Authority, claims: dict[str, Any]) -> None:
    text = token(claims)
    if claims.get("azp") != API:
        assert identify(text, [authority], now=NOW) is not None
    assert reason(text, authority) in {"audience_refused", "not_an_id_token"}
    assert reason(token(claims | {"nonce": NONCE}), authority) in {"audience_refused", "not_an_id_token"}


def test_an_access_token_without_a_scope_lacks_the_nonce(authority: Authority) -> None:
    applications = claims_v2(aud=API, azp=API, scp=None, idtyp="app")
    assert reason(token(applications), authority) == "nonce_refused"


@pytest.mark.parametrize("claims", [id_claims(), id_claims_v1(), id_claims(nonce=None)], ids=["v2", "v1", "no nonce"])
def test_an_id_token_is_no_access_token(authority: Authority, claims: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        identify(token(claims), [authority], now=NOW)
    assert refused.value.reason == "id_token"


@pytest.mark.parametrize("nonce", ["", None])
def test_without_a_nonce_nothing_is_verified(authority: Authority, nonce: Any) -> None:
    """With None the token would be verified as an access token."""
    for text in (token(claims_v2()), token(id_claims(nonce=""))):
        with pytest.raises(ValueError, match="with the nonce of its sign-in"):
            sign_in(text, authority, nonce=nonce)


@pytest.mark.parametrize(
    ("allowed", "outcome"),
    [(True, "accepted"), (False, "guest_refused"), ([OTHER_TENANT], "accepted"), ([API], "guest_refused")],
)
def test_guests_are_let_in_by_the_settings(published: ScriptedAuthority, allowed: Any, outcome: str) -> None:
    text = token(id_claims(acct=1, idp=HOME))
    assert reason(text, trust(published, allow_guests=allowed)) == outcome


def test_an_allowed_agent_acts_for_its_person_and_never_alone(published: ScriptedAuthority) -> None:
    allowing = trust(published, client_id=AGENT, allow_agents=[AGENT])
    assert reason(token(id_claims(aud=AGENT, **FOR_A_PERSON)), allowing) == "accepted"
    assert reason(token(id_claims(aud=AGENT, **ON_ITS_OWN)), allowing) == "application_refused"


def test_a_token_of_entra_double_is_accepted_in_development(published: ScriptedAuthority) -> None:
    text = token(id_claims(aio="entra-double.x"))
    assert reason(text, trust(published, allow_development_tokens=True)) == "accepted"
    assert reason(text, trust(published)) == "development_token"


def test_clients_and_scopes_say_nothing_of_a_page_sign_in(published: ScriptedAuthority) -> None:
    strict = trust(published, allowed_clients=[SPA], required_scopes=["access_as_user"])
    assert reason(token(id_claims()), strict) == "accepted"


def test_a_refusal_tells_who_it_was(authority: Authority) -> None:
    with pytest.raises(Refused) as refused:
        sign_in(token(id_claims(nonce="another")), authority)
    assert refused.value.caller is not None
    assert (refused.value.caller.tenant_id, refused.value.caller.object_id) == (TENANT, ADA)
    assert NONCE not in str(refused.value)
    assert "another" not in refused.value.detail
