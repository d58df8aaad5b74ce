"""``manage.py entrance sign-out USER``."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django_entrance.models import EntraSession
from scripted import ADA, OTHER_TENANT, ScriptedAuthority
from sign_ins import bearer

pytestmark = pytest.mark.django_db


def sign_out(name: str) -> str:
    said = StringIO()
    call_command("entrance", "sign-out", name, stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("name", ["ada@contoso.example", ADA])
def test_all_sessions_of_one_person_end(authority: ScriptedAuthority, name: str) -> None:
    other = {"oid": OTHER_TENANT, "sub": "other", "preferred_username": "grace@contoso.example"}
    ada, ada_elsewhere, grace = Client(), Client(), Client()
    for client, claims in ((ada, {}), (ada_elsewhere, {}), (grace, other)):
        assert client.post("/entrance/session/", headers=bearer(authority, **claims)).status_code == 200
    assert sign_out(name) == "2 sessions of ada@contoso.example ended.\n"
    names = [client.get("/").json()["username"] for client in (ada, ada_elsewhere, grace)]
    assert names == ["", "", "grace@contoso.example"]
    assert sign_out(name) == "0 sessions of ada@contoso.example ended.\n"


def test_an_unknown_user_is_an_error() -> None:
    User.objects.create_user("ada")
    with pytest.raises(CommandError, match="There is no user 'eve'"):
        sign_out("eve")
    assert not EntraSession.objects.exists()
