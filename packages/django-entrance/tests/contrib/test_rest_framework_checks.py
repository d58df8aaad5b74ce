"""A good token of Entra's that REST framework would not take over is reported before anyone sends one."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django_entrance import apps
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


@pytest.mark.parametrize(("without", "expected"), [("none", 1), ("rest_framework", 0)])
def test_without_rest_framework_its_check_is_not_registered(
    settings: Any, monkeypatch: pytest.MonkeyPatch, without: str, expected: int
) -> None:
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != without]
    registered: list[Any] = []
    monkeypatch.setattr(apps, "register", registered.append)
    apps.check_rest_framework()
    assert len(registered) == expected
