"""Microsoft's published models of Graph read each body that ``entrance register`` sends, and lose nothing.

The bodies come from a whole plan with every kind of credential. ``msgraph-sdk/reserialise.py`` runs in an environment
of its own.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.conf import settings
from django_entrance.conf.loading import settings_to_register
from django_entrance.entra.registration.applying import plan
from django_entrance.entra.registration.bodies import Json
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import Choices, Federation, Key, NewSecret, Site, wanted_registrations

from interop.declared import HERE
from interop.test_interop import ENVIRONMENTS

PROGRAM = HERE / "msgraph-sdk" / "reserialise.py"
GROUP, GUID = "22220000-0000-4000-a000-000000000001", "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"
SITE = "https://logbook.contoso.example"
WHERE = Site(
    callback=f"{SITE}/entrance/callback/",
    bridge=f"{SITE}/entrance/redirect/",
    signed_out=f"{SITE}/",
    front_channel=f"{SITE}/entrance/front-channel-logout/",
)
CREDENTIALS = (
    Key(id=GUID, name="CN=Logbook", data="MIIB", ends_at="2027-03-01T00:00:00Z"),
    Federation(name="pod", issuer="https://issuer.example", subject="pod", audience="api://AzureADTokenExchange"),
    NewSecret(name="django-entrance", ends_at="2027-03-01T00:00:00Z"),
)
MODELS = {
    "api": "models.application.Application",
    "spa": "models.application.Application",
    "api_entry": "models.service_principal.ServicePrincipal",
    "spa_entry": "models.service_principal.ServicePrincipal",
    "grants": "models.o_auth2_permission_grant.OAuth2PermissionGrant",
    "graph_roles": "models.app_role_assignment.AppRoleAssignment",
    "federated": "models.federated_identity_credential.FederatedIdentityCredential",
}
SECRET = "applications.item.add_password.add_password_post_request_body.AddPasswordPostRequestBody"


def changes() -> Iterator[Change]:
    """Yield every kind of change: of a new registration, and of one that lacks what is set later."""
    wanted_by, _ = settings_to_register("contoso.example")
    for credential in CREDENTIALS:
        choices = Choices(name="Logbook", sites=(WHERE,), credential=credential)
        wanted = wanted_registrations(wanted_by, "default", choices, is_new=True)
        yield from plan(wanted, Found(graph_entry={"id": GUID}))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Change]:
    access = {"app_roles": {"Editor": {"is_staff": True}}, "groups": {GROUP: {"is_staff": True}}}
    monkeypatch.setattr(settings, "ENTRANCE", {"ACCESS": access}, raising=False)
    return list(changes())


def with_guids(body: Any) -> Any:
    """Return a body with a GUID in the place of each id that a plan does not know yet."""
    if isinstance(body, Mapping):
        return {name: with_guids(each) for name, each in body.items()}
    if isinstance(body, list):
        return [with_guids(each) for each in body]
    return GUID if isinstance(body, str) and body.startswith("<") else body


def reserialised(rows: list[Json]) -> list[Json]:
    python = ENVIRONMENTS / "msgraph-sdk" / "bin" / "python"
    run = subprocess.run([python, PROGRAM], input=json.dumps(rows), capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-4000:]
    done: list[Json] = json.loads(run.stdout)
    return done


def plain(value: Any) -> Any:
    """Return what both mean: without the marks of OData, times as instants, empty lists as nothing."""
    if isinstance(value, Mapping):
        kept = {name: plain(each) for name, each in value.items() if name != "@odata.type"}
        return {name: each for name, each in kept.items() if each not in (None, [])}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.replace("+00:00", "Z") if isinstance(value, str) else value


def test_every_body_is_one_of_microsofts_models(sent: list[Change]) -> None:
    rows = [
        {"model": SECRET if change.shows_secret else MODELS[change.place], "body": with_guids(change.body)}
        for change in sent
    ]
    assert {row["model"] for row in rows} == {SECRET, *MODELS.values()}
    for row, done in zip(rows, reserialised(rows), strict=True):
        assert done["unknown"] == [], row["body"]
        assert plain(done["body"]) == plain(row["body"])


def test_control_a_member_that_is_none_is_found() -> None:
    wrong = {"displayName": "x", "colour": "red", "api": {"requestedAccessTokenVersion": 2, "shape": "round"}}
    (done,) = reserialised([{"model": MODELS["api"], "body": wrong}])
    assert done["unknown"] == ["colour", "api.shape"]
