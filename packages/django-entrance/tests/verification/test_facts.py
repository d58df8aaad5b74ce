"""Every refusal names the expected and the actual value: the exact words, because people act on them."""

from typing import Any

import pytest
from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.bearer import read_bearer
from django_entrance.verification.claims import LONGEST_LIFETIME
from django_entrance.verification.encoding import MOST_BRACKETS, MOST_MEMBERS
from django_entrance.verification.errors import Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.issuers import CACHED_ISSUERS, CLOUDS, PERSONAL_ACCOUNTS
from django_entrance.verification.metadata import jwks
from django_entrance.verification.metadata.fetch import DOCUMENT_TIMEOUT, LARGEST_DOCUMENT
from django_entrance.verification.metadata.key_set import JITTER, LIFETIME, RENEWAL
from django_entrance.verification.metadata.sharing import CLAIM, POLL
from django_entrance.verification.metadata.signing_keys import COOL_DOWN, MOST_FETCHES, RETRY, WAIT
from django_entrance.verification.metadata.waiting import MOST_WAITING, MOST_WAITING_AFTER_FAILURE
from django_entrance.verification.unverified import ISSUER_WITHIN, LARGEST_TOKEN, LONGEST_KEY_ID
from scripted import (
    ADA,
    API,
    K1,
    NOW,
    NULL,
    OTHER_TENANT,
    PUBLIC_HOST,
    SPA,
    TENANT,
    Json,
    ScriptedAuthority,
    claims_v2,
    header_of,
    token,
    trust,
)


def facts(text: str, authority: Authority, now: float = NOW) -> tuple[str, str, object]:
    """Return reason, expected value and actual value."""
    with pytest.raises(Refused) as refusal:
        identify(text, [authority], now=now)
    assert refusal.value.policy is authority.policy
    return refusal.value.reason, refusal.value.expected, refusal.value.actual


CLAIMS: list[tuple[Json, str, str, object]] = [
    ({"tid": OTHER_TENANT}, "tenant_refused", f"tid {TENANT}", OTHER_TENANT),
    ({"tid": None}, "tenant_refused", f"tid {TENANT}", None),
    ({"ver": "1.0"}, "version_refused", "ver 2.0", "1.0"),
    ({"aud": 5}, "audience_refused", "one audience as a string", "int"),
    ({"aud": "x"}, "audience_refused", f"{API} or api://{API}", "x"),
    ({"aud": "https://graph.windows.net/"}, "graph_token", "", "https://graph.windows.net/"),
    ({"aud": SPA}, "id_token", "", f"aud {SPA}"),
    ({"c_hash": "h"}, "id_token", "", ""),
    ({"cnf": {}}, "proof_of_possession", "", ""),
    ({"aio": "entra-double.x"}, "development_token", "a token of Microsoft Entra ID", "a token of entra-double"),
    ({"exp": "x"}, "time_refused", "exp in whole seconds", "x"),
    ({"exp": 2**40}, "time_refused", "exp in whole seconds", 2**40),
    ({"nbf": None}, "time_refused", "nbf in whole seconds", None),
    ({"iat": -1}, "time_refused", "iat in whole seconds", -1),
    (
        {"nbf": NOW + 3601},
        "time_refused",
        "iat and nbf before exp, and a lifetime of at most 30 hours",
        f"exp {NOW + 3600}, iat {NOW - 300}",
    ),
    ({"exp": NOW - 60}, "token_expired", f"exp after {NOW}", NOW - 60),
    ({"nbf": NOW + 61}, "token_not_yet_valid", f"nbf and iat before {NOW}", NOW + 61),
    ({"oid": "x"}, "object_id_refused", "oid as a GUID", "x"),
    ({"sub": 5}, "subject_refused", "sub as text", "int"),
    ({"azp": 5}, "client_refused", "azp as text", "int"),
    ({"azp": "x"}, "client_refused", "a client id of ALLOWED_CLIENTS", "x"),
    ({"scp": "b a"}, "scope_missing", "access_as_user", "a b"),
    ({"scp": None, "sub": ADA}, "application_refused", "", SPA),
]


@pytest.mark.parametrize(("changes", "reason", "expected", "actual"), CLAIMS, ids=str)
def test_of_a_claim(authority: Authority, changes: Json, reason: str, expected: str, actual: object) -> None:
    assert facts(token(claims_v2(**changes)), authority) == (reason, expected, actual)


def test_of_any_scope(published: ScriptedAuthority) -> None:
    authority = trust(published, required_scopes=())
    assert facts(token(claims_v2(scp="")), authority) == ("scope_missing", "any scope", "")


def test_of_several_scopes(published: ScriptedAuthority) -> None:
    authority = trust(published, required_scopes=["b", "a"])
    assert facts(token(), authority) == ("scope_missing", "a b", "access_as_user")


def test_of_an_applications_roles(published: ScriptedAuthority) -> None:
    authority = trust(published, applications=[SPA])
    text = token(claims_v2(scp=None, sub=ADA, roles=None))
    assert facts(text, authority) == ("app_role_missing", "any app role granted to the application", "")


def test_of_a_tenant_that_is_not_on_the_list() -> None:
    issuer = f"{PUBLIC_HOST}/{{tenantid}}/v2.0"
    published = ScriptedAuthority(keys=[K1.jwk()], changes={"issuer": issuer})
    fetch = published.fetch
    authority = trust(
        published,
        tenant="organizations",
        allowed_tenants=[OTHER_TENANT],
        fetch=lambda url: fetch(url.replace("organizations", TENANT)),
    )
    assert facts(token(), authority) == ("tenant_refused", "a tenant of ALLOWED_TENANTS", TENANT)


@pytest.mark.parametrize(("flow", "actual"), [("B2C_1_C", "b2c_1_c"), (5, ""), (["B2C_1_a"], "")])
def test_of_a_user_flow(flow: object, actual: str) -> None:
    issuer = f"{PUBLIC_HOST}/{TENANT}/v2.0/"
    published = ScriptedAuthority(keys=[K1.jwk(issuer=None)], changes={"issuer": issuer})
    fetch = published.fetch
    authority = trust(
        published, user_flows=["B2C_1_b", "B2C_1_a"], fetch=lambda url: fetch(url.replace("/B2C_1_b", ""))
    )
    text = token(claims_v2(iss=issuer, ver="1.0", tfp=flow))
    assert facts(text, authority) == ("user_flow_refused", "b2c_1_a or b2c_1_b", actual)


def test_of_a_keys_issuer() -> None:
    authority = trust(ScriptedAuthority(keys=[K1.jwk(issuer="x")]))
    assert facts(token(), authority) == ("key_issuer_refused", f"{PUBLIC_HOST}/{TENANT}/v2.0", "x")


@pytest.mark.parametrize(
    ("changes", "reason", "expected", "actual"),
    [
        ({"alg": "none"}, "algorithm_refused", "RS256", "none"),
        ({"alg": NULL}, "algorithm_refused", "RS256", None),
        ({"typ": "x"}, "header_refused", "typ JWT", "x"),
        ({"zip": "DEF", "b64": False}, "header_refused", "no member that supplies or changes a key", "b64, zip"),
        ({"kid": ""}, "header_refused", "a kid of 1 to 256 characters", ""),
        ({"kid": "x"}, "signing_key_unknown", "a published key id", "x"),
        ({"nonce": "n"}, "graph_token", "", ""),
    ],
    ids=str,
)
def test_of_the_header(authority: Authority, changes: Json, reason: str, expected: str, actual: object) -> None:
    assert facts(token(header=header_of(K1, **changes)), authority) == (reason, expected, actual)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (0, "a header in canonical base64url and strict JSON (RFC 7515, RFC 8725)"),
        (2, "segments in canonical base64url (RFC 7515)"),
    ],
)
def test_of_the_form(authority: Authority, place: int, expected: str) -> None:
    segments = token().split(".")
    segments[place] += "!"
    assert facts(".".join(segments), authority) == ("token_malformed", expected, "")


def test_of_the_claims_form(authority: Authority) -> None:
    text = token(b'{"aud":"x","iss":"%s"}{}' % claims_v2()["iss"].encode())
    expected = "claims in canonical base64url and strict JSON (RFC 7515, RFC 8725)"
    assert facts(text, authority) == ("token_malformed", expected, "")


def test_of_the_size(authority: Authority) -> None:
    with pytest.raises(Refused) as refusal:
        identify("x" * 32_769, [authority])
    assert (refusal.value.expected, refusal.value.actual) == ("at most 32768 characters", "32769 characters")


@pytest.mark.parametrize(
    ("value", "actual"), [("Bearer", "none"), ("Bearer a b", "none or several"), ("Bearer\ta", "another separator")]
)
def test_of_the_authorization(value: str, actual: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_bearer(value)
    assert (refusal.value.expected, refusal.value.actual) == ("one token after «Bearer »", actual)


def test_of_an_outage(published: ScriptedAuthority) -> None:
    published.down = True
    authority = trust(published)
    expected = f"an answer from {PUBLIC_HOST}/{TENANT}/v2.0/.well-known/openid-configuration"
    assert facts(token(), authority) == ("authority_unreachable", expected, "")


@pytest.mark.parametrize(
    ("changes", "expected", "actual"),
    [
        ({"issuer": "x"}, f"issuer {PUBLIC_HOST}/{TENANT}/v2.0", "x"),
        ({"jwks_uri": "https://x/"}, f"jwks_uri on {PUBLIC_HOST}", "https://x/"),
        ({"token_endpoint": 5}, f"token_endpoint on {PUBLIC_HOST}", 5),
    ],
    ids=str,
)
def test_of_a_mismatch(published: ScriptedAuthority, changes: Json, expected: str, actual: object) -> None:
    published.changes = changes
    assert facts(token(), trust(published)) == ("authority_mismatch", expected, actual)


def test_of_the_place(authority: Authority) -> None:
    with pytest.raises(Refused) as refusal:
        identify(token(), [authority], here=(), now=NOW)
    assert (refusal.value.reason, refusal.value.actual) == ("authority_not_here", "default")


def test_the_figures_that_the_documentation_states() -> None:
    assert (LONGEST_LIFETIME, LARGEST_TOKEN, LONGEST_KEY_ID, ISSUER_WITHIN % 4) == (108_000, 32_768, 256, 0)
    assert (MOST_MEMBERS, MOST_BRACKETS) == (256, 256)
    assert (RENEWAL, LIFETIME, JITTER, COOL_DOWN, RETRY) == (3600, 86_400, 0.2, 300, 10)
    assert (WAIT, MOST_FETCHES, DOCUMENT_TIMEOUT, LARGEST_DOCUMENT, CLAIM, POLL) == (10, 4, 5, 1_000_000, 10, 0.05)
    assert (MOST_WAITING, MOST_WAITING_AFTER_FAILURE) == (2, 1)
    assert (1000, 10_000, range(2048, 4097)) == (jwks.MOST_KEYS, jwks.MOST_BRACKETS, jwks.KEY_BITS)
    assert CLOUDS == {
        "public": "https://login.microsoftonline.com",
        "us-government": "https://login.microsoftonline.us",
        "china": "https://login.partner.microsoftonline.cn",
        "sovereign-france": "https://login.sovcloud-identity.fr",
        "sovereign-germany": "https://login.sovcloud-identity.de",
        "sovereign-singapore": "https://login.sovcloud-identity.sg",
    }
    assert CACHED_ISSUERS == 1024
    assert PERSONAL_ACCOUNTS == "9188040d-6c67-4c5b-b112-36a304b66dad"


def test_what_trusted_takes_for_granted() -> None:
    """The defaults are the strict ones, save that every client and every scope will do."""
    authority = trusted(tenant=TENANT.upper(), client_id=API)
    policy = authority.policy
    assert (authority.name, authority.tenant, authority.keys.store) == ("default", TENANT, None)
    assert (policy.leeway, policy.allow_guests, policy.allow_personal_accounts) == (60, True, False)
    assert (policy.allowed_tenants, policy.allowed_clients) == (None, None)
    nothing: list[Any] = [policy.required_scopes, policy.applications, policy.user_flows]
    assert nothing == [frozenset()] * 3
    assert (policy.audiences, policy.client_ids) == (frozenset({API, f"api://{API}"}), frozenset({API}))
    assert authority.addresses.discovery_url.startswith(f"{PUBLIC_HOST}/{TENANT}/")
