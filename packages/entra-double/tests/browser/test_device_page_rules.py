"""The rules hold for devices too: who is not let in, and what is asked on the way."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from entra_double import Emulator
from entra_double._world.ids import GRAPH_CLIENT_ID as GRAPH
from entra_double._world.policies import Demand
from entra_double._world.registration import Audience
from entra_double._world.seed import CONTOSO, FABRIKAM

from ..devices import APPROVAL, begin, enter, send, taken
from ..policies import demand
from ..single_page_app import (
    ADA,
    API,
    GRACE,
    MALLORY,
    NOW,
    SPA,
    SinglePageApp,
)
from ..worlds import change, change_person


async def test_somebody_unassigned_is_not_let_in(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    page = await send(http, await enter(http), account=MALLORY)
    assert "AADSTS50105" in page.text
    assert "Tell the device" in page.text
    picker = await send(http, page, account=MALLORY, action="another")
    assert APPROVAL in (await send(http, picker, account=ADA)).text
    page = await send(http, await enter(http), account=MALLORY)
    assert "The sign-in was declined" in (await send(http, page, account=MALLORY, action="return")).text


async def test_a_policy_that_comes_meanwhile_counts(http: httpx.AsyncClient, emulator: Emulator) -> None:
    device_code = begin(emulator)
    page = await send(http, await enter(http), account=ADA)
    demand(emulator, Demand.BLOCK)
    assert "AADSTS53003" in (await send(http, page, account=ADA, action="approve")).text
    with pytest.raises(Exception, match="AADSTS70016"):
        emulator.grants.take_device_code(device_code, SPA, NOW)


async def test_a_second_proof_is_given_on_the_way(http: httpx.AsyncClient, emulator: Emulator) -> None:
    demand(emulator, Demand.MFA)
    device_code = begin(emulator)
    page = await send(http, await enter(http), account=ADA)
    assert "Prove it is you" in page.text
    page = await send(http, page, account=ADA, action="prove")
    assert APPROVAL in page.text
    await send(http, page, account=ADA, action="approve")
    assert taken(emulator, device_code).methods == {"pwd", "mfa"}


async def test_a_sign_in_that_is_too_old_is_repeated(app: SinglePageApp, emulator: Emulator) -> None:
    await app.sign_in(ADA)
    demand(emulator, Demand.MFA, sign_in_frequency=60)
    emulator.clock_offset = 60
    begin(emulator)
    page = await send(app.http, await enter(app.http), account=ADA)
    page = await send(app.http, page, account=ADA, action="prove")
    assert APPROVAL in page.text
    emulator.clock_offset = 120
    page = await send(app.http, page, account=ADA, action="approve")
    assert "Prove it is you" in page.text
    page = await send(app.http, page, account=ADA, action="prove")
    assert "You are signed in" in (await send(app.http, page, account=ADA, action="approve")).text


async def test_consent_is_asked_for_on_the_same_page(http: httpx.AsyncClient, emulator: Emulator) -> None:
    emulator.directory = replace(emulator.directory, grants=())
    device_code = begin(emulator)
    page = await send(http, await enter(http), account=ADA)
    assert "would also like to" in page.text
    assert "access_as_user" in page.text
    await send(http, page, account=ADA, action="approve")
    assert {(grant.resource_id, grant.person_id) for grant in emulator.directory.grants} == {(API, ADA), (GRAPH, ADA)}
    assert taken(emulator, device_code).person.object_id == ADA


async def test_what_needs_an_administrator_ends_on_a_page(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator, scope="Directory.Read.All")
    assert "AADSTS90094" in (await send(http, await enter(http), account=ADA)).text
    change_person(emulator, ADA, directory_roles=("62e90394-69f5-4237-9190-012177145e10",))
    assert APPROVAL in (await send(http, await enter(http), account=ADA)).text


async def test_an_api_that_is_gone_ends_on_a_page(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    emulator.directory = emulator.directory.remove(
        *(known for known in emulator.directory.applications if known.client_id == API),
        *emulator.directory.service_principals,
    )
    assert "AADSTS500011" in (await send(http, await enter(http), account=ADA)).text


async def test_only_people_of_the_tenants_decide(http: httpx.AsyncClient, emulator: Emulator) -> None:
    begin(emulator)
    stranger = change_person(emulator, GRACE, tenant_id=FABRIKAM.id)
    picker = await send(http, await enter(http), action="another", query=stranger.username)
    page = await send(http, picker, account=GRACE)
    assert "AADSTS50020" in page.text


async def test_a_device_of_several_tenants_takes_people_of_each(http: httpx.AsyncClient, emulator: Emulator) -> None:
    change(emulator, SPA, audience=Audience.MANY)
    change_person(emulator, GRACE, tenant_id=FABRIKAM.id, home_tenant_id=FABRIKAM.id)
    device_code = begin(emulator, tenants=(CONTOSO.id, FABRIKAM.id), scope="openid profile")
    picker = await enter(http)
    assert "Any account" in picker.text
    page = await send(http, picker, account=GRACE)
    assert "would also like to" in page.text
    await send(http, page, account=GRACE, action="approve")
    assert taken(emulator, device_code).person.tenant_id == FABRIKAM.id
