"""Makes one of each token that facts.toml knows: its header, or its claims."""

from __future__ import annotations

import json

from entra_double._world.registration import OptionalClaim
from entra_double._world.requests.scopes import ResourceScopes

from .machine import DAEMON_SECRET, credentials, proof, trust_certificate
from .shapes import Makers, Shape, World, version_1
from .single_page_app import ADA, API, KATHERINE, MALLORY, SPA, header, payload
from .worlds import change, change_person

OPTIONAL = (
    "acct acrs auth_time ctry email family_name given_name groups ipaddr sid upn verified_primary_email xms_cc xms_edov"
)
CONTEXT = json.dumps({"access_token": {"acrs": {"essential": True, "value": "c2"}, "xms_cc": {"values": ["CP1"]}}})

TOKENS = Makers()


@TOKENS.of("header of an access token v2.0")
async def _(world: World) -> Shape:
    return header(await world.access_token(ADA))


@TOKENS.of("header of an access token v1.0")
async def _(world: World) -> Shape:
    world.bare(access_token_version=1)
    return header(await world.access_token())


@TOKENS.of("header of an ID token v2.0")
async def _(world: World) -> Shape:
    return header(await world.id_token())


@TOKENS.of("header of an access token for Microsoft Graph")
async def _(world: World) -> Shape:
    return header(await world.access_token(scope="openid profile"))


@TOKENS.of("access token v2.0 of a member")
async def _(world: World) -> Shape:
    world.bare()
    return payload(await world.access_token())


@TOKENS.of("access token v2.0 of a guest")
async def _(world: World) -> Shape:
    world.bare()
    return payload(await world.access_token(KATHERINE))


@TOKENS.of("access token v1.0 of a member")
async def _(world: World) -> Shape:
    world.bare(access_token_version=1)
    return payload(await world.access_token())


@TOKENS.of("access token v1.0 of a guest")
async def _(world: World) -> Shape:
    world.bare(access_token_version=1)
    return payload(await world.access_token(KATHERINE))


@TOKENS.of("an application's own access token v2.0")
async def _(world: World) -> Shape:
    world.bare()
    return payload((await credentials(world.http, client_secret=DAEMON_SECRET)).json()["access_token"])


@TOKENS.of("an application's own access token v2.0, with a role, a certificate and idtyp")
async def _(world: World) -> Shape:
    trust_certificate(world.emulator)
    change(world.emulator, API, access_token_claims=(OptionalClaim(name="idtyp"),))
    return payload((await credentials(world.http, **proof())).json()["access_token"])


@TOKENS.of("an application's own access token v1.0")
async def _(world: World) -> Shape:
    change(world.emulator, API, access_token_version=1, access_token_claims=())
    return payload((await credentials(world.http, client_secret=DAEMON_SECRET)).json()["access_token"])


@TOKENS.of("ID token v2.0 of a member")
async def _(world: World) -> Shape:
    return payload(await world.id_token())


@TOKENS.of("ID token v2.0 of a guest")
async def _(world: World) -> Shape:
    return payload(await world.id_token(KATHERINE))


@TOKENS.of("ID token v2.0 beside a code")
async def _(world: World) -> Shape:
    world.bare()
    world.allow_implicit()
    return payload((await world.app.sign_in(MALLORY, response_type="code id_token"))["id_token"])


@TOKENS.of("ID token v2.0 beside an access token")
async def _(world: World) -> Shape:
    world.bare()
    world.allow_implicit()
    return payload((await world.app.sign_in(MALLORY, response_type="id_token token"))["id_token"])


@TOKENS.of("ID token v2.0 of a personal account")
async def _(world: World) -> Shape:
    return payload(world.emulator.issue_id_token(world.personal(), "the nonce"))


@TOKENS.of("access token v2.0 of a personal account")
async def _(world: World) -> Shape:
    delegation = world.personal()
    api = next(known for known in world.emulator.directory.applications if known.client_id == API)
    asked = ResourceScopes(resource=api, audience=API, names=("access_as_user",), granted=())
    return payload(world.emulator.issue_access_token(delegation, asked, world.emulator.access_validity()))


@TOKENS.of("access token v2.0 with optional claims")
async def _(world: World) -> Shape:
    user_token = OptionalClaim(name="idtyp", additional_properties=frozenset({"include_user_token"}))
    claims = (user_token, *(OptionalClaim(name=name) for name in OPTIONAL.split()))
    change(world.emulator, API, access_token_claims=claims)
    change_person(world.emulator, ADA, country="NL")
    world.join(ADA, 2)
    return payload(await world.access_token(ADA, claims=CONTEXT))


@TOKENS.of("group overage")
async def _(world: World) -> Shape:
    world.bare()
    world.join(MALLORY, 201)
    return payload(await world.access_token())


@TOKENS.of("group overage in the fragment")
async def _(world: World) -> Shape:
    world.bare()
    world.join(MALLORY, 6)
    world.allow_implicit()
    return payload((await world.app.sign_in(MALLORY, response_type="id_token token"))["access_token"])


@TOKENS.of("ID token v1.0 of a member")
async def _(world: World) -> Shape:
    world.bare()
    change(world.emulator, SPA, id_token_claims=())
    return payload(str((await version_1(world, MALLORY))["id_token"]))
