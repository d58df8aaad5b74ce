from dataclasses import replace
from typing import Any

import pytest
from django_entrance.verification.authority import Authority, find_issuer, read_identifier
from django_entrance.verification.errors import AuthorityNotHere, AuthorityUnreachable, Refused
from django_entrance.verification.identify import aidentify, identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from django_entrance.verification.token_prefixes import payload_prefix
from django_entrance.verification.unverified import parse_jws
from scripted import (
    ADA,
    API,
    K1,
    K2,
    NOW,
    OTHER_TENANT,
    PUBLIC_HOST,
    TENANT,
    Json,
    Key,
    ScriptedAuthority,
    as_json,
    claims_v1,
    claims_v2,
    token,
    trust,
)

DOMAIN = "contoso.example"
CIAM_HOST = "https://contoso.ciamlogin.com"
CIAM_ISSUER = f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"
B2C_HOST = "https://contoso.b2clogin.com"
B2C_ISSUER = f"{B2C_HOST}/{TENANT}/v2.0/"


def name(issuer: str, *authorities: Authority) -> str | None:
    unverified = parse_jws(token(claims_v2(iss=issuer)))
    assert unverified is not None
    found = find_issuer(unverified, authorities)
    return None if found is None else found.authority.name


def answer(text: str, *authorities: Authority) -> str | None:
    """The reason of a refusal, the tenant of who is let in, or None."""
    try:
        identity = identify(text, authorities, now=NOW)
    except Refused as refusal:
        return refusal.reason
    return None if identity is None else identity.tenant_id


def publishing(path: str, issuer: str, keys: list[Json], host: str = PUBLIC_HOST) -> ScriptedAuthority:
    """An authority that publishes under another path than that of the tenant's GUID."""
    jwks_uri = f"{host}/{path}/discovery/v2.0/keys"
    return ScriptedAuthority(
        host=host,
        bodies={
            f"/{path}/v2.0/.well-known/openid-configuration": as_json({"issuer": issuer, "jwks_uri": jwks_uri}),
            f"/{path}/discovery/v2.0/keys": as_json({"keys": keys}),
        },
    )


def of_tenant(tenant: str, **changes: Any) -> Json:
    return claims_v2(iss=f"{PUBLIC_HOST}/{tenant}/v2.0", tid=tenant, **changes)


@pytest.fixture
def organizations() -> ScriptedAuthority:
    return publishing("organizations", f"{PUBLIC_HOST}/{{tenantid}}/v2.0", [K1.jwk(), K2.jwk(issuer=None)])


def test_both_versions_of_the_tenants_issuer_are_ours(authority: Authority) -> None:
    assert {issuer: form.version for issuer, form in authority.issuers.items()} == {
        f"https://sts.windows.net/{TENANT}/": "1.0",
        f"{PUBLIC_HOST}/{TENANT}/v2.0": "2.0",
    }
    assert name(claims_v1()["iss"], authority) == "default"
    assert name(claims_v2()["iss"], authority) == "default"


def test_the_payload_of_an_accepted_token_tells_its_issuer_unread(published: ScriptedAuthority) -> None:
    authority = trust(published, audiences=["d"])
    assert dict(authority.payload_prefixes) == {
        payload_prefix(audience, issuer): issuer
        for audience in (API, f"api://{API}", "d")
        for issuer in authority.issuers
    }
    first, second = (replace(authority, payload_prefixes=[(begin, begin.upper())]) for begin in ("one", "two"))
    assert [read_identifier(text, [first, second]) for text in ("one!", "two!", "!one")] == ["ONE", "TWO", None]


OTHER_TEXTS = [
    f"{PUBLIC_HOST}/{TENANT}/v2.0/",
    f"{PUBLIC_HOST}/{TENANT}",
    f"{PUBLIC_HOST}/{TENANT}/V2.0",
    f"{PUBLIC_HOST}/{TENANT.upper()}/v2.0",
    f"{PUBLIC_HOST}:443/{TENANT}/v2.0",
    f"{PUBLIC_HOST}/{{tenantid}}/v2.0",
    f"{PUBLIC_HOST}/common/v2.0",
    f"{PUBLIC_HOST}//v2.0",
    f"{PUBLIC_HOST}@evil.example/{TENANT}/v2.0",
    f"https://login.microsoftonline.us/{TENANT}/v2.0",
    f"https://sts.windows.net/{TENANT}",
    f" {PUBLIC_HOST}/{TENANT}/v2.0",
    "h",
    "",
]


@pytest.mark.parametrize(
    "issuer", [*OTHER_TEXTS, f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", f"https://sts.windows.net/{OTHER_TENANT}/"]
)
def test_any_other_text_is_another_issuer(authority: Authority, issuer: str) -> None:
    assert name(issuer, authority) is None


@pytest.mark.parametrize("issuer", OTHER_TEXTS)
def test_any_other_text_is_another_issuer_for_several_tenants_too(
    organizations: ScriptedAuthority, issuer: str
) -> None:
    assert name(issuer, trust(organizations, tenant="organizations", allowed_tenants="*")) is None


@pytest.mark.parametrize(
    ("host", "v1_issuer"),
    [
        ("https://login.microsoftonline.com", f"https://sts.windows.net/{TENANT}/"),
        ("https://login.partner.microsoftonline.cn", f"https://sts.chinacloudapi.cn/{TENANT}/"),
        ("http://localhost:8400", f"https://sts.windows.net/{TENANT}/"),
    ],
)
def test_v1_issuer_follows_the_cloud(published: ScriptedAuthority, host: str, v1_issuer: str) -> None:
    authority = trust(published, host=host)
    assert authority.issuers.keys() == {v1_issuer, f"{host}/{TENANT}/v2.0"}


@pytest.mark.parametrize("host", ["http://login.microsoftonline.com", "http://localhost.evil.example", "ftp://x"])
def test_without_tls_only_loopback_is_trusted(published: ScriptedAuthority, host: str) -> None:
    with pytest.raises(ValueError, match="Expected an https host"):
        trust(published, host=host)
    for twin in ("http://localhost:8400", "http://127.0.0.1", "http://[::1]:1", f"https://{host.partition('://')[2]}"):
        assert trust(published, host=twin).tenant == TENANT


@pytest.mark.parametrize("host", ["", "x", "https://", "https://h/path", "https://me@h", "https://h?", "https://h#x"])
def test_a_host_is_scheme_and_host_and_no_more(published: ScriptedAuthority, host: str) -> None:
    with pytest.raises(ValueError, match=f"^Expected scheme and host, such as {PUBLIC_HOST}, got "):
        trust(published, host=host)


def test_a_host_may_be_written_in_any_case(published: ScriptedAuthority) -> None:
    authority = trust(published, host="HTTPS://Login.MicrosoftOnline.com/")
    assert authority.addresses == trust(published).addresses
    assert answer(token(), authority) == TENANT
    assert not authority.policy.allow_development_tokens
    assert trust(published, host="HTTP://localhost").policy.allow_development_tokens


def test_of_several_tenants_those_that_are_allowed_may_enter(organizations: ScriptedAuthority) -> None:
    authority = trust(organizations, tenant="organizations", allowed_tenants=[TENANT])
    assert answer(token(), authority) == TENANT
    assert answer(token(claims_v1()), authority) == TENANT
    assert answer(token(of_tenant(OTHER_TENANT)), authority) == "tenant_refused"
    assert answer(token(claims_v2(tid=OTHER_TENANT)), authority) == "tenant_refused", "tid is not the issuer's"


@pytest.mark.parametrize("everybody", ["*", ["*"], [TENANT, "*"]])
def test_everybody_may_enter_where_that_is_written(
    organizations: ScriptedAuthority, everybody: str | list[str]
) -> None:
    authority = trust(organizations, tenant="organizations", allowed_tenants=everybody)
    assert answer(token(of_tenant(OTHER_TENANT)), authority) == OTHER_TENANT


def test_of_one_tenant_everybody_may_enter_unless_that_is_not_on_the_list(published: ScriptedAuthority) -> None:
    assert answer(token(), trust(published, allowed_tenants=None)) == TENANT
    assert answer(token(), trust(published, allowed_tenants=[TENANT])) == TENANT
    assert answer(token(), trust(published, allowed_tenants=[OTHER_TENANT])) == "tenant_refused"
    assert answer(token(), trust(published, allowed_tenants=[])) == "tenant_refused"


def test_a_key_of_several_tenants_must_say_for_whom_it_signs(organizations: ScriptedAuthority) -> None:
    authority = trust(organizations, tenant="organizations", allowed_tenants="*")
    assert answer(token(key=K2), authority) == "key_issuer_refused"
    assert answer(token(key=K1), authority) == TENANT


def test_a_key_of_one_tenant_does_not_sign_for_another() -> None:
    keys = [K1.jwk(issuer=f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0")]
    authority = trust(
        publishing("organizations", f"{PUBLIC_HOST}/{{tenantid}}/v2.0", keys),
        tenant="organizations",
        allowed_tenants="*",
    )
    assert answer(token(), authority) == "key_issuer_refused"
    assert answer(token(of_tenant(OTHER_TENANT)), authority) == OTHER_TENANT


@pytest.mark.parametrize(("is_allowed", "expected"), [(False, "personal_account"), (True, PERSONAL_ACCOUNTS)])
def test_personal_accounts_enter_only_where_that_is_said(is_allowed: bool, expected: str) -> None:
    concrete = f"{PUBLIC_HOST}/{PERSONAL_ACCOUNTS}/v2.0"
    published = publishing("common", f"{PUBLIC_HOST}/{{tenantid}}/v2.0", [K1.jwk(issuer=concrete), K2.jwk()])
    authority = trust(published, tenant="common", allowed_tenants="*", allow_personal_accounts=is_allowed)
    assert answer(token(of_tenant(PERSONAL_ACCOUNTS)), authority) == expected
    assert answer(token(key=K1), authority) == "key_issuer_refused", "a personal account's key, a company's token"
    assert answer(token(key=K2), authority) == TENANT


def test_consumers_is_the_tenant_of_personal_accounts(published: ScriptedAuthority) -> None:
    assert trust(published, tenant="consumers").tenant == PERSONAL_ACCOUNTS


def test_a_domain_stands_for_the_tenant_that_its_document_names() -> None:
    published = publishing(DOMAIN, f"{PUBLIC_HOST}/{TENANT}/v2.0", [K1.jwk()])
    authority = trust(published, tenant="Contoso.example")
    assert answer(token(), authority) == TENANT
    assert answer(token(claims_v1()), authority) == TENANT
    assert answer(token(of_tenant(OTHER_TENANT)), authority) is None
    assert len(published.requests) == 2


def test_before_a_domains_tenant_is_known_an_outage_is_said() -> None:
    published = publishing(DOMAIN, f"{PUBLIC_HOST}/{TENANT}/v2.0", [K1.jwk()])
    published.down = True
    authority = trust(published, tenant=DOMAIN)
    with pytest.raises(AuthorityUnreachable):
        identify(token(), [authority], now=NOW)
    assert identify(token(claims_v2(iss="https://own.example")), [authority], now=NOW) is None, "not even asked"
    assert len(published.requests) == 1


def test_an_authority_that_is_down_delays_no_other_tokens(published: ScriptedAuthority) -> None:
    """It alone would know whether another tenant's token is its own, so that is not left to those of several."""
    down = publishing(DOMAIN, f"{PUBLIC_HOST}/{TENANT}/v2.0", [K1.jwk()])
    down.down = True
    unreachable = trust(down, tenant=DOMAIN)
    named = publishing("fabrikam.example", f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", [K1.jwk()])
    other = trust(named, tenant="fabrikam.example")
    everybody = trust(named, tenant="organizations", allowed_tenants="*", name="everybody")
    assert answer(token(), unreachable, trust(published)) == TENANT
    assert len(down.requests) == 0, "whoever has the issuer in writing is asked first"
    assert answer(token(of_tenant(OTHER_TENANT)), unreachable, other, everybody) == OTHER_TENANT
    assert answer(token(), unreachable, other, everybody) == "authority_unreachable"
    down.down = False
    unreachable.keys.state.last_began_at = float("-inf")
    assert answer(token(), unreachable, other, everybody) == TENANT
    assert name(of_tenant(PERSONAL_ACCOUNTS)["iss"], unreachable, other, everybody) == "everybody"


def test_held_documents_are_asked_before_any_is_fetched() -> None:
    """An authority that hangs holds up no token of one whose keys are held, wherever it stands."""
    down = publishing(DOMAIN, f"{PUBLIC_HOST}/{TENANT}/v2.0", [K1.jwk()])
    down.down = True
    named = publishing("fabrikam.example", f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", [K1.jwk()])
    silent, other = trust(down, tenant=DOMAIN), trust(named, tenant="fabrikam.example")
    assert answer(token(of_tenant(OTHER_TENANT)), other) == OTHER_TENANT
    assert answer(token(of_tenant(OTHER_TENANT)), silent, other) == OTHER_TENANT
    assert len(down.requests) == 0
    assert answer(token(of_tenant(OTHER_TENANT)), silent) == "authority_unreachable"


def test_external_id_has_the_tenant_as_host() -> None:
    published = publishing(TENANT, CIAM_ISSUER, [K1.jwk(issuer=CIAM_ISSUER)], host=CIAM_HOST)
    authority = trust(published, host=CIAM_HOST)
    assert answer(token(claims_v2(iss=CIAM_ISSUER)), authority) == TENANT
    assert answer(token(claims_v2(iss=f"{CIAM_HOST}/{TENANT}/v2.0")), authority) is None
    assert answer(token(claims_v1()), authority) is None


CUSTOM_HOST = "https://login.contoso.example"


def behind_a_custom_host(issuer: str, **changes: Any) -> Authority:
    """External ID behind a host name of the organisation's own, whose document names that issuer."""
    public_issuer = f"{PUBLIC_HOST}/{TENANT}/v2.0"
    published = publishing(TENANT, issuer, [K1.jwk(issuer=issuer), K2.jwk(issuer=public_issuer)], host=CUSTOM_HOST)
    return trust(published, host=CUSTOM_HOST, **changes)


def test_external_id_behind_a_custom_host_may_keep_its_issuer() -> None:
    """What the settings do not say would not be ours: neither its tokens, nor those of the host's own name."""
    issuer_host = f"https://{TENANT}.ciamlogin.com"
    authority = behind_a_custom_host(CIAM_ISSUER, issuer_host=f"{issuer_host.upper()}/")
    assert answer(token(claims_v2(iss=CIAM_ISSUER)), authority) == TENANT
    assert answer(token(claims_v2(iss=CIAM_ISSUER), key=K2), authority) == TENANT
    assert answer(token(claims_v2(iss=f"{CUSTOM_HOST}/{TENANT}/v2.0")), authority) is None
    assert answer(token(claims_v1()), authority) is None
    assert answer(token(claims_v2(iss=CIAM_ISSUER)), behind_a_custom_host(CIAM_ISSUER)) is None


def test_external_id_behind_a_custom_host_may_have_that_as_issuer() -> None:
    """Its customers have no home tenant, and its keys are those of the public cloud."""
    issuer = f"{CUSTOM_HOST}/{TENANT}/v2.0"
    authority = behind_a_custom_host(issuer, issuer_host=CUSTOM_HOST, allow_guests=False)
    assert answer(token(claims_v2(iss=issuer, idp="google.com"), key=K2), authority) == TENANT
    assert answer(token(claims_v2(iss=CIAM_ISSUER)), authority) is None
    of_a_workforce = behind_a_custom_host(issuer, allow_guests=False)
    assert answer(token(claims_v2(iss=issuer, idp="google.com")), of_a_workforce) == "guest_refused"
    assert answer(token(claims_v2(iss=issuer), key=K2), of_a_workforce) == "key_issuer_refused"


def test_the_document_has_to_name_the_issuer_that_is_written() -> None:
    authority = behind_a_custom_host(f"{CUSTOM_HOST}/{TENANT}/v2.0", issuer_host=f"https://{TENANT}.ciamlogin.com")
    assert answer(token(claims_v2(iss=CIAM_ISSUER)), authority) == "authority_mismatch"


@pytest.mark.parametrize("issuer_host", ["x", "https://h/path", "http://login.contoso.example"])
def test_the_issuers_host_is_scheme_and_host_over_tls(published: ScriptedAuthority, issuer_host: str) -> None:
    with pytest.raises(ValueError, match=r"^Expected"):
        trust(published, host=CUSTOM_HOST, issuer_host=issuer_host)


OWN = Key(key_id="of-the-application", private=K2.private)


def publishing_own_keys() -> ScriptedAuthority:
    """An authority that lists an application's own key only where its id is asked for."""
    published = ScriptedAuthority(keys=[K1.jwk()])
    jwks_uri = f"/{TENANT}/discovery/v2.0/keys?appid={API}"
    document = {"issuer": f"{PUBLIC_HOST}/{TENANT}/v2.0", "jwks_uri": f"{PUBLIC_HOST}{jwks_uri}"}
    published.bodies = {
        f"/{TENANT}/v2.0/.well-known/openid-configuration?appid={API}": as_json(document),
        jwks_uri: as_json({"keys": [OWN.jwk(issuer=None)]}),
    }
    return published


def test_an_application_may_have_signing_keys_of_its_own() -> None:
    published = publishing_own_keys()
    authority = trust(published, client_id=API.upper(), own_signing_keys=True)
    assert answer(token(key=OWN), authority) == TENANT
    assert answer(token(), authority) == "signing_key_unknown", "the tenant's keys do not sign for it"
    assert {url.partition("?")[2] for url in published.requests} == {f"appid={API}"}


def test_unless_that_is_said_the_refusal_names_the_setting() -> None:
    with pytest.raises(Refused, match="OWN_SIGNING_KEYS") as refusal:
        identify(token(key=OWN), [trust(publishing_own_keys())], now=NOW)
    assert refusal.value.reason == "signing_key_unknown"


def test_signing_keys_of_its_own_an_application_has_in_one_tenant(published: ScriptedAuthority) -> None:
    with pytest.raises(ValueError, match=r"^Expected one tenant with own_signing_keys, since common has several\.$"):
        trust(published, tenant="common", allowed_tenants="*", own_signing_keys=True)


def b2c_claims(**changes: Any) -> Json:
    """An access token of a user flow: no tid, version 1.0, its client in azp, its object id also as subject."""
    claims = {"iss": B2C_ISSUER, "tid": None, "ver": "1.0", "tfp": "B2C_1_sign_in", "sub": ADA}
    return claims_v2(**claims | changes)


@pytest.fixture
def b2c() -> Authority:
    flow = "B2C_1_sign_in"
    published = publishing(f"{TENANT}/{flow}", B2C_ISSUER, [K1.jwk(issuer=None)], host=B2C_HOST)
    return trust(published, host=B2C_HOST, user_flows=[flow, "B2C_1_profile"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, TENANT),
        ({"tid": TENANT}, TENANT),
        ({"tfp": "b2c_1_PROFILE"}, TENANT),
        ({"tfp": None, "acr": "b2c_1_sign_in"}, TENANT),
        ({"idp": "google.com"}, TENANT),
        ({"tid": OTHER_TENANT}, "tenant_refused"),
        ({"tfp": "B2C_1_password_reset"}, "user_flow_refused"),
        ({"tfp": None}, "user_flow_refused"),
        ({"tfp": ["B2C_1_sign_in"]}, "user_flow_refused"),
        ({"ver": "2.0"}, "version_refused"),
        ({"scp": None}, "application_refused"),
        ({"iss": B2C_ISSUER.rstrip("/")}, None),
    ],
    ids=str,
)
def test_user_flows_of_b2c(b2c: Authority, changes: Json, expected: str | None) -> None:
    assert answer(token(b2c_claims(**changes)), b2c) == expected


def test_b2c_behind_a_custom_host_may_keep_its_issuer() -> None:
    flow = "B2C_1_sign_in"
    published = publishing(f"{TENANT}/{flow}", B2C_ISSUER, [K1.jwk(issuer=None)], host=CUSTOM_HOST)
    authority = trust(published, host=CUSTOM_HOST, issuer_host=B2C_HOST, user_flows=[flow])
    assert answer(token(b2c_claims()), authority) == TENANT
    assert answer(token(b2c_claims(iss=f"{CUSTOM_HOST}/{TENANT}/v2.0/")), authority) is None


def test_a_customers_identity_provider_is_no_home_tenant(b2c: Authority) -> None:
    identity = identify(token(b2c_claims(idp="google.com")), [b2c], now=NOW)
    assert identity is not None
    assert not identity.is_guest


def test_the_issuer_chooses_among_several_authorities(organizations: ScriptedAuthority) -> None:
    """An organisation of its own beside everybody else's: each token meets the policy of its own authority."""
    own_keys = ScriptedAuthority(keys=[Key(key_id="own", private=K2.private).jwk()])
    staff = trust(own_keys, name="staff", required_scopes=["staff"])
    partners = trust(organizations, name="partners", tenant="organizations", allowed_tenants="*")
    both = (staff, partners)
    assert name(claims_v2()["iss"], *both) == "staff"
    assert name(of_tenant(OTHER_TENANT)["iss"], *both) == "partners"
    assert answer(token(), *both) == "signing_key_unknown", "a partner's key does not open the staff's door"
    assert answer(token(of_tenant(OTHER_TENANT)), *both) == OTHER_TENANT


def test_a_place_may_accept_some_authorities_only(authority: Authority) -> None:
    text = token()
    for here in (None, {"default"}, ["other", "default"]):
        assert isinstance(identify(text, [authority], here=here, now=NOW), Identity)
    with pytest.raises(AuthorityNotHere) as refusal:
        identify(text, [authority], here={"other"}, now=NOW)
    assert (refusal.value.status, refusal.value.reason) == (401, "authority_not_here")


async def test_the_event_loop_may_ask_too(authority: Authority) -> None:
    identity = await aidentify(token(), [authority], now=NOW)
    assert identity is not None
    assert (identity.object_id, identity.authority, identity.client_id != API) == (ADA, "default", True)
    with pytest.raises(AuthorityNotHere):
        await aidentify(token(), [authority], here=(), now=NOW)
