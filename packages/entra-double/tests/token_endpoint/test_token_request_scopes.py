"""A token says what was consented to before, whatever is asked for this time.

https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import PermissionGrant
from entra_double._world.registration import DelegatedScope, PreAuthorised
from entra_double._world.seed import CONTOSO

from ..single_page_app import ADA, API, GRACE, SPA, SinglePageApp, payload
from ..worlds import change

URI = f"api://{API}"


@pytest.fixture(autouse=True)
def nothing_granted(emulator: Emulator) -> None:
    scopes = tuple(DelegatedScope(id=value, value=value) for value in ("read", "write", "old"))
    change(emulator, API, scopes=(*scopes[:2], replace(scopes[2], enabled=False)))
    emulator.directory = replace(emulator.directory, grants=())


def grant(emulator: Emulator, *scopes: str, person_id: str | None = None, api: str = API) -> None:
    emulator.directory = emulator.directory.put(
        PermissionGrant(
            tenant_id=CONTOSO.id, client_id=SPA, resource_id=api, person_id=person_id, scopes=frozenset(scopes)
        )
    )


async def told(app: SinglePageApp, scope: str, object_id: str = ADA) -> tuple[object, object]:
    """Ask for a token; give the answer's scope, and the token's."""
    code = (await app.sign_in(object_id, scope=f"{scope} openid"))["code"]
    tokens = (await app.redeem(code)).json()
    return tokens["scope"], payload(tokens["access_token"])["scp"]


async def test_what_was_granted_before_is_in_the_token_too(app: SinglePageApp, emulator: Emulator) -> None:
    grant(emulator, "read")
    assert await told(app, f"{URI}/read") == (f"{URI}/read", "read")
    grant(emulator, "read", "write")
    assert await told(app, f"{URI}/read") == (f"{URI}/read {URI}/write", "read write")
    assert await told(app, f"{URI}/write") == (f"{URI}/write {URI}/read", "write read")


async def test_one_persons_consent_is_for_that_person(app: SinglePageApp, emulator: Emulator) -> None:
    grant(emulator, "read")
    grant(emulator, "write", person_id=GRACE)
    assert await told(app, f"{URI}/read", ADA) == (f"{URI}/read", "read")
    assert await told(app, f"{URI}/read", GRACE) == (f"{URI}/read {URI}/write", "read write")


async def test_a_scope_that_has_been_switched_off_is_left_out(app: SinglePageApp, emulator: Emulator) -> None:
    grant(emulator, "read", "old")
    assert await told(app, f"{URI}/read") == (f"{URI}/read", "read")


async def test_what_an_api_allows_without_consent_has_to_be_asked_for(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, API, pre_authorised=(PreAuthorised(client_id=SPA, scopes=frozenset({"read", "write"})),))
    assert await told(app, f"{URI}/read") == (f"{URI}/read", "read")
    assert await told(app, f"{URI}/.default") == (f"{URI}/.default {URI}/read {URI}/write", "read write")


async def test_graph_lists_the_openid_scopes_by_their_names(app: SinglePageApp, emulator: Emulator) -> None:
    grant(emulator, "openid", "email", "offline_access", "User.Read", api=GRAPH_CLIENT_ID)
    graph = "https://graph.microsoft.com"
    assert await told(app, f"{graph}/User.Read") == (f"{graph}/User.Read openid email", "User.Read openid email")
