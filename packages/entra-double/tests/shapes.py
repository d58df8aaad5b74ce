"""An emulator for shapes: what has to be so that each token, document and answer of facts.toml can be made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from entra_double import Emulator
from entra_double._world.ids import CONSUMERS, derived_id
from entra_double._world.principals import Group, Person
from entra_double._world.registration import Audience, GroupClaims
from entra_double._world.requests.delegation import Delegation

from .single_page_app import (
    ADA,
    API,
    APP,
    MALLORY,
    REDIRECT_URI,
    SPA,
    TENANT,
    VERIFIER,
    SinglePageApp,
    answer,
)
from .worlds import change, change_entry

Shape = Mapping[str, Any]

SAM = "00000000-0000-0000-3b7e-91c4d0a2f00f"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An emulator, and those who ask it."""

    emulator: Emulator
    http: httpx.AsyncClient
    app: SinglePageApp

    def bare(self, **fields: Any) -> None:
        """Let everybody in without a role, and give the API's tokens no optional claims; `fields` are the API's."""
        directory = self.emulator.directory
        self.emulator.directory = directory.remove(*directory.assignments)
        change_entry(self.emulator, API, assignment_required=False)
        change(self.emulator, API, **{"access_token_claims": (), "app_roles": (), **fields})

    async def access_token(self, person: str = MALLORY, **asked: str) -> str:
        return str((await self.app.tokens(person, **asked))["access_token"])

    async def id_token(self, person: str = MALLORY, **asked: str) -> str:
        self.bare()
        change(self.emulator, SPA, id_token_claims=())
        return str((await self.app.tokens(person, **asked))["id_token"])

    def allow_implicit(self) -> None:
        change(self.emulator, SPA, id_token_claims=(), implicit_id_token=True, implicit_access_token=True)

    def join(self, person: str, number: int) -> None:
        """Put a person into that many groups, and let the API's tokens name them."""
        groups = (
            Group(object_id=derived_id(str(each)), tenant_id=TENANT, name=str(each), members=frozenset({person}))
            for each in range(number)
        )
        self.emulator.directory = self.emulator.directory.put(*groups)
        change(self.emulator, API, group_claims=frozenset({GroupClaims.SECURITY}))

    def personal(self) -> Delegation:
        """Sign in a personal account, to applications that everybody may use."""
        address = "sam.lindqvist@outlook.example"
        person = Person(
            object_id=SAM,
            tenant_id=CONSUMERS,
            username=address,
            name="Sam Lindqvist",
            user_principal_name=address,
            home_tenant_id=CONSUMERS,
            home_object_id=SAM,
            given_name="Sam",
            family_name="Lindqvist",
        )
        self.emulator.directory = self.emulator.directory.put(person)
        self.bare(audience=Audience.EVERYBODY)
        client = change(self.emulator, SPA, audience=Audience.EVERYBODY, id_token_claims=())
        return Delegation(person=person, client=client, session_id="s", openid=frozenset({"openid", "profile"}))


Maker = Callable[[World], Awaitable[Shape]]


class Makers(dict[str, Maker]):
    """The functions that make ours, by the fact that each is of."""

    def of(self, name: str) -> Callable[[Maker], Maker]:
        def keep(make: Maker) -> Maker:
            self[name] = make
            return make

        return keep


async def version_1(world: World, person: str = ADA) -> Shape:
    """Sign in through the endpoints of v1.0, and give what the token endpoint answers."""
    asked = {"resource": f"api://{API}", "scope": "openid"}
    page = await world.app.authorize_at(f"/{TENANT}/oauth2/authorize", **asked)
    code = answer(await world.app.choose(page, account=person))["code"]
    return await posted(
        world,
        f"/{TENANT}/oauth2/token",
        grant_type="authorization_code",
        client_id=SPA,
        code=code,
        redirect_uri=REDIRECT_URI,
        code_verifier=VERIFIER,
        resource=f"api://{API}",
    )


async def posted(world: World, path: str, **form: str) -> Shape:
    response = await world.http.post(path, data=form, headers={"Origin": APP})
    assert response.status_code == 200, response.text
    body: Shape = response.json()
    return body


async def document(world: World, path: str) -> Shape:
    response = await world.http.get(path)
    assert response.status_code == 200, response.text
    body: Shape = response.json()
    return body
