"""The events of a correlation id are told, with what a refusal means."""

import pytest
from django.contrib.auth.models import User
from django_entrance.explaining.events import events_of, explain_events
from django_entrance.models import SignInEvent
from scripted import ADA, SPA, TENANT

pytestmark = pytest.mark.django_db


def test_the_events_of_an_id_are_told_in_order() -> None:
    ada = User.objects.create_user("ada")
    facts = {"tenant_id": TENANT, "object_id": ADA, "client_id": SPA, "correlation_id": "c-1"}
    SignInEvent.objects.create(outcome="created", user=ada, **facts)
    SignInEvent.objects.create(outcome="refused", reason="app_role_missing", door="bearer", **facts)
    SignInEvent.objects.create(outcome="refused", reason="app_role_missing", correlation_id="c-1")
    SignInEvent.objects.create(outcome="refused", reason="no_longer_known", correlation_id="c-1")
    SignInEvent.objects.create(outcome="refused", reason="guest_refused", correlation_id="c-2")
    lines = list(explain_events(events_of("c-1")))
    assert [line.partition(": ")[2] for line in lines[:4]] == [
        f"created: {ADA} (ada), client {SPA}",
        f"refused app_role_missing: {ADA} through bearer, client {SPA}",
        "refused app_role_missing: an unknown caller",
        "refused no_longer_known: an unknown caller",
    ]
    assert lines[4:6] == ["", "app_role_missing: This token lacks a required app role."]
    assert len([line for line in lines if line.startswith("app_role_missing")]) == 1


def test_another_id_has_no_events() -> None:
    assert events_of("c-1") == []
