"""A form whose person must prove more is kept by the browser alone, and sent again by a click."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from typing import Any

import pytest
from browsing import NAVIGATION, SIGN_IN
from django.core.files.uploadedfile import SimpleUploadedFile
from django_entrance.sessions.kept_forms import LARGEST
from scripted_microsoft import ScriptedMicrosoft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def client(microsoft: ScriptedMicrosoft, any_client: Any, settings: Any) -> Any:
    """A browser with a session of page sign-in."""
    settings.ROOT_URLCONF = "context_urls"
    settings.ENTRANCE = microsoft.whole_settings(AUTHENTICATION_CONTEXTS={"delete": "c1"})
    assert microsoft.sign_in(any_client).status_code == 302
    getattr(any_client, "client", any_client).handler.enforce_csrf_checks = True
    return any_client


def send(client: Any, sent: dict[str, Any], place: str = "/mixed/?page=2", **headers: str) -> Any:
    token = client.get("/entrance/session/").json()["csrf_token"]
    answer = client.post(place, sent | {"csrfmiddlewaretoken": token}, headers=NAVIGATION | headers)
    assert (answer.status_code, answer["Cache-Control"]) == (403, "no-store")
    return answer


def kept(answer: Any) -> Any:
    found = re.search(r'<script id="entrance-form" type="application/json">(.*?)</script>', answer.content.decode())
    return None if found is None else json.loads(found[1])


@pytest.mark.parametrize("place", ["/view/", "/aview/", "/decorated/", "/adecorated/", "/mixed/", "/amixed/"])
def test_each_kind_of_view_keeps_the_form(client: Any, place: str) -> None:
    answer = send(client, {"entry": ["7", "</script><b>"], "text": "ä\r\nö"}, f"{place}?page=2")
    form = kept(answer)
    assert form["action"] == f"{place}?page=2"
    assert form["fields"][:3] == [["entry", "7"], ["entry", "</script><b>"], ["text", "ä\r\nö"]]
    assert form["fields"][3][0] == "csrfmiddlewaretoken"


def test_the_page_tells_what_the_proof_is_for_and_leads_to_microsoft(
    microsoft: ScriptedMicrosoft, client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = send(client, {"entry": "the diary of Ada"}, referer="http://localhost:8000/form/?page=2")
    page = answer.content.decode()
    assert "Deleting needs a second proof. Nothing was changed yet." in page
    assert "the diary" not in caplog.text
    assert "authentication_context_missing" in caplog.text
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    assert (fields["step_up"], fields["next"]) == ("delete", "/form/?page=2")
    asked = client.post(SIGN_IN, fields, headers=NAVIGATION)
    assert asked["Location"].startswith(microsoft.host)


def test_what_was_sent_is_sent_again_with_the_same_csrf_token(microsoft: ScriptedMicrosoft, client: Any) -> None:
    page = send(client, {"entry": ["7", "8"]})
    form = kept(page)
    token = dict(form["fields"])["csrfmiddlewaretoken"]
    microsoft.changes = {"acrs": ["c1"]}
    asked = client.post(SIGN_IN, {"step_up": "delete", "next": "/entrance/send-again/", "csrfmiddlewaretoken": token})
    assert client.get(microsoft.bring(asked["Location"]))["Location"] == "/entrance/send-again/"
    sent = {"entry": ["7", "8"], "csrfmiddlewaretoken": token}
    assert client.post(form["action"], sent, headers=NAVIGATION).content == b"deleted ['7', '8']"


@pytest.mark.parametrize(
    "sent",
    [
        {"password": "x"},
        {"new_password1": "x"},
        {"client_secret": "x"},
        {"card_number": "x"},
        {"user_pwd": "x"},
        {"cvv": "x"},
        {"file": SimpleUploadedFile("a.txt", b"text")},
        {"text": "x" * LARGEST},
    ],
    ids=lambda sent: next(iter(sent)),
)
def test_what_cannot_be_kept_is_two_pages_back(client: Any, sent: dict[str, Any]) -> None:
    answer = send(client, sent)
    page = answer.content.decode()
    assert kept(answer) is None
    assert "Then go back in your browser to what you typed" in page
    assert ("Files have to be chosen again." in page) == ("file" in sent)


@pytest.mark.parametrize(
    ("place", "field", "is_kept"),
    [
        ("/sensitive/", "diagnosis", False),
        ("/sensitive/", "text", True),
        ("/all-sensitive/", "text", False),
        ("/decorated/", "diagnosis", True),
    ],
)
def test_what_a_view_calls_sensitive_is_not_kept(client: Any, place: str, field: str, is_kept: bool) -> None:
    assert (kept(send(client, {field: "x"}, place)) is not None) == is_kept


def shown_to(client: Any) -> str:
    """Return whose form the page shows, if the browser has one."""
    found = re.search(
        r'<form method="post" data-session="(.*?)">', client.get("/entrance/send-again/").content.decode()
    )
    assert found is not None
    return found[1]


def test_a_form_is_shown_to_the_session_that_sent_it_alone(microsoft: ScriptedMicrosoft, client: Any) -> None:
    session = kept(send(client, {"entry": "7"}))["session"]
    assert len(session) == 64
    assert shown_to(client) == session
    getattr(client, "client", client).handler.enforce_csrf_checks = False
    client.post("/entrance/sign-out/")
    assert shown_to(client) == ""
    assert microsoft.sign_in(client).status_code == 302
    assert shown_to(client) not in (session, "")


def test_a_form_without_a_csrf_token_never_comes_so_far(client: Any) -> None:
    answer = client.post("/mixed/", {"entry": "7"}, headers=NAVIGATION)
    assert (answer.status_code, b"entrance-form" in answer.content) == (403, False)


def test_the_pages_allow_their_own_script_alone(client: Any) -> None:
    for answer in (send(client, {"entry": "7"}), client.get("/entrance/send-again/")):
        script = re.search(r"<script>(.*?)</script>", answer.content.decode(), re.DOTALL)
        assert script is not None
        digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
        assert f"script-src 'sha256-{digest}'" in answer["Content-Security-Policy"]
        assert (answer["X-Frame-Options"], "no-store" in answer["Cache-Control"]) == ("DENY", True)
    assert client.post("/entrance/send-again/").status_code in (403, 405)
