from typing import Any

import pytest
from entrance_settings import (
    TWO_IDS,
    check_and_load,
    problem_texts,
)

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"POST_LOGOUT_REDIRECT_URI": "/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "/logbook/bye/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "https://www.contoso.example/bye/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": "http://localhost:5173/"}, []),
        ({"POST_LOGOUT_REDIRECT_URI": ""}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "//evil.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "/\\evil.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "/bye bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "https:///bye/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "https://[::1"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "http://www.contoso.example/"}, ["E022"]),
        ({"POST_LOGOUT_REDIRECT_URI": "javascript:alert(1)"}, ["E022"]),
        ({"REMEMBERED_TOKENS": -1}, ["E008"]),
        ({"REMEMBERED_TOKENS": 0}, []),
        ({"PROVISIONING": "link"}, ["E007"]),
        ({"PROVISIONING": "existing"}, []),
        ({"KEYS_CACHE": "default"}, []),
        ({"KEYS_CACHE": "nowhere"}, ["E019"]),
        ({"AUTHORITIES_HERE": "project_urls.no_such_function"}, ["E020"]),
        ({"AUTHORITIES_HERE": "nonsense"}, ["E020"]),
        ({"AUTHORITIES_HERE": "django_entrance.conf.site_validation.PROVISIONING_CHOICES"}, ["E020"]),
        ({"AUTHORITIES_HERE": "raises_at_import.authorities_here"}, ["E020"]),
        ({"AUTHORITIES_HERE": "project_urls.authorities_here"}, []),
        ({"CLAIM_MAPPING": {"email": "upn"}}, []),
        ({"CLAIM_MAPPING": {"is_superuser": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"username": "upn"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"groups": "groups"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"entra_accounts": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"user__is_superuser": "x"}}, ["E010"]),
        ({"CLAIM_MAPPING": {"__class__": "x"}}, ["E010"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


@pytest.mark.parametrize(
    ("entrance", "words"),
    [
        ({"AUTHORITIES_HERE": "project_urls.nothing"}, """: ImportError: Module "project_urls" does not define"""),
        (
            {"AUTHORITIES_HERE": "raises_at_import.x"},
            "is not the path of a function: importing it raised KeyError.",
        ),
        (
            {"AUTHORITIES_HERE": "django_entrance.conf.shapes.TYPES"},
            ": django_entrance.conf.shapes.TYPES is a dict.",
        ),
    ],
    ids=str,
)
def test_a_problem_has_a_hint(settings: Any, entrance: dict[str, Any], words: str) -> None:
    [text] = problem_texts(settings, TWO_IDS | entrance)
    assert words in text
