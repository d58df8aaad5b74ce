"""Tokens of personal accounts, which have an issuer, keys and a subject of their own kind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from entra_double import Emulator
from entra_double._world.directory_file.read import read_directory
from entra_double._world.ids import CONSUMERS, is_guid
from entra_double._world.principals import PERSONAL, Person
from entra_double._world.registration import Audience
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import ResourceScopes

from ..single_page_app import API, BASE_URL, NOW, SPA, header, payload
from ..worlds import change

SAM = "00000000-0000-0000-3b7e-91c4d0a2f00f"


@pytest.fixture
def sam(emulator: Emulator) -> Delegation:
    person = Person(
        object_id=SAM,
        tenant_id=CONSUMERS,
        username="sam.lindqvist@outlook.example",
        name="Sam Lindqvist",
        given_name="Sam",
        family_name="Lindqvist",
        user_principal_name="sam.lindqvist@outlook.example",
        home_tenant_id=CONSUMERS,
        home_object_id=SAM,
    )
    emulator.directory = emulator.directory.put(person)
    client = change(emulator, SPA, audience=Audience.EVERYBODY, id_token_claims=())
    return Delegation(person=person, client=client, session_id="s", openid=frozenset({"openid", "profile"}))


def test_an_access_token(emulator: Emulator, sam: Delegation) -> None:
    api = change(emulator, API, audience=Audience.EVERYBODY, access_token_claims=())
    asked = ResourceScopes(resource=api, audience=API, names=("access_as_user",), granted=())
    claims = payload(emulator.issue_access_token(sam, asked, emulator.access_validity()))
    assert str(claims["sub"]).startswith("A" * 21)
    assert len(str(claims["sub"])) == 43
    assert {name: value for name, value in claims.items() if name not in {"aio", "sub", "exp"}} == {
        "aud": API,
        "iss": f"{BASE_URL}/{CONSUMERS}/v2.0",
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "azp": SPA,
        "azpacr": "0",
        "name": "Sam Lindqvist",
        "oid": SAM,
        "preferred_username": "sam.lindqvist@outlook.example",
        "scp": "access_as_user",
        "tid": CONSUMERS,
        "ver": "2.0",
    }


def test_an_id_token_lives_a_day(emulator: Emulator, sam: Delegation) -> None:
    claims = payload(emulator.issue_id_token(sam, "the nonce"))
    assert claims["exp"] == NOW + 86400
    expected = "ver iss sub aud exp iat nbf name preferred_username oid tid nonce aio"
    assert " ".join(sorted(claims)) == " ".join(sorted(expected.split()))


def test_it_is_signed_with_a_key_of_their_own(emulator: Emulator, sam: Delegation) -> None:
    token = emulator.issue_id_token(sam, None)
    assert header(token)["kid"] == emulator.keys_for(CONSUMERS).published[0].key_id
    assert header(token)["kid"] not in {key.key_id for key in emulator.keys.published}
    assert emulator.verify_own(token)["oid"] == SAM


def test_each_application_knows_another_subject(emulator: Emulator, sam: Delegation) -> None:
    other = replace(sam, client=replace(sam.client, client_id=API))
    assert payload(emulator.issue_id_token(sam, None))["sub"] != payload(emulator.issue_id_token(other, None))["sub"]


def test_an_id_that_follows_from_the_name_begins_with_zeros(tmp_path: Path) -> None:
    text = """
        [[tenants]]
        name = "Personal accounts"
        domain = "live.example"
        personal = true
        [[tenants.people]]
        name = "Sam Lindqvist"
        username = "sam.lindqvist@outlook.example"
    """
    directory = read_directory(tmp_path / "entra-double.toml", text=text)
    (person,) = directory.people
    assert person.object_id.startswith("00000000-0000-0000-")
    assert person.home_object_id == person.object_id
    assert is_guid(person.object_id)


def test_the_tenant_of_personal_accounts_knows_itself() -> None:
    assert PERSONAL.is_personal
