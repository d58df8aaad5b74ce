"""Makes one of each document and answer that facts.toml knows: its members, or its headers."""

from __future__ import annotations

import re

from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Demand, PermissionGrant
from entra_double._world.registration import OptionalClaim

from .machine import DAEMON_SECRET, credentials
from .policies import demand
from .shapes import Makers, Shape, World, document, posted, version_1
from .single_page_app import ADA, API, APP, NOW, SCOPE, SPA, TENANT, TOKEN, answer
from .worlds import change, change_person

CAPABLE = '{"access_token":{"xms_cc":{"values":["cp1"]}}}'
INSTANCE = (
    "/common/discovery/instance?api-version=1.1&authorization_endpoint="
    f"http%3A%2F%2Flocalhost%3A8400%2F{TENANT}%2Foauth2%2Fv2.0%2Fauthorize"
)

ANSWERS = Makers()


@ANSWERS.of("discovery v2.0")
async def _(world: World) -> Shape:
    return await document(world, f"/{TENANT}/v2.0/.well-known/openid-configuration")


@ANSWERS.of("discovery v2.0 of common")
async def _(world: World) -> Shape:
    return await document(world, "/common/v2.0/.well-known/openid-configuration")


@ANSWERS.of("discovery v1.0")
async def _(world: World) -> Shape:
    return await document(world, f"/{TENANT}/.well-known/openid-configuration")


@ANSWERS.of("headers of discovery")
async def _(world: World) -> Shape:
    return dict((await world.http.get(f"/{TENANT}/v2.0/.well-known/openid-configuration")).headers)


@ANSWERS.of("a key of v2.0")
async def _(world: World) -> Shape:
    key: Shape = (await document(world, f"/{TENANT}/discovery/v2.0/keys"))["keys"][0]
    return key


@ANSWERS.of("a key of v1.0")
async def _(world: World) -> Shape:
    key: Shape = (await document(world, "/common/discovery/keys"))["keys"][0]
    return key


@ANSWERS.of("authorize answer with a code")
async def _(world: World) -> Shape:
    return await world.app.sign_in(ADA, client_info="1")


@ANSWERS.of("authorize answer with an error")
async def _(world: World) -> Shape:
    return answer(await world.app.authorize(prompt="none"))


@ANSWERS.of("an error with claims")
async def _(world: World) -> Shape:
    return await stopped_by(world, Demand.BLOCK, TOKEN)


@ANSWERS.of("an error that asks for a second proof")
async def _(world: World) -> Shape:
    return await stopped_by(world, Demand.MFA, TOKEN)


@ANSWERS.of("an error that asks for a second proof, v1.0")
async def _(world: World) -> Shape:
    return await stopped_by(world, Demand.MFA, TOKEN.replace("/v2.0", ""))


async def stopped_by(world: World, what: Demand, path: str) -> Shape:
    """Give what a refresh token's holder is told after a policy has come."""
    tokens = await world.app.tokens(ADA)
    demand(world.emulator, what)
    form = {"grant_type": "refresh_token", "client_id": SPA, "refresh_token": str(tokens["refresh_token"])}
    body: Shape = (await world.http.post(path, data=form, headers={"Origin": APP})).json()
    return body


@ANSWERS.of("an error about an unknown tenant")
async def _(world: World) -> Shape:
    body: Shape = (await world.http.get("/nobody.example/v2.0/.well-known/openid-configuration")).json()
    return body


@ANSWERS.of("an error about an unknown cloud")
async def _(world: World) -> Shape:
    address = "https%3A%2F%2Flogin.example%2Fcommon%2Foauth2%2Fv2.0%2Fauthorize"
    asked = f"/common/discovery/instance?api-version=1.1&authorization_endpoint={address}"
    body: Shape = (await world.http.get(asked)).json()
    return body


@ANSWERS.of("a device that is to wait")
async def _(world: World) -> Shape:
    change(world.emulator, SPA, public_client=True)
    begun = await posted(world, f"/{TENANT}/oauth2/v2.0/devicecode", client_id=SPA, scope=SCOPE)
    grant_type = "urn:ietf:params:oauth:grant-type:device_code"
    form = {"grant_type": grant_type, "client_id": SPA, "device_code": str(begun["device_code"])}
    body: Shape = (await world.http.post(TOKEN, data=form)).json()
    return body


@ANSWERS.of("an error of Microsoft Graph")
async def _(world: World) -> Shape:
    body: Shape = (await world.http.get("/v1.0/me", headers={"Authorization": "Bearer nonsense"})).json()["error"]
    return body


@ANSWERS.of("a key of personal accounts")
async def _(world: World) -> Shape:
    key: Shape = (await document(world, "/consumers/discovery/v2.0/keys"))["keys"][-1]
    return key


@ANSWERS.of("instance discovery")
async def _(world: World) -> Shape:
    return await document(world, INSTANCE)


@ANSWERS.of("an alias of instance discovery")
async def _(world: World) -> Shape:
    alias: Shape = (await document(world, INSTANCE))["metadata"][0]
    return alias


@ANSWERS.of("token answer of v1.0")
async def _(world: World) -> Shape:
    return await version_1(world)


@ANSWERS.of("device code")
async def _(world: World) -> Shape:
    return await posted(world, f"/{TENANT}/oauth2/v2.0/devicecode", client_id=SPA, scope=SCOPE)


@ANSWERS.of("device code of v1.0")
async def _(world: World) -> Shape:
    return await posted(world, f"/{TENANT}/oauth2/devicecode", client_id=SPA, resource=f"api://{API}")


@ANSWERS.of("userinfo")
async def _(world: World) -> Shape:
    token = await world.access_token(ADA, scope="openid profile email")
    response = await world.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200, response.text
    body: Shape = response.json()
    return body


@ANSWERS.of("the challenge of a revoked session")
async def _(world: World) -> Shape:
    read_me = PermissionGrant(
        tenant_id=TENANT, client_id=SPA, resource_id=GRAPH_CLIENT_ID, scopes=frozenset({"User.Read", "openid"})
    )
    world.emulator.directory = world.emulator.directory.put(read_me)
    change(world.emulator, GRAPH_CLIENT_ID, access_token_claims=(OptionalClaim(name="xms_cc"),))
    token = await world.access_token(ADA, scope="openid https://graph.microsoft.com/User.Read", claims=CAPABLE)
    change_person(world.emulator, ADA, valid_from=NOW + 1)
    response = await world.http.get("/v1.0/me", headers={"Authorization": f"Bearer {token}"})
    return dict(re.findall(r'(\w+)="([^"]*)"', response.headers["www-authenticate"]))


@ANSWERS.of("token answer for a person")
async def _(world: World) -> Shape:
    code = (await world.app.sign_in(ADA))["code"]
    body: Shape = (await world.app.redeem(code, client_info="1")).json()
    return body


@ANSWERS.of("token answer for an application")
async def _(world: World) -> Shape:
    body: Shape = (await credentials(world.http, client_secret=DAEMON_SECRET)).json()
    return body


@ANSWERS.of("headers of a token answer")
async def _(world: World) -> Shape:
    return dict((await world.app.redeem((await world.app.sign_in(ADA))["code"])).headers)


@ANSWERS.of("an error")
async def _(world: World) -> Shape:
    body: Shape = (await world.app.redeem((await world.app.sign_in(ADA))["code"], code_verifier="w" * 50)).json()
    return body


@ANSWERS.of("an error that the look-up page does not know")
async def _(world: World) -> Shape:
    body: Shape = (await world.app.token(grant_type="password")).json()
    return body


@ANSWERS.of("an error with a suberror")
async def _(world: World) -> Shape:
    tokens = await world.app.tokens(ADA)
    world.emulator.revoke_refresh_tokens()
    body: Shape = (await world.app.refresh(str(tokens["refresh_token"]))).json()
    return body
