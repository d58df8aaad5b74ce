"""Deleting asks people of Microsoft for a second proof: through the API and in the admin."""

import base64
import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from logbook.models import Entry
from pytest_django import Settings

from tests.conftest import Ask, make_person

DELETE = "mutation ($id: ID!) { deleteEntry(id: $id) }"
BECAUSE = "To delete an entry, confirm with Microsoft that it is you."
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}


def test_a_token_without_the_proof_is_told_what_to_request(
    ask: Ask, entry: Entry, entra_token: Callable[..., str]
) -> None:
    (error,) = ask(DELETE, entra_token("ada", xms_cc=["CP1"]), id=str(entry.pk))["errors"]
    extensions = error["extensions"]
    claims = json.loads(base64.b64decode(extensions.pop("claims")))
    assert claims == {"access_token": {"acrs": {"essential": True, "value": "c1"}}}
    assert (error["message"], extensions) == (
        BECAUSE,
        {"code": "FORBIDDEN", "reason": "authentication_context_missing"},
    )
    assert Entry.objects.exists()


def test_a_token_with_the_proof_deletes(ask: Ask, entry: Entry, entra_token: Callable[..., str]) -> None:
    assert "errors" not in ask(DELETE, entra_token("ada", acrs=["c1"]), id=str(entry.pk))
    assert not Entry.objects.exists()


def test_who_may_not_delete_proves_nothing(ask: Ask, entry: Entry, entra_token: Callable[..., str]) -> None:
    (error,) = ask(DELETE, entra_token("grace", xms_cc=["CP1"]), id=str(entry.pk))["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN"}


class TestAdmin:
    """The pages of Django's admin, in a session that an access token began."""

    @pytest.fixture
    def address(self, entry: Entry) -> str:
        return f"/admin/logbook/entry/{entry.pk}/delete/"

    @pytest.fixture
    def browser(self, entra_token: Callable[..., str], settings: Settings) -> Client:
        settings.ENTRANCE = settings.ENTRANCE | {"KEEP_EVENTS": 0}
        client = Client(headers=NAVIGATION)
        client.post("/entrance/session/", headers={"Authorization": f"Bearer {entra_token('ada')}"})
        return client

    def test_a_deletion_leads_to_microsoft(self, browser: Client, address: str) -> None:
        answer = browser.get(address)
        assert (answer.status_code, answer["Location"].partition("&")[0]) == (302, "/entrance/sign-in/?step_up=delete")
        assert browser.post(address, {"post": "yes"}).status_code == 403
        assert Entry.objects.exists()

    def test_an_action_says_what_the_proof_is_for(self, browser: Client, entry: Entry) -> None:
        sent = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        answer = browser.post("/admin/logbook/entry/", sent)
        assert (answer.status_code, BECAUSE in answer.content.decode()) == (403, True)
        assert Entry.objects.exists()

    def test_with_the_proof_it_is_gone(self, browser: Client, address: str, entra_token: Callable[..., str]) -> None:
        headers = {"Authorization": f"Bearer {entra_token('ada', acrs=['c1'])}"}
        browser.post("/entrance/session/", headers=headers)
        assert browser.get(address).status_code == 200
        assert browser.post(address, {"post": "yes"}).status_code == 302
        assert not Entry.objects.exists()

    def test_staff_with_a_password_answers_djangos_questions_alone(self, client: Client, address: str) -> None:
        User.objects.filter(pk=make_person("edsger", "Admin").pk).update(is_staff=True, is_superuser=True)
        client.force_login(User.objects.get(username="edsger"), backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(address, {"post": "yes"}, headers=NAVIGATION).status_code == 302
        assert not Entry.objects.exists()

    def test_who_may_not_delete_there_is_refused(self, client: Client, address: str, writer: User) -> None:
        User.objects.filter(pk=writer.pk).update(is_staff=True)
        client.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address, headers=NAVIGATION).status_code == 403
