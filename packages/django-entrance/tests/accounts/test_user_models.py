"""Sign-ins to projects with custom user models. Each story runs a Django project in its own process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scripted import ADA, OTHER_TENANT, TENANT

HERE = Path(__file__).parents[1]
BOB = "b0b00000-0000-4000-8000-000000000007"

ada = {"given_name": "Ada", "email": "ada@mail.example"}
grace = {"oid": BOB, "name": "Grace Hopper", "preferred_username": "grace@contoso.example"}
guest = {"acct": 1, "preferred_username": "kim@fabrikam.example", "upn": "kim_fabrikam.example#EXT#@contoso.example"}
of_several = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": [TENANT, OTHER_TENANT]}


def refused(reason: str) -> dict[str, str]:
    return {"refused": reason}


def tell(user_model: str, *claims: dict[str, Any], existing: Any = (), entrance: Any = None) -> dict[str, Any]:
    environment = os.environ | {"USER_MODEL": user_model, "DJANGO_SETTINGS_MODULE": "user_models.settings"}
    told = subprocess.run(
        [sys.executable, "-m", "user_models.story"],
        cwd=HERE,
        input=json.dumps({"existing": list(existing), "claims": claims, "entrance": entrance or {}}),
        capture_output=True,
        text=True,
        env=environment | {"PYTHONPATH": str(HERE)},
    )
    assert told.returncode == 0, told.stderr
    outcome: dict[str, Any] = json.loads(told.stdout)
    return outcome


STORIES = [
    ("Usual", [ada, grace], [
        {"username": "ada@contoso.example", "email": "ada@mail.example", "first_name": "Ada"},
        {"username": "grace@contoso.example", "email": "grace@contoso.example"},
    ]),
    ("UuidKey", [ada], [{"username": "ada@contoso.example", "email": "ada@mail.example", "first_name": "Ada"}]),
    ("Email", [ada, ada | {"email": "other@mail.example"}, grace], [
        {"email": "ada@contoso.example"}, {"email": "ada@contoso.example"}, {"email": "grace@contoso.example"},
    ]),
    ("EmailOnly", [ada, grace], [
        {"email": "ada@contoso.example", "first_name": "Ada"}, {"email": "grace@contoso.example"},
    ]),
    ("Email", [guest], [{"email": "kim@fabrikam.example"}]),
    ("EmailBesideUsername", [ada, grace], [
        {"username": "ada@contoso.example", "email": "ada@contoso.example", "first_name": "Ada"},
        {"username": "grace@contoso.example", "email": "grace@contoso.example"},
    ]),
    ("EmailAsText", [ada | {"given_name": "Augusta"}], [{"login": "ada@contoso.example", "first_name": "Augus"}]),
    ("OtherEmailField", [ada], [{"username": "ada@contoso.example", "mail": "ada@mail.example"}]),
    ("NarrowName", [{"preferred_username": "Ada@x.example"}, grace], [
        {"username": "ada-x-example", "email": "Ada@x.example"},
        {"username": "b0b00000-grace-conto", "email": "grace@contoso.example"},
    ]),
    ("NumberAsName", [ada], [refused("user_not_creatable")]),
    ("RequiredField", [ada], [refused("user_not_creatable")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("user_model", "claims", "told"), STORIES, ids=lambda each: each if isinstance(each, str) else ""
)
def test_the_default_mapping_fits_the_user_model(user_model: str, claims: list[Any], told: list[Any]) -> None:
    story = tell(user_model, *claims)
    assert story["checks"] == []
    assert story["told"] == told
    assert story["users"] == len({json.dumps(each) for each in told if "refused" not in each})


MISSING: list[dict[str, Any]] = [
    {"preferred_username": None},
    {"preferred_username": "ada"},
    {"preferred_username": "kim_fabrikam.example#EXT#@contoso.example", "acct": 1},
    {"preferred_username": "live.com#sam@outlook.example"},
    {"preferred_username": "ada@contosо.example"},
    {"preferred_username": None, "upn": "kim@contoso.onmicrosoft.example", "acct": 1},
    {"preferred_username": "a" * 300 + "@contoso.example"},
]


def test_an_address_that_is_missing_is_not_invented() -> None:
    told = tell("Email", *MISSING)
    assert told["told"] == [refused("user_not_creatable")] * len(MISSING)
    assert told["users"] == 0


@pytest.mark.parametrize("existing", ["ada@contoso.example", "ADA@Contoso.Example"])
@pytest.mark.parametrize("user_model", ["Email", "EmailBesideUsername"])
def test_an_address_that_is_taken_is_refused_and_nobody_is_adopted(user_model: str, existing: str) -> None:
    told = tell(user_model, ada, grace, ada, existing=[{"email": existing}])
    assert [each.get("refused", each.get("email")) for each in told["told"]] == [
        "account_exists",
        "grace@contoso.example",
        "account_exists",
    ]
    assert told["users"] == 2


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": "ada@contoso.example"}, refused("user_not_creatable")),
        ({"email": "ada@contoso.example", "xms_edov": "false"}, refused("user_not_creatable")),
        ({"email": "ada@contoso.example", "xms_edov": 0}, refused("user_not_creatable")),
        ({"xms_edov": True}, refused("user_not_creatable")),
        ({"email": "ada@contoso.example", "xms_edov": True}, {"email": "ada@contoso.example"}),
        ({"email": "ada@contoso.example", "xms_edov": "1"}, {"email": "ada@contoso.example"}),
        ({"email": "ada@contoso.example", "xms_edov": 1}, {"email": "ada@contoso.example"}),
    ],
    ids=str,
)
def test_of_several_tenants_only_an_address_that_entra_verified_is_a_user_name(
    claims: dict[str, Any], told: dict[str, str]
) -> None:
    assert tell("Email", claims, entrance=of_several)["told"] == [told]


def test_the_second_name_is_free_too() -> None:
    there = {"email": "a@mail.example", "username": "ada@contoso.example"}
    story = tell("EmailBesideUsername", {}, existing=[there])
    assert story["told"] == [{"username": f"{ADA[:8]}.ada@contoso.example", "email": "ada@contoso.example"}]


def test_a_second_name_that_is_mapped_is_what_the_claim_says() -> None:
    mapping = {"CLAIM_MAPPING": {"username": "nickname"}}
    story = tell("EmailBesideUsername", {"nickname": "Countess"}, grace, entrance=mapping)
    assert story["told"] == [
        {"username": "Countess", "email": "ada@contoso.example"},
        {"username": "grace@contoso.example", "email": "grace@contoso.example"},
    ]


VICTIM = "grace@contoso.example"
stranger = {"email": VICTIM, "preferred_username": "stranger@fabrikam.example"}
owner = grace | {"email": VICTIM, "xms_edov": True}


@pytest.mark.parametrize(
    ("user_model", "told"),
    [
        ("UniqueEmail", refused("user_not_creatable")),
        ("MaybeEmail", {"username": "stranger@fabrikam.example"}),
        ("Usual", {"username": "stranger@fabrikam.example", "email": VICTIM}),
    ],
)
def test_who_comes_first_with_the_address_of_another_does_not_keep_its_owner_out(
    user_model: str, told: dict[str, str]
) -> None:
    """With several tenants: anyone can create a tenant, and write any address into it."""
    story = tell(user_model, stranger, owner, entrance=of_several)
    assert story["told"] == [told, {"username": VICTIM, "email": VICTIM}]


def test_a_known_person_does_not_take_the_address_of_another_later() -> None:
    verified = {"email": "stranger@fabrikam.example", "xms_edov": "1"}
    story = tell("UniqueEmail", stranger | verified, stranger, owner, entrance=of_several)
    assert [each["email"] for each in story["told"]] == [verified["email"], verified["email"], VICTIM]


def test_a_taken_address_is_told_as_such() -> None:
    other = {"email": VICTIM, "username": "another-one"}
    story = tell("UniqueEmail", owner, grace | {"email": "free@contoso.example"}, existing=[other])
    assert story["told"] == [refused("account_exists"), {"username": VICTIM, "email": "free@contoso.example"}]


def test_who_is_hidden_by_what_was_written_is_refused_at_once() -> None:
    moved = ada | {"email": "moved@mail.example"}
    story = tell("ApprovedAgain", ada, ada, moved, ada)
    assert (
        story["told"][:2] == [{"username": "ada@contoso.example", "email": "ada@mail.example", "first_name": "Ada"}] * 2
    )
    assert story["told"][2:] == [refused("user_disabled")] * 2


def test_the_first_without_an_address_does_not_keep_the_second_out() -> None:
    """An empty string is a value like any other in a unique column."""
    nameless = {
        "preferred_username": "a name",
        "upn": None,
        "email": None,
        "oid": "b0b00000-0000-4000-8000-000000000009",
    }
    other = nameless | {"oid": "b0b00000-0000-4000-8000-000000000010"}
    assert tell("ConditionallyUnique", nameless, other)["users"] == 2, "control: there the empty text may be shared"
    story = tell("BlankUnique", nameless, other, grace)
    assert story["told"][:2] == [refused("user_not_creatable")] * 2
    assert story["told"][2] == {"username": "grace@contoso.example", "email": "grace@contoso.example"}


def test_in_a_tenant_of_ones_own_its_administrators_vouch() -> None:
    assert tell("UniqueEmail", owner | {"xms_edov": None})["told"] == [{"username": VICTIM, "email": VICTIM}]
