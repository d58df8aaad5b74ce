"""A good token of Entra's that REST framework would not take over is reported before anyone sends one."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django_entrance.contrib.rest_framework import EntraAuthentication
from rest_framework.authentication import BasicAuthentication, SessionAuthentication, TokenAuthentication


class OurOwn(EntraAuthentication):
    """A class of the project's own over ours."""


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ([TokenAuthentication], ["entrance.W020"]),
        ([TokenAuthentication, BasicAuthentication], ["entrance.W020"]),
        ([TokenAuthentication, SessionAuthentication], []),
        ([EntraAuthentication, TokenAuthentication], []),
        ([OurOwn], []),
        ([], []),
    ],
)
def test_the_classes_are_checked(settings: Any, kinds: list[type], found: list[str]) -> None:
    names = [f"{kind.__module__}.{kind.__name__}" for kind in kinds]
    settings.REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": names}
    assert [message.id for message in run_checks() if message.id == "entrance.W020"] == found
