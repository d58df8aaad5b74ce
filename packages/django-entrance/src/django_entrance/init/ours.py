"""Knows the texts that the command adds, whatever their quotes, commas and white space: undo removes no others."""

from __future__ import annotations

import re

from django_entrance.init.login_page import BUTTON
from django_entrance.init.settings import APP, BACKENDS, ENTRANCE, OUR_BACKEND, OUR_MIDDLEWARE
from django_entrance.init.urls import OUR_URLS, SOURCES

SPACE_AND_QUOTES = re.compile(r"[\s\"']")


def squeezed(text: str) -> str:
    return SPACE_AND_QUOTES.sub("", text)


def one_of(*texts: str) -> str:
    return "|".join(re.escape(squeezed(each)) for each in texts)


NAMES = one_of(*SOURCES)
PATTERN = rf"\w+\(entrance/,\w+\({re.escape(OUR_URLS)}\)\)"
"""The pattern, by whatever names the module calls ``path`` and ``include``."""

ADDED = re.compile(
    rf",?({one_of(APP, OUR_MIDDLEWARE, OUR_BACKEND)}|{PATTERN}),?"
    rf"|({NAMES}),|fromdjango\.urlsimport({NAMES})(,({NAMES}))?"
    rf"|urlpatterns=\[{PATTERN},\*urlpatterns\]"
    rf"|{one_of(BACKENDS, ENTRANCE, BUTTON)}"
)


def may_be_added(text: str) -> bool:
    """Return whether the command may have added a text."""
    return ADDED.fullmatch(squeezed(text)) is not None
