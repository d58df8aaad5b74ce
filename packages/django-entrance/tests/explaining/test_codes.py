"""Entra's own codes are explained with these settings."""

from typing import Any

import pytest
from django_entrance.entra.error_codes import OF_PERSON, OF_SETTINGS
from django_entrance.explaining.codes import WITH_SETTINGS, code_in, explain_code
from scripted import API, SPA, TENANT


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AADSTS50011", "50011"),
        ("aadsts50011", "50011"),
        ("50011", "50011"),
        ("AADSTS 50011", "50011"),
        ("AADSTS50011: The redirect URI 'https://a.example' …", "50011"),
        ("invalid_client: AADSTS7000215: Invalid client secret", "7000215"),
        ("AADSTS123", None),
        ("AADSTS", None),
        ("room 50011 b", None),
    ],
)
def test_a_code_is_recognised(text: str, code: str | None) -> None:
    assert code_in(text) == code


@pytest.mark.parametrize("code", [*OF_PERSON, *OF_SETTINGS])
def test_every_known_code_is_explained(code: str) -> None:
    first, second, *_, last = explain_code(code)
    assert first.startswith(f"AADSTS{code}: ")
    assert second.startswith("What to do, for ")
    assert last == f"Microsoft's own words: https://login.microsoftonline.com/error?code={code}"


def test_a_code_of_which_nothing_is_known_is_left_to_microsoft() -> None:
    assert list(explain_code("1000031")) == [
        "AADSTS1000031: not among the codes that are explained here.",
        "Microsoft's own words: https://login.microsoftonline.com/error?code=1000031",
    ]


def test_the_settings_are_shown_for_known_codes_only() -> None:
    assert WITH_SETTINGS.keys() <= OF_PERSON.keys() | OF_SETTINGS.keys()


def test_the_redirect_uris_of_this_site_are_told(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PUBLIC_URL": "https://log.example"}
    assert "  web: https://log.example/entrance/callback/" in explain_code("50011")


def test_without_our_urls_that_is_told(settings: Any) -> None:
    settings.ROOT_URLCONF = "explaining.test_codes"
    assert "The project's URLs do not include django_entrance.urls." in list(explain_code("50011"))


urlpatterns: list[Any] = []


def test_the_page_for_consent_is_told_for_both_registrations(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": SPA}
    host = settings.ENTRANCE.get("AUTHORITY_HOST", "https://login.microsoftonline.com")
    lines = list(explain_code("65001"))
    assert [line for line in lines if "adminconsent" in line] == [
        f"  {host}/{TENANT}/adminconsent?client_id={client}" for client in (SPA, API)
    ]


def test_a_secret_is_not_shown(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "not-to-be-seen"}
    lines = list(explain_code("7000215"))
    assert "  CLIENT_SECRET = set" in lines
    assert "not-to-be-seen" not in "".join(lines)
