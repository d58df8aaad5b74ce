"""ID tokens of both versions, compared with what Microsoft's reference and captured tokens show."""

from __future__ import annotations

import pytest
from entra_double import Emulator
from entra_double._world.policies import Assignment
from entra_double._world.registration import AppRole

from ..single_page_app import ADA, KATHERINE, NOW, SPA, TENANT, SinglePageApp, header, payload
from ..worlds import change
from .test_claims_optional import delegation
from .test_claims_table import HOME_ISSUER, OPAQUE, V1_ISSUER, V2_ISSUER, known


async def test_an_id_token(app: SinglePageApp) -> None:
    token = str((await app.tokens())["id_token"])
    assert header(token) == {"typ": "JWT", "alg": "RS256", "kid": header(token)["kid"]}
    claims = payload(token)
    assert claims["exp"] == NOW + 3600
    assert claims.keys() >= OPAQUE - {"xms_ftd"}
    assert known(claims) == {
        "aud": SPA,
        "iss": V2_ISSUER,
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "login_hint": claims["login_hint"],
        "name": "Ada Lovelace",
        "nonce": "the nonce",
        "oid": ADA,
        "preferred_username": "ada@contoso.example",
        "tid": TENANT,
        "ver": "2.0",
    }


async def test_an_id_token_has_no_app_roles_of_the_api(app: SinglePageApp) -> None:
    tokens = await app.tokens()
    assert "roles" not in payload(str(tokens["id_token"]))
    assert "roles" in payload(str(tokens["access_token"]))


async def test_an_id_token_of_a_guest_has_idp_and_email(app: SinglePageApp) -> None:
    claims = payload(str((await app.tokens(KATHERINE))["id_token"]))
    assert (claims["idp"], claims["email"]) == (HOME_ISSUER, "katherine@fabrikam.example")


async def test_an_id_token_has_no_nonce_that_was_not_sent(app: SinglePageApp) -> None:
    assert "nonce" not in payload(str((await app.tokens(nonce=None))["id_token"]))


@pytest.mark.parametrize(("max_age", "auth_time"), [(None, None), ("soon", None), ("60", NOW), ("0", NOW + 60)])
async def test_who_asks_for_a_sign_in_of_some_age_is_told_when_it_was(
    app: SinglePageApp, emulator: Emulator, max_age: str | None, auth_time: int | None
) -> None:
    await app.sign_in()
    emulator.clock_offset = 60
    tokens = await app.tokens(max_age=max_age, prompt=None)
    assert payload(str(tokens["id_token"])).get("auth_time") == auth_time
    renewed = (await app.refresh(str(tokens["refresh_token"]))).json()
    assert payload(renewed["id_token"]).get("auth_time") == auth_time


async def test_through_the_browser_it_is_told_too(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, implicit_id_token=True)
    told = await app.sign_in(response_type="id_token", max_age="60")
    assert payload(told["id_token"])["auth_time"] == NOW


async def test_the_email_scope_puts_the_address_in_the_id_token(app: SinglePageApp) -> None:
    with_email = await app.tokens(scope="openid email")
    assert payload(str(with_email["id_token"]))["email"] == "ada@contoso.example"


def test_an_id_token_is_tied_to_what_is_sent_beside_it(emulator: Emulator) -> None:
    # The code and its hash: OpenID Connect Core 1.0, appendix A.4
    code = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
    claims = payload(emulator.issue_id_token(delegation(emulator), None, code=code, access_token=code))
    assert (claims["c_hash"], claims["at_hash"]) == ("LDktKdoQak3Pk0cnXxCltA",) * 2
    assert not payload(emulator.issue_id_token(delegation(emulator), None)).keys() & {"c_hash", "at_hash", "nonce"}


def test_a_v1_id_token_of_a_member(emulator: Emulator) -> None:
    token = emulator.issue_id_token(delegation(emulator), "the nonce", version=1)
    assert header(token).keys() == {"typ", "alg", "x5t", "kid"}
    claims = payload(token)
    assert known(claims) == {
        "aud": SPA,
        "iss": V1_ISSUER,
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "amr": ["pwd"],
        "family_name": "Lovelace",
        "given_name": "Ada",
        "ipaddr": "127.0.0.1",
        "login_hint": claims["login_hint"],
        "name": "Ada Lovelace",
        "nonce": "the nonce",
        "oid": ADA,
        "tid": TENANT,
        "unique_name": "ada@contoso.example",
        "upn": "ada@contoso.example",
        "ver": "1.0",
    }


def test_a_v1_id_token_of_a_guest_has_idp_and_email_and_no_upn(emulator: Emulator) -> None:
    claims = payload(emulator.issue_id_token(delegation(emulator, KATHERINE), None, version=1))
    assert (claims["idp"], claims["email"]) == (HOME_ISSUER, "katherine@fabrikam.example")
    assert "upn" not in claims


def test_the_id_token_has_the_roles_of_the_clients_own_registration(emulator: Emulator) -> None:
    change(emulator, SPA, app_roles=(AppRole(id="40010000-0000-4000-a000-000000000099", value="Tester"),))
    assert "roles" not in payload(emulator.issue_id_token(delegation(emulator), None))
    emulator.directory = emulator.directory.put(
        Assignment(principal_id=ADA, tenant_id=TENANT, client_id=SPA, role_id="40010000-0000-4000-a000-000000000099")
    )
    assert payload(emulator.issue_id_token(delegation(emulator), None))["roles"] == ["Tester"]
