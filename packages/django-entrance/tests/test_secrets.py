"""No token is shown. ``conftest`` watches every test; these tests prove that it notices, and cover hard cases."""

import logging
import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.signals import pre_save
from django.test import Client
from django_entrance.verification.errors import MalformedRequest, TokenExpired
from scripted import K1, STRANGER, UTI, ScriptedAuthority, claims_v2, token
from token_watch import TokenWatch, tells


def bearer(authority: ScriptedAuthority, *, key: Any = K1, **changes: Any) -> dict[str, str]:
    text = token(claims_v2(host=authority.host, now=int(time.time()), **changes), key=key)
    return {"authorization": f"Bearer {text}"}


@pytest.mark.parametrize("part", [0, 1, 2], ids=["header", "claims", "signature"])
def test_control_the_watch_sees_each_part_of_a_token_in_a_log(token_watch: TokenWatch, part: int) -> None:
    segment = token().split(".")[part]
    logging.getLogger("careless").debug("came: %s", segment[:25])
    logging.getLogger("careful").debug("came: %s", segment[:8])
    try:
        raise ValueError(segment)
    except ValueError:
        logging.getLogger("worse").exception("broken")
    assert token_watch.tellers == ["the log of careless", "the log of worse"]
    token_watch.tellers.clear()


def test_control_the_watch_sees_a_refusal_that_tells(token_watch: TokenWatch) -> None:
    MalformedRequest(expected="one token", actual=token())
    TokenExpired(actual=claims_v2())
    TokenExpired(actual="exp 5")
    assert token_watch.tellers == ["MalformedRequest", "TokenExpired"]
    token_watch.tellers.clear()


def test_control_the_watch_sees_a_response_that_tells(
    authority: ScriptedAuthority, client: Client, token_watch: TokenWatch, db: None
) -> None:
    client.get("/careless/", headers=bearer(authority))
    assert token_watch.tellers == ["the response at /careless/"]
    token_watch.tellers.clear()


def test_control_what_counts_as_a_secret() -> None:
    assert tells(f"claims: {UTI}")
    assert tells(f"key={settings.SECRET_KEY}!")
    assert not tells("oid ada00000-0000-4000-8000-000000000004 of tenant 7e4a0000-0000-4000-8000-000000000001")


@pytest.mark.django_db
def test_ids_are_logged_and_nothing_else(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for headers in (
        bearer(authority),
        bearer(authority, key=STRANGER),
        bearer(authority, aud="canary", name="Lovelace"),
    ):
        client.get("/", headers=headers)
    assert "Refused signature_wrong" in caplog.text
    assert "Lovelace" not in caplog.text


@pytest.mark.django_db
def test_the_error_page_of_django_shows_no_token(authority: ScriptedAuthority, client: Client) -> None:
    """With DEBUG the page shows the variables of every frame, so no frame may hold a token."""
    client.raise_request_exception = False

    def fail(**_: object) -> None:
        raise RuntimeError("the user model is broken")

    pre_save.connect(fail, sender=User)
    headers = bearer(authority)
    try:
        response = client.get("/", headers=headers)
    finally:
        pre_save.disconnect(fail, sender=User)
    page = response.content.decode()
    assert response.status_code == 500
    assert "the user model is broken" in page
    assert "provision" in page, "our frames are shown"
    assert not tells(page)
