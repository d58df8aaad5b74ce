import pytest
from django_entrance.verification.authority import Authority, named_by
from django_entrance.verification.unverified import take_apart
from scripted import OTHER_TENANT, PUBLIC_HOST, TENANT, ScriptedAuthority, claims_v1, claims_v2, token, trust


def name(issuer: str, authority: Authority) -> Authority | None:
    unverified = take_apart(token(claims_v2(iss=issuer)))
    assert unverified is not None
    return named_by(unverified, [authority])


def test_both_versions_of_the_tenants_issuer_are_ours(authority: Authority) -> None:
    assert authority.issuers == {
        f"https://sts.windows.net/{TENANT}/": "1.0",
        f"{PUBLIC_HOST}/{TENANT}/v2.0": "2.0",
    }
    assert name(claims_v1()["iss"], authority) is authority
    assert name(claims_v2()["iss"], authority) is authority


@pytest.mark.parametrize(
    "issuer",
    [
        f"{PUBLIC_HOST}/{TENANT}/v2.0/",
        f"{PUBLIC_HOST}/{TENANT}",
        f"{PUBLIC_HOST}/{TENANT}/V2.0",
        f"{PUBLIC_HOST}/{TENANT.upper()}/v2.0",
        f"{PUBLIC_HOST}:443/{TENANT}/v2.0",
        f"{PUBLIC_HOST}/{{tenantid}}/v2.0",
        f"{PUBLIC_HOST}/common/v2.0",
        f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0",
        f"{PUBLIC_HOST}@evil.example/{TENANT}/v2.0",
        f"https://login.microsoftonline.us/{TENANT}/v2.0",
        f"https://sts.windows.net/{TENANT}",
        f"https://sts.windows.net/{OTHER_TENANT}/",
        f" {PUBLIC_HOST}/{TENANT}/v2.0",
        "h",
        "",
    ],
)
def test_any_other_text_is_another_issuer(authority: Authority, issuer: str) -> None:
    assert name(issuer, authority) is None


def test_client_id_and_its_uri_are_always_audiences(published: ScriptedAuthority) -> None:
    authority = trust(published, client_id="c", audiences=["https://api.contoso.example"])
    assert authority.audiences == {"c", "api://c", "https://api.contoso.example"}


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
    assert authority.issuers == {v1_issuer: "1.0", f"{host}/{TENANT}/v2.0": "2.0"}
