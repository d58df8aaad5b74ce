"""Agents and guests of entra-double in whole requests: who they act as, what the log says, who is refused."""

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import Client
from django_entrance.bearer.authentication import authenticate_bearer
from django_entrance.verification.errors import Refused
from entra_double import Entra

pytestmark = [pytest.mark.django_db]

TENANT = "c0470500-0000-4000-a000-000000000001"
API = "a9100000-0000-4000-a000-000000000002"
SPA = "5ba00000-0000-4000-a000-000000000003"
DAEMON = "dae00000-0000-4000-a000-000000000004"
ADA = "ada00000-0000-4000-a000-000000000011"
FABRIKAM = "fab00000-0000-4000-a000-000000000009"


@pytest.fixture
def project(entra_server: Any, settings: Any) -> Any:
    """A project that trusts entra-double."""
    settings.DEBUG = True
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "SPA_CLIENT_ID": SPA, "ALLOWED_CLIENTS": [SPA]}
    settings.ENTRANCE |= {"AUTHORITY_HOST": entra_server.base_url}
    return settings


def allow(project: Any, **entrance: Any) -> None:
    project.ENTRANCE = project.ENTRANCE | entrance


def enter(token: str) -> Any:
    """Return user and identity, or the refusal."""
    request = HttpRequest()
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    try:
        return authenticate_bearer(request)
    except Refused as refusal:
        return refusal


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("allow_agents", [True, [SPA]], ids=["every agent", "this one"])
def test_an_agent_for_a_person_acts_as_that_person(
    entra_server: Entra, project: Any, allow_agents: Any, version: Any
) -> None:
    allow(project, ALLOW_AGENTS=allow_agents)
    herself = enter(entra_server.token("ada", version=version))
    through_agent = enter(entra_server.token("ada", agent="acting", version=version))
    assert through_agent.user == herself.user
    assert herself.identity.agent is None
    assert (through_agent.identity.agent.agent_id, through_agent.identity.agent.acts) == (SPA, "for a person")
    assert through_agent.identity.agent.blueprint not in ("", SPA)
    assert User.objects.count() == 1


@pytest.mark.parametrize("idtyp", ["app", None])
def test_an_agent_on_its_own_acts_as_its_named_user_with_an_app_role(
    entra_server: Entra, project: Any, idtyp: str | None
) -> None:
    robot = User.objects.create(username="robot")
    token = entra_server.application_token(DAEMON, agent=True, idtyp=idtyp)
    assert enter(token).reason == "agent_refused"
    allow(project, ALLOW_AGENTS=[DAEMON])
    assert enter(token).reason == "application_refused"
    allow(project, APPLICATIONS={DAEMON: "robot"})
    entered = enter(token)
    assert (entered.user, entered.identity.agent.acts) == (robot, "on its own")
    without_role = entra_server.application_token(DAEMON, agent=True, idtyp=idtyp, roles=None)
    assert enter(without_role).reason == "app_role_missing"
    allow(project, ALLOW_AGENTS=False)
    assert enter(token).reason == "agent_refused"
    assert enter(entra_server.application_token(DAEMON, idtyp=idtyp)).user == robot


def test_an_agents_own_account_gets_a_user_only_if_it_is_listed(entra_server: Entra, project: Any) -> None:
    token = entra_server.token("ada", agent="account")
    for others in (False, True, [SPA]):
        allow(project, ALLOW_AGENTS=others)
        assert enter(token).reason == "agent_refused"
    assert User.objects.count() == 0
    allow(project, ALLOW_AGENTS=[ADA])
    entered = enter(token)
    assert (entered.identity.object_id, entered.identity.agent.acts) == (ADA, "own account")
    assert User.objects.count() == 1


def test_the_log_has_ids_alone(
    entra_server: Entra, project: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="django_entrance")
    token = entra_server.token("ada", agent="acting")
    response = client.get("/", headers={"authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["reason"]) == (403, "agent_refused")
    (record,) = (each for each in caplog.records if each.name == "django_entrance")
    facts = {name: value for name, value in vars(record).items() if name.startswith("entrance_")}
    assert (facts["entrance_object_id"], facts["entrance_client_id"]) == (ADA, SPA)
    assert facts["entrance_reason"] == "agent_refused"
    assert "Ada" not in record.getMessage()


@pytest.mark.parametrize("version", [1, 2])
def test_guests_of_named_home_tenants(entra_server: Entra, project: Any, version: Any) -> None:
    guest = entra_server.token("katherine", version=version)
    assert enter(guest).identity.home_tenant_id == FABRIKAM
    for home, reason in ((FABRIKAM.upper(), None), (ADA, "guest_refused")):
        allow(project, ALLOW_GUESTS=[home])
        assert getattr(enter(guest), "reason", None) == reason
        assert enter(entra_server.token("ada", version=version)).identity.object_id == ADA
    assert enter(entra_server.token("katherine", version=version, idp=None, acct=1)).reason == "guest_refused"
    allow(project, ALLOW_GUESTS=False)
    assert enter(guest).reason == "guest_refused"
