"""CLAIM_MAPPING: what an entry may be, and what is said about the others."""

from typing import Any

import profile_models
import project_people
import pytest
from django_entrance.conf.claim_sources import ClaimSource, read_mapping
from django_entrance.conf.default_mapping import find_field, find_profile
from entrance_settings import TWO_IDS, problem_ids, problem_texts

PATH = "project_people.department"


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ("given_name", ClaimSource(claims=("given_name",))),
        (["email", "upn"], ClaimSource(claims=("email", "upn"))),
        (("email",), ClaimSource(claims=("email",))),
        (["project_people.department"], ClaimSource(claims=(PATH,))),
        ("extn.department", ClaimSource(claims=("extn.department",))),
        ("https://contoso.example/department", ClaimSource(claims=("https://contoso.example/department",))),
        (PATH, ClaimSource(function=project_people.department)),
        (project_people.department, ClaimSource(function=project_people.department)),
        ({"claim": "given_name"}, ClaimSource(claims=("given_name",))),
        ({"claim": "given_name", "once": True}, ClaimSource(claims=("given_name",), once=True)),
        ({"claim": ["a", "b"], "once": False}, ClaimSource(claims=("a", "b"))),
        ({"claim": PATH, "once": True}, ClaimSource(function=project_people.department, once=True)),
    ],
    ids=str,
)
def test_an_entry_is_claims_or_a_function(settings: Any, entry: Any, source: ClaimSource) -> None:
    assert read_mapping({"first_name": entry}) == {"first_name": source}
    assert read_mapping({"profile": {"department": entry}}) == {"profile.department": source}
    assert problem_ids(settings, TWO_IDS | {"CLAIM_MAPPING": {"first_name": entry}}) == []
    assert problem_ids(settings, TWO_IDS | {"CLAIM_MAPPING": {"profile": {"department": entry}}}) == []


@pytest.mark.parametrize(
    ("mapping", "check_id", "words"),
    [
        ({"first_name": 5}, "E003", "['first_name']: expected a claim, a list of claims or a function, got an int."),
        ({"first_name": ""}, "E003", "got a str."),
        ({"first_name": []}, "E003", "got a list."),
        ({"first_name": ["a", 5]}, "E003", "got a list."),
        ({"first_name": ["a", project_people.department]}, "E003", "got a list."),
        ({5: "given_name"}, "E003", "[5]: expected"),
        ({5: {"department": "x"}}, "E003", "[5]: expected"),
        ({"first_name": {"claim": "given_name", "once": 1}}, "E003", "['first_name']: expected"),
        ({"first_name": {"claim": {"claim": "x"}}}, "E003", "['first_name']: expected"),
        ({"first_name": {"once": True}}, "E003", "['first_name'] has no claim. Write {\"claim\": "),
        ({"first_name": {}}, "E003", "['first_name'] has no claim."),
        ({"profile": {"department": 5}}, "E003", "['profile']['department']: expected a claim"),
        ({"profile": {"department": {"x": "y"}}}, "E003", "['profile']['department']: expected a claim"),
        ({"profile": {5: "x"}}, "E003", "['profile'][5]: expected a claim"),
        (
            {"profiles": {"department": "x"}},
            "E010",
            "maps fields of 'profiles', which is no one-to-one profile of User.",
        ),
        ({"first_name": {"department": "x"}}, "E010", "maps fields of 'first_name', which is no one-to-one profile"),
        ({"groups": {"name": "x"}}, "E010", "maps fields of 'groups', which is no one-to-one profile"),
        ({"profile": {"floor": "x"}}, "E010", "may not write 'floor' of 'profile'. Name a text field of the profile."),
        ({"profile": {"person": "x"}}, "E010", "may not write 'person' of 'profile'."),
        ({"profile": {"team": "x"}}, "E010", "may not write 'team' of 'profile'."),
        ({"profile": "department"}, "E010", "may not write 'profile' of User."),
        ({"password": {"claim": "x", "once": True}}, "E010", "may not write 'password' of User."),
        ({"first_name": "project_people.missing"}, "E020", 'write it in a list: ["project_people.missing"].'),
        ({"first_name": "department.name"}, "E020", "has no function for 'first_name': ModuleNotFoundError"),
        ({"first_name": "project_people.calls"}, "E020", "project_people.calls is a list."),
        ({"first_name": "project_people.adepartment"}, "E020", "project_people.adepartment is async"),
        ({"first_name": project_people.adepartment}, "E020", "it is async, and provisioning calls it in sync code."),
        ({"profile": {"department": "no_such.path"}}, "E020", "has no function for 'profile.department'"),
    ],
    ids=str,
)
def test_every_other_entry_is_named_with_what_to_write(settings: Any, mapping: Any, check_id: str, words: str) -> None:
    assert problem_ids(settings, TWO_IDS | {"CLAIM_MAPPING": mapping}) == [check_id]
    (text,) = problem_texts(settings, TWO_IDS | {"CLAIM_MAPPING": mapping})
    assert words in text


def test_fields_are_found_by_their_path() -> None:
    assert find_field("profile.department") is profile_models.Profile._meta.get_field("department")
    assert find_profile("profile").related_model is profile_models.Profile
    assert find_profile("nothing") is None
