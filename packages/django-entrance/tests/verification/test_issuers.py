"""Addresses and issuers are computed from the settings alone: each is written out here as Microsoft's pages have it."""

import pytest
from django_entrance.verification.issuers import (
    CACHED_ISSUERS,
    CLOUDS,
    NO_TENANT,
    PERSONAL_ACCOUNTS,
    TENANT,
    IssuerForm,
    b2c,
    external_id,
    origin,
    tenant_in,
    workforce,
)
from scripted import OTHER_TENANT
from scripted import TENANT as CONTOSO

PUBLIC = "https://login.microsoftonline.com"


@pytest.mark.parametrize(
    ("cloud", "host", "v1_issuer"),
    [
        ("public", PUBLIC, "https://sts.windows.net/{tenantid}/"),
        ("us-government", "https://login.microsoftonline.us", "https://sts.windows.net/{tenantid}/"),
        ("china", "https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn/{tenantid}/"),
        ("sovereign-france", "https://login.sovcloud-identity.fr", "https://sts.windows.net/{tenantid}/"),
        ("sovereign-germany", "https://login.sovcloud-identity.de", "https://sts.windows.net/{tenantid}/"),
        ("sovereign-singapore", "https://login.sovcloud-identity.sg", "https://sts.windows.net/{tenantid}/"),
    ],
)
def test_each_cloud_has_issuers_of_its_own(cloud: str, host: str, v1_issuer: str) -> None:
    addresses = workforce(CLOUDS[cloud], CONTOSO)
    assert addresses.discovery_url == f"{host}/{CONTOSO}/v2.0/.well-known/openid-configuration"
    assert addresses.issuer == f"{host}/{{tenantid}}/v2.0"
    assert addresses.forms == (
        IssuerForm(template=f"{host}/{{tenantid}}/v2.0", version="2.0", client_claim="azp"),
        IssuerForm(template=v1_issuer, version="1.0", client_claim="appid"),
    )
    assert (addresses.key_hosts, addresses.key_issuers) == ((host,), (f"{host}/{{tenantid}}/v2.0",))
    assert addresses.for_customers is False


def test_there_are_no_clouds_but_microsofts() -> None:
    assert len(set(CLOUDS.values())) == len(CLOUDS) == 6
    assert all(origin(host) == host and host.startswith("https://login.") for host in CLOUDS.values())


@pytest.mark.parametrize("tenant", [CONTOSO, "contoso.com", "organizations", "common", PERSONAL_ACCOUNTS])
def test_the_tenant_is_in_the_address_and_nowhere_else(tenant: str) -> None:
    """What a domain or a word stands for, only the document knows."""
    one, other = workforce(PUBLIC, tenant), workforce(PUBLIC, OTHER_TENANT)
    assert one.discovery_url == f"{PUBLIC}/{tenant}/v2.0/.well-known/openid-configuration"
    assert (one.issuer, one.forms, one.key_issuers) == (other.issuer, other.forms, other.key_issuers)


def test_external_id_is_named_by_the_tenants_guid_whatever_its_host() -> None:
    addresses = external_id("https://contoso.ciamlogin.com", "contoso.onmicrosoft.com")
    issuer = "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0"
    assert addresses.discovery_url == (
        "https://contoso.ciamlogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration"
    )
    assert addresses.issuer == issuer
    assert addresses.forms == (IssuerForm(template=issuer, version="2.0", client_claim="azp"),)
    assert addresses.key_hosts == ("https://contoso.ciamlogin.com", "https://{tenantid}.ciamlogin.com")
    assert addresses.key_issuers == (issuer, f"{PUBLIC}/{{tenantid}}/v2.0")
    assert addresses.for_customers


@pytest.mark.parametrize("issuer_host", ["https://login.contoso.example", f"https://{CONTOSO}.ciamlogin.com"])
def test_external_id_behind_a_host_of_ones_own_has_the_issuer_that_is_written(issuer_host: str) -> None:
    addresses = external_id("https://login.contoso.example", CONTOSO, issuer_host)
    issuer, by_tenant = f"{issuer_host}/{{tenantid}}/v2.0", "https://{tenantid}.ciamlogin.com"
    assert addresses.discovery_url == f"https://login.contoso.example/{CONTOSO}/v2.0/.well-known/openid-configuration"
    assert addresses.issuer == issuer
    assert addresses.forms == (IssuerForm(template=issuer, version="2.0", client_claim="azp"),)
    assert addresses.key_hosts == tuple(dict.fromkeys(("https://login.contoso.example", issuer_host, by_tenant)))
    assert addresses.key_issuers == (issuer, f"{by_tenant}/{{tenantid}}/v2.0", f"{PUBLIC}/{{tenantid}}/v2.0")
    assert addresses.for_customers


def test_b2c_behind_a_host_of_ones_own_has_the_issuer_that_is_written() -> None:
    host, issuer_host = "https://login.contoso.example", "https://contoso.b2clogin.com"
    addresses = b2c(host, CONTOSO, "B2C_1_SignIn", issuer_host)
    assert addresses.discovery_url == f"{host}/{CONTOSO}/B2C_1_SignIn/v2.0/.well-known/openid-configuration"
    assert addresses.issuer == addresses.forms[0].template == f"{issuer_host}/{{tenantid}}/v2.0/"
    assert addresses.key_hosts == (host, issuer_host)


def test_b2c_has_its_policy_in_the_address_and_a_slash_at_the_end() -> None:
    host = "https://contoso.b2clogin.com"
    addresses = b2c(host, CONTOSO, "B2C_1_SignIn")
    assert addresses.discovery_url == f"{host}/{CONTOSO}/B2C_1_SignIn/v2.0/.well-known/openid-configuration"
    assert addresses.issuer == f"{host}/{{tenantid}}/v2.0/"
    assert addresses.forms == (IssuerForm(template=f"{host}/{{tenantid}}/v2.0/", version="1.0", client_claim="azp"),)
    assert addresses.key_hosts == (host,)
    assert addresses.key_issuers == (f"{host}/{{tenantid}}/v2.0/", f"{host}/{{tenantid}}/v2.0")
    assert addresses.for_customers


def test_every_place_of_the_tenant_is_filled() -> None:
    form = IssuerForm(template=f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0", version="2.0", client_claim="azp")
    assert form.fill(CONTOSO) == f"https://{CONTOSO}.ciamlogin.com/{CONTOSO}/v2.0"
    assert IssuerForm(template="https://fixed", version="2.0", client_claim="azp").fill(CONTOSO) == "https://fixed"


@pytest.mark.parametrize(
    ("issuer", "tenant"),
    [
        (f"{PUBLIC}/{CONTOSO}/v2.0", CONTOSO),
        (f"https://sts.windows.net/{CONTOSO}/", CONTOSO),
        (f"https://{CONTOSO}.ciamlogin.com/{CONTOSO}/v2.0", CONTOSO),
        (f"https://{CONTOSO}.ciamlogin.com/{OTHER_TENANT}/v2.0", CONTOSO),
        (CONTOSO, CONTOSO),
        (f"{PUBLIC}/{CONTOSO.upper()}/v2.0", NO_TENANT),
        (f"{PUBLIC}/{CONTOSO[:-1]}/v2.0", NO_TENANT),
        (f"{PUBLIC}/{CONTOSO.replace('-', '')}/v2.0", NO_TENANT),
        (f"{PUBLIC}/{CONTOSO[:-1]}g/v2.0", NO_TENANT),
        (f"{PUBLIC}/{CONTOSO[:-1]}٤/v2.0", NO_TENANT),  # a digit, and not of ASCII
        (f"{PUBLIC}/{{tenantid}}/v2.0", NO_TENANT),
        (f"{PUBLIC}/common/v2.0", NO_TENANT),
        ("", NO_TENANT),
    ],
)
def test_the_tenant_of_an_issuer_is_its_first_guid(issuer: str, tenant: str) -> None:
    assert tenant_in(issuer) == tenant


def test_an_issuer_that_only_holds_the_guid_is_not_the_issuer() -> None:
    """``tenant_in`` proves nothing: who uses it fills the form with what it found, and compares the whole text."""
    form = workforce(PUBLIC, CONTOSO).forms[0]
    for issuer in (f"https://evil.example/{CONTOSO}/v2.0", f"{PUBLIC}/{CONTOSO}/v2.0#", f"x{CONTOSO}"):
        assert form.fill(tenant_in(issuer)) != issuer
    assert form.fill(tenant_in(f"{PUBLIC}/{CONTOSO}/v2.0")) == f"{PUBLIC}/{CONTOSO}/v2.0"
    assert form.fill(NO_TENANT) == f"{PUBLIC}//v2.0", "which nobody has"


def test_what_is_remembered_of_made_up_issuers_is_bounded() -> None:
    for number in range(CACHED_ISSUERS + 10):
        tenant_in(f"https://made-up.example/{number}")
    assert tenant_in.cache_info().currsize == CACHED_ISSUERS
    assert tenant_in(f"{PUBLIC}/{CONTOSO}/v2.0") == CONTOSO


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{PUBLIC}/{CONTOSO}/discovery/v2.0/keys", PUBLIC),
        (f"{PUBLIC}?x#y", PUBLIC),
        (f"{PUBLIC}#@evil.example/", PUBLIC),
        ("http://localhost:8400/keys", "http://localhost:8400"),
        ("http://[::1]:8400/keys", "http://[::1]:8400"),
        (f"{PUBLIC}:443/keys", f"{PUBLIC}:443"),
        (f"{PUBLIC}@evil.example/keys", f"{PUBLIC}@evil.example"),
        (f"{PUBLIC}\\@evil.example/keys", f"{PUBLIC}\\@evil.example"),
        (f"{PUBLIC}.evil.example/keys", f"{PUBLIC}.evil.example"),
        ("https://LOGIN.microsoftonline.com/keys", "https://LOGIN.microsoftonline.com"),
        ("http://login.microsoftonline.com/keys", "http://login.microsoftonline.com"),
        ("//login.microsoftonline.com/keys", "://login.microsoftonline.com"),
        ("file:///etc/passwd", "file://"),
        ("data:,x", "data://"),
        ("", "://"),
    ],
)
def test_an_origin_is_scheme_host_and_port_as_they_are_written(url: str, expected: str) -> None:
    """Every spelling but the settings' own is another origin: user names, ports, capitals, schemes."""
    assert origin(url) == expected


def test_an_address_that_is_none_has_no_origin() -> None:
    with pytest.raises(ValueError, match="Invalid IPv6 URL"):
        origin("https://[::1")
