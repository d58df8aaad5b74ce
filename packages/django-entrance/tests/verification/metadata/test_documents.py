from typing import Any

import pytest
from django_entrance.verification.errors import AuthorityMismatch
from django_entrance.verification.issuers import external_id
from django_entrance.verification.metadata.documents import Documents, MetadataSource
from held_keys import metadata_source
from scripted import K1, OTHER_TENANT, PUBLIC_HOST, TENANT, Json, Key, ScriptedAuthority, as_json, without_none

ISSUER = f"{PUBLIC_HOST}/{TENANT}/v2.0"
JWKS = f"/{TENANT}/discovery/v2.0/keys"


def test_what_agrees_with_the_settings_is_believed() -> None:
    published = ScriptedAuthority(keys=[K1.jwk()])
    authority = metadata_source(published.fetch)
    documents = authority.download()
    said = authority.read(documents)
    assert (said.issuer, set(said.keys)) == (ISSUER, {"first-key"})
    assert len(published.requests) == 2


@pytest.mark.parametrize(
    ("cloud", "expected"),
    [
        ("microsoftonline.us", {"first-key", "of-the-us"}),
        (None, {"first-key", "of-the-us"}),
        ("microsoftonline.com", {"first-key"}),
    ],
)
def test_a_key_of_another_cloud_signs_nothing_here(cloud: str | None, expected: set[str]) -> None:
    """A member that Microsoft's own libraries compare where both have it."""
    american = Key(key_id="of-the-us", private=K1.private).jwk(cloud_instance_name="microsoftonline.us")
    published = ScriptedAuthority(keys=[K1.jwk(), american], changes={"cloud_instance_name": cloud} if cloud else {})
    authority = metadata_source(published.fetch)
    assert set(authority.read(authority.download()).keys) == expected


def test_documents_are_as_old_as_the_question() -> None:
    now, published = [100.0], ScriptedAuthority(keys=[K1.jwk()])

    def slow(url: str) -> bytes:
        now[0] += 4
        return published.fetch(url)

    authority = metadata_source(slow, clock=lambda: now[0])
    assert authority.download().fetched_at == 100.0
    assert now == [108.0]


CONTRADICTIONS: list[Json] = [
    {"issuer": f"{PUBLIC_HOST}/common/v2.0"},
    {"issuer": f"{PUBLIC_HOST}/{{tenantid}}/v2.0"},
    {"issuer": f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0"},
    {"issuer": None},
    {"issuer": [ISSUER]},
    {"jwks_uri": None},
    {"jwks_uri": ["x"]},
    {"jwks_uri": f"https://evil.example{JWKS}"},
    {"jwks_uri": f"{PUBLIC_HOST}@evil.example{JWKS}"},
    {"jwks_uri": f"{PUBLIC_HOST}.evil.example{JWKS}"},
    {"jwks_uri": f"http://login.microsoftonline.com{JWKS}"},
    {"jwks_uri": f"{PUBLIC_HOST}:8443{JWKS}"},
    {"jwks_uri": "http://127.0.0.1/keys"},
    {"jwks_uri": "http://169.254.169.254/"},
    {"jwks_uri": "file:///etc/passwd"},
    {"jwks_uri": "data:,x"},
    {"token_endpoint": "https://evil.example/token"},
    {"authorization_endpoint": "https://evil.example/authorize"},
    {"end_session_endpoint": 5},
]


@pytest.mark.parametrize("changes", CONTRADICTIONS, ids=str)
def test_what_contradicts_the_settings_is_refused(changes: Json) -> None:
    discovery = without_none({"issuer": ISSUER, "jwks_uri": PUBLIC_HOST + JWKS} | changes)
    path = f"/{TENANT}/v2.0/.well-known/openid-configuration"
    published = ScriptedAuthority(keys=[K1.jwk()], bodies={path: as_json(discovery)})
    with pytest.raises(AuthorityMismatch) as refusal:
        metadata_source(published.fetch).download()
    assert (refusal.value.status, refusal.value.reason) == (503, "authority_mismatch")
    assert len(published.requests) == 1, "its keys are not asked for"
    documents = Documents(discovery=as_json(discovery), keys=as_json({"keys": [K1.jwk()]}), fetched_at=0.0)
    with pytest.raises(AuthorityMismatch):
        metadata_source(published.fetch).read(documents)


@pytest.mark.parametrize("name", ["jwks_uri", "token_endpoint"])
def test_an_address_that_is_none_is_not_asked(name: str) -> None:
    published = ScriptedAuthority(keys=[K1.jwk()], changes={name: "https://[::1"})
    with pytest.raises(ValueError, match="Invalid IPv6 URL"):
        metadata_source(published.fetch).download()
    assert len(published.requests) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Expecting value"),
        (b"<html>", "Expecting value"),
        (b"null", "not one object"),
        (b"[]", "not one object"),
        (b"\xff\xfe", "can't decode"),
        (b'{"issuer":"a","issuer":"b"}', "a duplicate name"),
    ],
)
def test_a_discovery_document_that_cannot_be_read_names_no_keys(body: bytes, words: str) -> None:
    published = ScriptedAuthority(bodies={f"/{TENANT}/v2.0/.well-known/openid-configuration": body})
    with pytest.raises(ValueError, match=words):
        metadata_source(published.fetch).download()
    assert len(published.requests) == 1


@pytest.mark.parametrize("name", ["token_endpoint", "authorization_endpoint", "end_session_endpoint"])
def test_endpoints_of_its_own_are_the_twin(name: str) -> None:
    published = ScriptedAuthority(keys=[K1.jwk()], changes={name: f"{PUBLIC_HOST}/{TENANT}/oauth2/v2.0/x"})
    assert metadata_source(published.fetch).download().keys


@pytest.mark.parametrize(
    ("tenant", "issuer", "is_own"),
    [
        (TENANT, ISSUER, True),
        (TENANT, f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", False),
        ("contoso.com", ISSUER, True),
        ("contoso.com", f"{PUBLIC_HOST}/contoso.com/v2.0", False),
        ("contoso.com", f"{PUBLIC_HOST}/{TENANT}/v2.0/", False),
        ("contoso.com", f"https://evil.example/{TENANT}/v2.0", False),
        ("common", f"{PUBLIC_HOST}/{{tenantid}}/v2.0", True),
        ("common", ISSUER, False),
        ("organizations", f"{PUBLIC_HOST}//v2.0", False),
    ],
)
def test_each_kind_of_tenant_has_one_issuer(tenant: str, issuer: str, is_own: bool) -> None:
    assert metadata_source(ScriptedAuthority().fetch, tenant).is_own(issuer) is is_own


def test_external_id_publishes_on_the_host_of_its_tenant_too() -> None:
    host = "https://contoso.ciamlogin.com"
    authority = MetadataSource(addresses=external_id(host, TENANT), tenant=TENANT, fetch=ScriptedAuthority().fetch)
    by_tenant = f"https://{TENANT}.ciamlogin.com"
    for jwks_host in (host, by_tenant):
        assert authority.check_discovery({"issuer": f"{by_tenant}/{TENANT}/v2.0", "jwks_uri": f"{jwks_host}/keys"})
    for other in (f"https://{OTHER_TENANT}.ciamlogin.com", PUBLIC_HOST):
        with pytest.raises(AuthorityMismatch):
            authority.check_discovery({"issuer": f"{by_tenant}/{TENANT}/v2.0", "jwks_uri": f"{other}/keys"})


def test_documents_come_back_as_they_were_written() -> None:
    documents = Documents(discovery=b'{"a":"\xc3\xa9"}', keys=b"{}", fetched_at=5.5)
    assert Documents.from_json(documents.as_json()) == documents


GOOD: Json = {"discovery": "{}", "keys": "{}", "fetched_at": 5.0}


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"{}",
        5,
        {"discovery": "{}"},
        "",
        "[]",
        as_json(GOOD | {"fetched_at": "5"}).decode(),
        as_json(GOOD | {"fetched_at": True}).decode(),
        as_json(GOOD | {"fetched_at": 5}).decode(),
        as_json(GOOD | {"keys": 5}).decode(),
        as_json(GOOD | {"discovery": "\ud800"}).decode(),
    ],
    ids=str,
)
def test_something_else_is_no_documents(text: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 some are json's own
        Documents.from_json(text)
