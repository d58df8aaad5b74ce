"""The mixins together, and without names; ``bearer/test_guard.py`` has each alone."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from scripted import ScriptedAuthority
from sign_ins import bearer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "guarded_urls"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"scp": "access_as_user log.read", "roles": ["Admin"]}, None),
        ({"scp": "access_as_user", "roles": ["Admin"]}, "scope_missing"),
        ({"scp": "access_as_user log.read", "roles": ["Writer"]}, "app_role_missing"),
    ],
)
def test_several_all_count(
    authority: ScriptedAuthority, client: Client, claims: dict[str, Any], reason: str | None
) -> None:
    response = client.get("/several/", headers=bearer(authority, **claims))
    assert (response.json()["reason"] if response.status_code == 403 else None) == reason


def test_a_class_that_names_nothing_lets_no_one_in(authority: ScriptedAuthority, client: Client) -> None:
    with pytest.raises(ImproperlyConfigured, match="Nothing names nothing in app_roles"):
        client.get("/nothing/", headers=bearer(authority, roles=["Admin"]))
