import ast
import inspect
from pathlib import Path
from typing import Any

import django_entrance
import pytest
from django_entrance.verification.authority import Authority, find_issuer
from django_entrance.verification.claims import verify
from django_entrance.verification.errors import MalformedToken, Refused, UnknownSigningKey
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.unverified import parse_jws
from scripted import (
    ADA,
    API,
    K1,
    K2,
    NOW,
    NULL,
    OTHER_TENANT,
    PUBLIC_HOST,
    SPA,
    STRANGER,
    TENANT,
    Json,
    Key,
    ScriptedAuthority,
    as_json,
    base64url,
    claims_v1,
    claims_v2,
    header_of,
    sign,
    token,
    trust,
)


def let_in(authority: Authority, text: str) -> Identity:
    identity = identify(text, [authority], now=NOW)
    assert identity is not None
    return identity


def refused(authority: Authority, text: str) -> tuple[int, str]:
    with pytest.raises(Refused) as refusal:
        identify(text, [authority], now=NOW)
    return refusal.value.status, refusal.value.reason


@pytest.mark.parametrize("claims", [claims_v1(), claims_v2()], ids=["v1.0", "v2.0"])
def test_both_versions_are_let_in(authority: Authority, claims: Json) -> None:
    identity = let_in(authority, token(claims))
    assert (identity.tenant_id, identity.object_id, identity.client_id) == (TENANT, ADA, SPA)


def test_any_published_key_may_sign(authority: Authority) -> None:
    assert let_in(authority, token(key=K2)).object_id == ADA


def test_a_stranger_with_a_published_key_id_is_refused(authority: Authority) -> None:
    assert refused(authority, token(key=STRANGER)) == (401, "signature_wrong")


def test_the_key_of_another_key_id_is_refused(authority: Authority) -> None:
    assert refused(authority, token(key=K2, header=header_of(K1))) == (401, "signature_wrong")


def test_every_part_is_under_the_signature(authority: Authority) -> None:
    header, payload, signature = token().split(".")
    other_header = base64url(b'{"typ":"JWT","kid":"first-key","alg":"RS256"}')
    other_payload = token(claims_v2(oid=ADA.replace("4", "5"))).split(".")[1]
    assert refused(authority, f"{other_header}.{payload}.{signature}") == (401, "signature_wrong")
    assert refused(authority, f"{header}.{other_payload}.{signature}") == (401, "signature_wrong")
    assert refused(authority, f"{header}.{payload}.{base64url(bytes(256))}") == (401, "signature_wrong")
    assert refused(authority, f"{header}.{payload}.{base64url(bytes(257))}") == (401, "signature_wrong")


def test_claims_are_not_looked_at_before_the_signature(authority: Authority) -> None:
    flawed = claims_v2(exp=1, tid=OTHER_TENANT, aud="x", scp=None, oid="x")
    assert refused(authority, token(flawed, key=STRANGER)) == (401, "signature_wrong")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tid": None}, "tenant_refused"),
        ({"tid": OTHER_TENANT}, "tenant_refused"),
        ({"tid": f"{{{TENANT}}}"}, "tenant_refused"),
        ({"tid": f"{TENANT}\n"}, "tenant_refused"),
        ({"tid": [TENANT]}, "tenant_refused"),
        ({"ver": None}, "version_refused"),
        ({"ver": "1.0"}, "version_refused"),
        ({"ver": 2}, "version_refused"),
        ({"ver": ["2.0"]}, "version_refused"),
        ({"aud": None}, "audience_refused"),
        ({"aud": [API]}, "audience_refused"),
        ({"aud": API.upper()}, "audience_refused"),
        ({"aud": f"api://{API}/"}, "audience_refused"),
        ({"aud": f"{API}x"}, "audience_refused"),
        ({"aud": "*"}, "audience_refused"),
        ({"aud": SPA}, "id_token"),
        ({"nonce": "n"}, "id_token"),
        ({"at_hash": "h"}, "id_token"),
        ({"events": {}}, "id_token"),
        ({"aud": "00000003-0000-0000-c000-000000000000"}, "graph_token"),
        ({"aud": "https://graph.microsoft.com/"}, "graph_token"),
        ({"cnf": {"kid": "x"}}, "proof_of_possession"),
        ({"aio": "entra-double."}, "development_token"),
        ({"exp": NOW - 60}, "token_expired"),
        ({"nbf": NOW + 61}, "token_not_yet_valid"),
        ({"iat": NOW + 61}, "token_not_yet_valid"),
        ({"exp": None}, "time_refused"),
        ({"exp": NULL}, "time_refused"),
        ({"exp": True}, "time_refused"),
        ({"exp": -1}, "time_refused"),
        ({"exp": str(NOW)}, "time_refused"),
        ({"exp": NOW + 3600.5}, "time_refused"),
        ({"exp": (NOW + 3600) * 1000}, "time_refused"),
        ({"exp": 2**63}, "time_refused"),
        ({"nbf": "0"}, "time_refused"),
        ({"nbf": NOW + 7200}, "time_refused"),
        ({"iat": None}, "time_refused"),
        ({"iat": -5}, "time_refused"),
        ({"iat": NOW + 3601}, "time_refused"),
        ({"iat": NOW - 30 * 3600}, "time_refused"),
        ({"oid": None}, "object_id_refused"),
        ({"oid": ""}, "object_id_refused"),
        ({"oid": "None"}, "object_id_refused"),
        ({"oid": f"{ADA}\n"}, "object_id_refused"),
        ({"oid": "00000000-0000-0000-0000-000000000000"}, "object_id_refused"),
        ({"oid": {"$ne": 1}}, "object_id_refused"),
        ({"sub": None}, "subject_refused"),
        ({"sub": ""}, "subject_refused"),
        ({"sub": 5}, "subject_refused"),
        ({"sub": "s" * 256}, "subject_refused"),
    ],
    ids=str,
)
def test_claim_that_entra_would_not_issue_for_us_is_refused(authority: Authority, changes: Json, reason: str) -> None:
    assert refused(authority, token(claims_v2(**changes))) == (401, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": f"api://{API}"},
        {"exp": NOW - 59},
        {"nbf": NOW + 60},
        {"iat": NOW + 60},
        {"iat": NOW - 28 * 3600, "nbf": NOW - 28 * 3600},
        {"oid": ADA.upper()},
        {"sub": "s" * 255},
        {"scp": "User.Read access_as_user"},
        {"idtyp": "user"},
        {"roles": None},
        {"name": None, "preferred_username": None},
        {"xms_cc": 5, "acrs": "c1", "groups": "all", "hasgroups": True},
        {"aio": "entra-double"},
        {"aio": "Entra-double.x"},
        {"aio": ".entra-double."},
        {"aio": ["entra-double."]},
        {"aio": None},
        {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://evil.example"}}},
    ],
    ids=str,
)
def test_the_twin_one_bit_away_is_let_in(authority: Authority, changes: Json) -> None:
    assert let_in(authority, token(claims_v2(**changes))).object_id == ADA


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scp": None}, "scope_missing"),
        ({"scp": ""}, "scope_missing"),
        ({"scp": "access_as_user2"}, "scope_missing"),
        ({"scp": "Access_As_User"}, "scope_missing"),
        ({"scp": "User.Read,access_as_user"}, "scope_missing"),
        ({"scp": "User.Read\taccess_as_user"}, "scope_missing"),
        ({"scp": f"api://{API}/access_as_user"}, "scope_missing"),
        ({"scp": ["access_as_user"]}, "scope_missing"),
        ({"scp": None, "roles": ["access_as_user"]}, "scope_missing"),
        ({"azp": API}, "client_refused"),
        ({"azp": None}, "client_refused"),
        ({"azp": [SPA]}, "client_refused"),
        ({"azp": SPA.upper()}, "client_refused"),
        ({"idtyp": "app"}, "application_refused"),
        ({"idtyp": "APP"}, "application_refused"),
        ({"idtyp": "device"}, "device_refused"),
        ({"scp": None, "sub": ADA, "roles": ["Admin"]}, "application_refused"),
    ],
    ids=str,
)
def test_good_token_that_may_not_enter_is_forbidden(authority: Authority, changes: Json, reason: str) -> None:
    assert refused(authority, token(claims_v2(**changes))) == (403, reason)


def test_tokens_of_entra_double_are_let_in_where_they_are_allowed(published: ScriptedAuthority) -> None:
    strict, lenient = trust(published), trust(published, allow_development_tokens=True)
    for claims in (claims_v1(aio="entra-double.x"), claims_v2(aio="entra-double.x")):
        assert refused(strict, token(claims)) == (401, "development_token")
        assert let_in(lenient, token(claims)).object_id == ADA


@pytest.mark.parametrize(("host", "allowed"), [("http://localhost:8400", True), ("https://localhost:8400", False)])
def test_plain_http_is_for_development_already(published: ScriptedAuthority, host: str, allowed: bool) -> None:
    assert trust(published, host=host).policy.allow_development_tokens is allowed
    assert trust(published, host=host, allow_development_tokens=True).policy.allow_development_tokens is True


def test_v1_tokens_name_their_client_in_appid(authority: Authority) -> None:
    assert refused(authority, token(claims_v1(appid=API))) == (403, "client_refused")
    assert refused(authority, token(claims_v1(appid=None, azp=SPA))) == (403, "client_refused")


def test_without_a_list_every_client_may_ask(published: ScriptedAuthority) -> None:
    authority = trust(published, allowed_clients=None)
    assert let_in(authority, token(claims_v2(azp=OTHER_TENANT))).client_id == OTHER_TENANT


def test_without_a_required_scope_any_scope_will_do(published: ScriptedAuthority) -> None:
    authority = trust(published, required_scopes=frozenset())
    assert let_in(authority, token(claims_v2(scp="other"))).scopes == {"other"}
    assert refused(authority, token(claims_v2(scp=None))) == (403, "scope_missing")


def test_when_both_sides_share_one_registration_only_the_scope_tells_an_id_token(published: ScriptedAuthority) -> None:
    authority = trust(published, spa_client_id=API, allowed_clients=None)
    assert refused(authority, token(claims_v2(nonce="n", scp=None))) == (401, "id_token")
    assert refused(authority, token(claims_v2(scp=None))) == (403, "scope_missing")
    assert let_in(authority, token()).object_id == ADA


def test_without_client_and_scope_it_is_an_id_token(published: ScriptedAuthority) -> None:
    """One of the API's own, with no nonce in it; each claim alone would make it another thing."""
    authority = trust(published, allowed_clients=None)
    assert refused(authority, token(claims_v2(azp=None, scp=None))) == (401, "id_token")
    assert refused(authority, token(claims_v1(appid=None, scp=None))) == (401, "id_token")
    assert refused(authority, token(claims_v1(scp=None))) == (403, "scope_missing")
    assert refused(authority, token(claims_v2(azp=None))) == (403, "client_refused")


@pytest.mark.parametrize(
    ("issuer", "is_ours"),
    [
        (f"{PUBLIC_HOST}/{{tenantid}}/v2.0", True),
        (f"{PUBLIC_HOST}/{TENANT}/v2.0", True),
        (None, True),
        (f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", False),
        (f"{PUBLIC_HOST}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", False),
        ("https://login.microsoftonline.us/{tenantid}/v2.0", False),
    ],
)
@pytest.mark.parametrize("claims", [claims_v1(), claims_v2()], ids=["v1.0", "v2.0"])
def test_a_key_signs_only_for_its_own_issuer(claims: Json, issuer: str | None, is_ours: bool) -> None:
    authority = trust(ScriptedAuthority(keys=[K1.jwk(issuer=issuer)]))
    if is_ours:
        assert let_in(authority, token(claims)).object_id == ADA
    else:
        assert refused(authority, token(claims)) == (401, "key_issuer_refused")


def test_a_key_of_1024_bits_is_not_among_the_published() -> None:
    weak = Key.make("weak", bits=1024)
    authority = trust(ScriptedAuthority(keys=[K1.jwk(), weak.jwk()]))
    assert refused(authority, token(key=weak)) == (401, "token_malformed"), "its signatures are too short for others"
    with pytest.raises(UnknownSigningKey):
        authority.keys.find("weak")


DAEMON = "dae00000-0000-4000-8000-000000000009"


def daemon_claims(**changes: Any) -> Json:
    """The claims of an application's own token: no person, no scope, an app role."""
    return claims_v2(**{"azp": DAEMON, "sub": ADA, "scp": None, "name": None, "preferred_username": None} | changes)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"roles": None}, "app_role_missing"),
        ({"roles": [5]}, "app_role_missing"),
        ({"azp": SPA}, "application_refused"),
        ({"scp": "access_as_user", "idtyp": "app"}, "application_refused"),
        ({"scp": "access_as_user", "idtyp": "device"}, "device_refused"),
        ({"scp": None, "idtyp": "device"}, "device_refused"),
        ({"sub": "somebody"}, "scope_missing"),
    ],
    ids=str,
)
def test_an_application_needs_to_be_named_and_to_have_an_app_role(
    published: ScriptedAuthority, changes: Json, reason: str
) -> None:
    authority = trust(published, applications=[DAEMON])
    assert refused(authority, token(daemon_claims(**changes))) == (403, reason)
    for twin in (daemon_claims(), daemon_claims(idtyp="app", sub="anything")):
        identity = let_in(authority, token(twin))
        assert identity.is_application
        assert (identity.app_roles, identity.scopes) == (frozenset({"Admin"}), frozenset())


def test_where_applications_are_not_switched_on_none_may_enter(authority: Authority) -> None:
    assert refused(authority, token(daemon_claims())) == (403, "application_refused")
    assert not let_in(authority, token()).is_application


def test_guests_may_be_kept_out(published: ScriptedAuthority) -> None:
    members_only = trust(published, allow_guests=False)
    assert refused(members_only, token(claims_v2(acct=1))) == (403, "guest_refused")
    assert let_in(members_only, token(claims_v2(acct=0))).object_id == ADA
    assert let_in(trust(published), token(claims_v2(acct=1))).is_guest


@pytest.mark.parametrize(
    "payload",
    [
        as_json(claims_v2())[:-1] + b',"tid":"x"}',
        as_json(claims_v2())[:-1] + b',"TID":"x"}',
        as_json(claims_v2())[:-1] + b',"x":NaN}',
        as_json(claims_v2())[:-1] + b',"x":1e400}',
        as_json(claims_v2())[:-1] + b',"x":' + b"1" * 4_301 + b"}",
        as_json(claims_v2())[:-1] + b',"x":"\\ud800"}',
        as_json(claims_v2())[:-1] + b',"x":' + b"[" * 256 + b"]" * 256 + b"}",
        as_json(claims_v2()) + b" ",
        as_json({"aud": "x", "iss": claims_v2()["iss"]}) + b"{}",
    ],
    ids=lambda payload: repr(payload[-30:]),
)
def test_claims_in_other_than_strict_json_are_refused_once_they_are_proved(
    authority: Authority, payload: bytes
) -> None:
    text = token(payload)
    assert refused(authority, text) == (401, "token_malformed")
    assert refused(authority, sign(text.rpartition(".")[0], STRANGER)) == (401, "signature_wrong")


@pytest.mark.parametrize("payload", [b"[]", b"\xef\xbb\xbf" + as_json(claims_v2())], ids=["array", "byte order mark"])
def test_what_names_no_issuer_at_all_is_nobodys(authority: Authority, payload: bytes) -> None:
    assert identify(token(payload), [authority], now=NOW) is None


@pytest.mark.parametrize("more", [b',"x":1e300}', b',"x":' + b"1" * 4_300 + b"}", b',"x":"\\u00e9"}'])
def test_claims_in_strict_json_are_read(authority: Authority, more: bytes) -> None:
    assert let_in(authority, token(as_json(claims_v2())[:-1] + more)).object_id == ADA


def test_a_signature_in_other_than_canonical_base64url_is_refused(authority: Authority) -> None:
    text = token()
    for other in (f"{text}=", f"{text}!", text[:-1], text[:-1] + chr(ord(text[-1]) + 1)):
        assert refused(authority, other) == (401, "token_malformed")


def test_the_issuer_that_chose_the_key_is_the_one_that_was_signed(authority: Authority) -> None:
    """Whatever may fool the first look at a token, the verified claims decide."""
    unverified = parse_jws(token())
    assert unverified is not None
    named = find_issuer(unverified, [authority])
    assert named is not None
    other = named._replace(identifier=claims_v1()["iss"])
    with pytest.raises(MalformedToken):
        verify(unverified, other, authority.keys.find(K1.key_id), now=NOW)
    assert verify(unverified, named, authority.keys.find(K1.key_id), now=NOW).tenant_id == TENANT


def test_nothing_of_a_token_shows_in_a_repr(authority: Authority) -> None:
    text = token()
    unverified, identity = parse_jws(text), let_in(authority, text)
    shown = repr((unverified, identity, identity.claims))
    for secret in (*text.split("."), "Ada Lovelace", "ada@contoso.example"):
        assert secret not in shown
    assert ADA in shown


@pytest.mark.parametrize("name", ["VerifiedClaims", "Identity"])
def test_only_one_place_makes_the_trusted_types(name: str) -> None:
    """The import rules cannot see a constructor; this does."""
    makers = {"VerifiedClaims": {"claims.py", "kept.py"}, "Identity": {"identity.py"}}[name]  # a session kept them
    source = Path(inspect.getfile(django_entrance)).parent
    callers = {
        path.name
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }
    assert callers <= makers
