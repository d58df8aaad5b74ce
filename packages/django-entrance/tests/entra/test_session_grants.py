"""What a session keeps to get tokens with; `test_on_behalf_of` uses it, `test_on_behalf_of_attacks` steals it."""

import time
from typing import Any

import identities
import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory
from django_entrance.entra.session_grants import (
    PAGE_GRANT,
    Grant,
    forget_person,
    keep_grant,
    note_page_grant,
    renew_grant,
    save_grant,
    session_grant,
)
from entrance_settings import TWO_IDS

LATER = time.time() + 3600


class DownCache(LocMemCache):
    """A cache whose server is away."""

    def get_many(self, *given: Any, **named: Any) -> Any:
        raise ConnectionError("the cache is away")


@pytest.fixture(autouse=True)
def named_cache(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS | {"TOKENS_CACHE": "default"}
    cache.clear()


def record_of(session_id: str) -> dict[str, Any]:
    return {"id": session_id, "identity": {"tenant": "t", "object": "o"}}


def test_a_page_grant_is_kept_until_the_session_ends() -> None:
    request = RequestFactory().get("/")
    note_page_grant(request, "a-refresh-token")
    keep_grant(request, identities.person(), "one", LATER)
    assert session_grant("one") == Grant("a-refresh-token", is_refresh=True, until=LATER)
    assert PAGE_GRANT not in vars(request)


def test_without_a_token_nothing_is_kept() -> None:
    keep_grant(RequestFactory().get("/"), identities.person(), "one", LATER)
    assert session_grant("one") is None


def test_without_the_setting_nothing_is_kept_or_forgotten(settings: Any) -> None:
    settings.ENTRANCE = TWO_IDS
    request = RequestFactory().get("/")
    note_page_grant(request, "a-refresh-token")
    keep_grant(request, identities.person(), "one", LATER)
    forget_person(record_of("one"))
    assert PAGE_GRANT in vars(request)


def test_the_end_of_a_session_forgets_its_grant_alone() -> None:
    for session_id in ("one", "two"):
        request = RequestFactory().get("/")
        note_page_grant(request, "a-refresh-token")
        keep_grant(request, identities.person(), session_id, LATER)
    forget_person(record_of("one"))
    assert session_grant("one") is None
    assert session_grant("two") is not None


def test_only_what_is_kept_is_renewed(settings: Any) -> None:
    older, newer = (Grant(text, is_refresh=True, until=LATER) for text in ("older", "newer"))
    renew_grant("one", newer)
    assert session_grant("one") is None
    save_grant("one", older)
    renew_grant("one", newer)
    assert session_grant("one") == newer
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DownCache"}}
    renew_grant("one", older)


@pytest.mark.parametrize("record", [None, {}, "text", {"id": "one"}, {"id": "one", "identity": None}])
def test_a_record_that_cannot_be_read_forgets_nothing(record: Any) -> None:
    request = RequestFactory().get("/")
    note_page_grant(request, "a-refresh-token")
    keep_grant(request, identities.person(), "one", LATER)
    forget_person(record)
    assert session_grant("one") is not None
