"""Makes people, and reads who stands on the account picker."""

from __future__ import annotations

import httpx
from entra_double._world.ids import derived_id
from entra_double._world.principals import Person, Tenant


def person_of(tenant: Tenant, user: str) -> Person:
    object_id = derived_id("person", tenant.domain, user)
    return Person(
        object_id=object_id,
        tenant_id=tenant.id,
        username=f"{user}@{tenant.domain}",
        name=user.title(),
        given_name=user.title(),
        family_name="Doe",
        user_principal_name=f"{user}@{tenant.domain}",
        home_tenant_id=tenant.id,
        home_object_id=object_id,
    )


def on_the_picker(page: httpx.Response) -> list[str]:
    assert "Pick an account" in page.text
    return [part.split("<")[0] for part in page.text.split('<span class="username">')[1:]]
