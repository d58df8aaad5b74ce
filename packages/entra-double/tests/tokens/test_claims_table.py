"""Claims, compared with what Microsoft's claims references and captured tokens show."""

from __future__ import annotations

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from entra_double import Emulator
from entra_double._world.ids import CONSUMERS
from entra_double._world.registration import AccessTokenVersion, Audience
from jwt.types import Options

from ..single_page_app import (
    ADA,
    API,
    BASE_URL,
    FABRIKAM,
    KATHERINE,
    MALLORY,
    NOW,
    SCOPE,
    SPA,
    TENANT,
    SinglePageApp,
    header,
    payload,
)
from ..worlds import change, change_person
from .test_claims_optional import delegation as logbook_web

V2_ISSUER = f"{BASE_URL}/{TENANT}/v2.0"
V1_ISSUER = f"https://sts.windows.net/{TENANT}/"
HOME_ISSUER = f"https://sts.windows.net/{FABRIKAM}/"
AT_ANY_TIME: Options = {"verify_exp": False}
OPAQUE = {"aio", "rh", "uti", "xms_ftd"}


def known(claims: dict[str, object]) -> dict[str, object]:
    """Give the claims that can be foretold."""
    return {name: value for name, value in claims.items() if name not in OPAQUE | {"sub", "sid", "exp"}}


async def access_token(app: SinglePageApp, object_id: str = ADA, **changes: str | None) -> str:
    return str((await app.tokens(object_id, **changes))["access_token"])


async def test_a_v2_access_token_of_a_member(app: SinglePageApp) -> None:
    token = await access_token(app)
    assert header(token) == {"typ": "JWT", "alg": "RS256", "kid": header(token)["kid"]}
    claims = payload(token)
    assert claims.keys() >= OPAQUE
    assert known(claims) == {
        "aud": API,
        "iss": V2_ISSUER,
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "acct": 0,
        "azp": SPA,
        "azpacr": "0",
        "email": "ada@contoso.example",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "name": "Ada Lovelace",
        "oid": ADA,
        "preferred_username": "ada@contoso.example",
        "roles": ["Admin"],
        "scp": "access_as_user",
        "tid": TENANT,
        "upn": "ada@contoso.example",
        "ver": "2.0",
    }


async def test_a_v2_access_token_of_a_guest(app: SinglePageApp) -> None:
    claims = payload(await access_token(app, KATHERINE))
    assert known(claims) == {
        "aud": API,
        "iss": V2_ISSUER,
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "acct": 1,
        "azp": SPA,
        "azpacr": "0",
        "email": "katherine@fabrikam.example",
        "family_name": "Johnson",
        "given_name": "Katherine",
        "idp": HOME_ISSUER,
        "name": "Katherine Johnson",
        "oid": KATHERINE,
        "preferred_username": "katherine@fabrikam.example",
        "roles": ["Writer"],
        "scp": "access_as_user",
        "tid": TENANT,
        "ver": "2.0",
    }


async def test_a_v1_access_token_of_a_member(app: SinglePageApp, emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    token = await access_token(app)
    assert header(token) == {"typ": "JWT", "alg": "RS256", "x5t": header(token)["kid"], "kid": header(token)["kid"]}
    assert known(payload(token)) == {
        "aud": f"api://{API}",
        "iss": V1_ISSUER,
        "iat": NOW - 300,
        "nbf": NOW - 300,
        "acct": 0,
        "acr": "1",
        "amr": ["pwd"],
        "appid": SPA,
        "appidacr": "0",
        "email": "ada@contoso.example",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "ipaddr": "127.0.0.1",
        "name": "Ada Lovelace",
        "oid": ADA,
        "roles": ["Admin"],
        "scp": "access_as_user",
        "tid": TENANT,
        "unique_name": "ada@contoso.example",
        "upn": "ada@contoso.example",
        "ver": "1.0",
    }


async def test_a_v1_access_token_of_a_guest_has_idp_and_no_upn(app: SinglePageApp, emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    claims = payload(await access_token(app, KATHERINE))
    assert (claims["idp"], claims["unique_name"]) == (HOME_ISSUER, "katherine@fabrikam.example")
    assert claims["email"] == "katherine@fabrikam.example"
    assert "upn" not in claims


async def test_the_audience_of_v1_is_the_spelling_of_the_request(app: SinglePageApp, emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    assert payload(await access_token(app, scope=f"{API}/access_as_user"))["aud"] == API


async def test_the_audience_of_v2_is_always_the_client_id(app: SinglePageApp) -> None:
    assert payload(await access_token(app, scope=f"{API}/access_as_user"))["aud"] == API


async def test_without_optional_claims_a_v2_token_is_short(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, API, access_token_claims=())
    claims = payload(await access_token(app))
    assert not claims.keys() & {"email", "family_name", "given_name", "upn", "acct"}
    assert "email" in payload(await access_token(app, KATHERINE))


async def test_the_profile_needs_its_scope(app: SinglePageApp) -> None:
    claims = payload(await access_token(app, scope=f"{SCOPE} openid"))
    assert not claims.keys() & {"name", "preferred_username", "family_name", "given_name"}


async def test_the_subject_differs_between_applications_and_stays_for_one(app: SinglePageApp) -> None:
    first, second = await app.tokens(), await app.tokens()
    assert payload(str(first["access_token"]))["sub"] == payload(str(second["access_token"]))["sub"]
    assert payload(str(first["access_token"]))["sub"] != payload(str(first["id_token"]))["sub"]


async def test_the_opaque_claims_differ_each_time(app: SinglePageApp) -> None:
    first, second = payload(await access_token(app)), payload(await access_token(app))
    assert all(first[name] != second[name] for name in OPAQUE)


async def test_without_an_api_the_token_is_for_graph_and_only_graph_can_verify_it(
    app: SinglePageApp, emulator: Emulator
) -> None:
    token = await access_token(app, MALLORY, scope="openid profile")
    assert "nonce" in header(token)
    claims = payload(token)
    assert claims["aud"] == "00000003-0000-0000-c000-000000000000"
    assert (claims["ver"], claims["scp"]) == ("1.0", "openid profile email")
    assert "roles" not in claims
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, public_key(emulator), algorithms=["RS256"], options=AT_ANY_TIME)


@pytest.mark.parametrize("version", [1, 2])
async def test_access_tokens_verify_with_the_published_key(
    app: SinglePageApp, emulator: Emulator, version: int
) -> None:
    emulator.use_access_token_version(1 if version == 1 else 2)
    token = await access_token(app)
    audience = {1: f"api://{API}", 2: API}[version]
    claims = jwt.decode(
        token,
        public_key(emulator),
        algorithms=["RS256"],
        audience=audience,
        issuer={1: V1_ISSUER, 2: V2_ISSUER}[version],
        options=AT_ANY_TIME,
    )
    assert claims["oid"] == ADA


async def test_client_info_names_the_home_account(app: SinglePageApp) -> None:
    info = (await app.sign_in(KATHERINE, client_info="1"))["client_info"]
    assert json.loads(base64.urlsafe_b64decode(info + "=" * (-len(info) % 4))) == {
        "uid": "fab00000-0000-4000-a000-000000000014",
        "utid": FABRIKAM,
    }


@pytest.mark.parametrize(
    ("fields", "provider", "unique_name"),
    [
        ({"identity_provider": "mail"}, "mail", "katherine@fabrikam.example"),
        ({"identity_provider": "live.com"}, "live.com", "live.com#katherine@fabrikam.example"),
        ({"home_tenant_id": CONSUMERS}, "live.com", "live.com#katherine@fabrikam.example"),
    ],
)
async def test_a_guest_without_a_tenant_of_their_own_has_another_provider(
    app: SinglePageApp, emulator: Emulator, fields: dict[str, str], provider: str, unique_name: str
) -> None:
    change_person(emulator, KATHERINE, **fields)
    assert payload(await access_token(app, KATHERINE))["idp"] == provider
    emulator.use_access_token_version(1)
    assert payload(await access_token(app, KATHERINE))["unique_name"] == unique_name


def test_an_address_that_nobody_vouches_for_is_kept_from_applications_for_several_tenants(emulator: Emulator) -> None:
    change(emulator, API, access_token_claims=(), audience=Audience.MANY)
    change_person(emulator, KATHERINE, email="kj@elsewhere.example")
    assert payload(emulator.access_token("katherine@fabrikam.example"))["email"] == "kj@elsewhere.example"
    change_person(emulator, KATHERINE, email_verified=False)
    assert "email" not in payload(emulator.access_token("katherine@fabrikam.example"))
    change(emulator, API, audience=Audience.ONE)
    assert payload(emulator.access_token("katherine@fabrikam.example"))["email"] == "kj@elsewhere.example"


@pytest.mark.parametrize("version", [1, 2])
def test_every_token_carries_the_mark(emulator: Emulator, version: AccessTokenVersion) -> None:
    emulator.use_access_token_version(version)
    tokens = (
        emulator.access_token("ada@contoso.example"),
        emulator.application_token("dae00000-0000-4000-a000-000000000004", scope=f"api://{API}/.default"),
        emulator.issue_id_token(logbook_web(emulator), None, version=version),
    )
    assert all(str(payload(token)["aio"]).startswith("entra-double.") for token in tokens)


def public_key(emulator: Emulator) -> RSAPublicKey:
    return emulator.keys.published[0].private_key.public_key()
