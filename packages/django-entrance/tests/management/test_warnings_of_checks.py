"""``entrance doctor`` shows what `manage.py check` warns of, in a deployment what `check --deploy` warns of."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django_entrance.management.warnings_of_checks import examine_warnings
from doctor_runs import run_doctor
from scripted import ScriptedAuthority

pytestmark = pytest.mark.django_db

CREDENTIAL = {"CLIENT_SECRET": "a-secret-that-no-one-knows"}


def seen() -> list[str]:
    return [each.what for each in examine_warnings()]


def test_control_where_nothing_is_warned_of(authority: ScriptedAuthority) -> None:
    assert seen() == []


def test_a_warning_of_the_deployment_is_shown_where_debug_is_off(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | CREDENTIAL
    settings.DEBUG = True
    assert seen() == []
    settings.DEBUG = False
    assert seen() == ["settings, W015"]
    settings.ENTRANCE = settings.ENTRANCE | {"PUBLIC_URL": "https://app.contoso.com"}
    assert seen() == []


def test_a_warning_has_its_hint_as_remedy_and_can_be_silenced(authority: ScriptedAuthority, settings: Any) -> None:
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.BasicAuthentication"],
    }
    output = run_doctor(problems=1)
    assert "wrong  settings, W020: REST framework's DEFAULT_AUTHENTICATION_CLASSES do not let in people" in output
    assert "\n       Put 'django_entrance.contrib.rest_framework.EntraAuthentication' first." in output
    settings.SILENCED_SYSTEM_CHECKS = ["entrance.W020"]
    assert "W020" not in run_doctor()


def test_what_doctor_examines_itself_is_left_to_it(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_GUESTS": False}
    settings.DEBUG = False
    assert "entrance.W010" in {each.id for each in run_checks(include_deployment_checks=True)}
    assert "settings, W010" not in seen()
