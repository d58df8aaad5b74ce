"""``AUTHENTICATION_CONTEXTS``: names of the project's to Entra's ids."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_entrance.conf.loading import authentication_context
from entrance_settings import check_and_load

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("contexts", "ids"),
    [
        ({}, []),
        (None, []),
        ({"delete": "c1"}, []),
        ({"delete": "C1", "pay": "c99"}, []),
        ({"delete": "c0"}, ["E028"]),
        ({"delete": "c100"}, ["E028"]),
        ({"delete": "c01"}, ["E028"]),
        ({"delete": "c1\n"}, ["E028"]),
        ({"delete": "1"}, ["E028"]),
        ({"delete": "delete", "pay": "pay"}, ["E028", "E028"]),
        ({"delete": ["c1"]}, ["E028"]),
        ({"": "c1"}, ["E028"]),
        ({1: "c1"}, ["E028"]),
        ({"delete": ""}, ["E003"]),
        ({"delete": 1}, ["E003"]),
        (["c1"], ["E003"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, contexts: Any, ids: list[str]) -> None:
    check_and_load(settings, {"AUTHENTICATION_CONTEXTS": contexts}, ids)


def test_ids_are_in_lower_case_as_tokens_have_them(settings: Any) -> None:
    check_and_load(settings, {"AUTHENTICATION_CONTEXTS": {"Delete": "C12"}}, [])
    assert authentication_context("Delete") == "c12"
    with pytest.raises(ImproperlyConfigured, match=r"has no 'delete'. Add it with Entra's id, for example"):
        authentication_context("delete")
