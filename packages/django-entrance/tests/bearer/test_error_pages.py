"""Neither Django's error page nor its mailed report shows the bearer token, whatever fails.

Both show the variables of every frame, also of chained exceptions.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.signals import got_request_exception
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.test import AsyncClient, Client, override_settings
from django.views.debug import ExceptionReporter
from django_entrance.entra.authorities import configured_authorities
from django_entrance.verification.errors import TokenRefused
from scripted import ScriptedAuthority
from sign_ins import bearer, expired
from token_watch import tells

pytestmark = pytest.mark.django_db

BROKEN = "the seam is broken"


def fail(*_: object, **__: object) -> Any:
    raise RuntimeError(BROKEN)


def fail_with_a_cause(*_: object, **__: object) -> Any:
    try:
        fail()
    except RuntimeError as cause:
        raise LookupError(BROKEN) from cause


class FailingFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return bool(fail())


Undo = Callable[[], object]


def in_the_choice_of_authorities(settings: Any) -> Undo:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": f"{__name__}.fail"}
    return lambda: None


def in_what_that_choice_returns(settings: Any) -> Undo:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": "builtins.id"}
    return lambda: None


def in_the_settings(settings: Any) -> Undo:
    settings.MIDDLEWARE = [f"{__name__}.change_settings", *settings.MIDDLEWARE]
    return lambda: None


def change_settings(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Break the settings of a site that has started, which otherwise would not start."""

    def middleware(request: HttpRequest) -> Any:
        with override_settings(ENTRANCE={"MISSPELT": BROKEN}):
            return get_response(request)

    return middleware


def in_the_keys(settings: Any) -> Undo:
    configured_authorities()[0].keys.clock = fail
    return configured_authorities.cache_clear


def in_the_keys_with_a_cause(settings: Any) -> Undo:
    configured_authorities()[0].keys.clock = fail_with_a_cause
    return configured_authorities.cache_clear


def in_the_user_model(settings: Any) -> Undo:
    pre_save.connect(fail, sender=User)
    return lambda: pre_save.disconnect(fail, sender=User)


def in_the_router(settings: Any) -> Undo:
    settings.DATABASE_ROUTERS = [f"{__name__}.FailingRouter"]
    return lambda: None


class FailingRouter:
    db_for_read = db_for_write = staticmethod(fail)


def in_a_middleware(settings: Any) -> Undo:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.failing_middleware"]
    return lambda: None


def failing_middleware(get_response: object) -> Callable[[HttpRequest], Any]:
    return fail


SEAMS = [
    in_the_choice_of_authorities,
    in_what_that_choice_returns,
    in_the_settings,
    in_the_keys,
    in_the_keys_with_a_cause,
    in_the_user_model,
    in_the_router,
    in_a_middleware,
]


@pytest.fixture(params=SEAMS, ids=lambda seam: seam.__name__)
def broken_seam(request: pytest.FixtureRequest, authority: ScriptedAuthority, settings: Any) -> Iterator[str]:
    undo = request.param(settings)
    yield request.param.__name__
    undo()


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What Django mails, with all its frames, as if DEBUG were off."""
    made: list[str] = []

    def note(request: HttpRequest, **_: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("django.conf.settings.DEBUG", False)
            kind, fault, frames = sys.exc_info()
            reporter = ExceptionReporter(request, kind, fault, frames, is_email=True)
            made.extend((reporter.get_traceback_html(), reporter.get_traceback_text()))

    got_request_exception.connect(note)
    yield made
    got_request_exception.disconnect(note)


def assert_nothing_told(status: int, page: str, reports: list[str], seam: str) -> None:
    assert status == 500
    for text in (page, *reports):
        assert not tells(text)
        assert "<WSGIRequest" in text or "<ASGIRequest" in text or "Traceback" in text
    assert len(reports) >= 2
    if seam != "in_what_that_choice_returns":
        assert all(BROKEN in text or "MISSPELT" in text for text in (page, *reports))


def test_under_wsgi(authority: ScriptedAuthority, client: Client, broken_seam: str, reports: list[str]) -> None:
    client.raise_request_exception = False
    response = client.get("/", headers=bearer(authority))
    assert_nothing_told(response.status_code, response.content.decode(), reports, broken_seam)


@pytest.mark.django_db(transaction=True)
async def test_under_asgi(
    authority: ScriptedAuthority, async_client: AsyncClient, broken_seam: str, reports: list[str]
) -> None:
    async_client.raise_request_exception = False
    response = await async_client.get("/async/", headers=bearer(authority))
    assert_nothing_told(response.status_code, response.content.decode(), reports, broken_seam)


@pytest.mark.parametrize("kind", ["malformed", "expired"])
def test_a_refusal_that_cannot_be_answered_does_not_bring_its_frames(
    authority: ScriptedAuthority, client: Client, settings: Any, reports: list[str], kind: str
) -> None:
    """The refusal is not in the context of an error of the settings or of a log filter."""
    client.raise_request_exception = False
    headers = expired(authority)
    log, failing = logging.getLogger("django_entrance"), FailingFilter()
    if kind == "malformed":
        headers = {"authorization": f"{headers['authorization']} {headers['authorization']}"}
        in_the_settings(settings)
    else:
        log.addFilter(failing)
    try:
        response = client.get("/", headers=headers)
    finally:
        log.removeFilter(failing)
    assert_nothing_told(response.status_code, response.content.decode(), reports, kind)


def test_what_was_cut_off_is_noted_by_its_lines(authority: ScriptedAuthority, client: Client) -> None:
    undo = in_the_keys_with_a_cause(None)
    try:
        with pytest.raises(LookupError) as caught:
            client.get("/", headers=bearer(authority))
    finally:
        undo()
    assert isinstance(caught.value.__cause__, RuntimeError)
    for fault in (caught.value, caught.value.__cause__):
        assert "test_error_pages.py" in "".join(fault.__notes__)
        assert not tells("".join(fault.__notes__))


def test_control_a_frame_with_the_token_would_be_seen(
    authority: ScriptedAuthority, client: Client, reports: list[str], settings: Any
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[1:], f"{__name__}.careless_middleware"]
    client.raise_request_exception = False
    page = client.get("/", headers=bearer(authority)).content.decode()
    assert [tells(text) for text in (page, *reports)] == [True, True, False], "the text of a report has no variables"


def careless_middleware(get_response: object) -> Callable[[HttpRequest], Any]:
    def middleware(request: HttpRequest) -> Any:
        kept = request.META["HTTP_AUTHORIZATION"]
        raise TokenRefused(expected=str(len(kept)))

    return middleware
