"""Which claims hold a person's own address."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.validators import validate_email
from django.db.models import CharField, EmailField
from django_entrance.accounts.addresses import holds_addresses, home_name, is_own_address, verified_address
from django_entrance.accounts.provisioning import provision
from identities import person
from scripted import claims_v1

KATHERINE = "katherine_fabrikam.example#EXT#@contoso.example"
OWN = "katherine@fabrikam.example"

NOT_OWN = [
    ("upn", KATHERINE),
    ("email", KATHERINE),
    ("mail", KATHERINE),
    ("preferred_username", KATHERINE.replace("#EXT#", "#ext#")),
    ("upn", KATHERINE.replace("#EXT#", "_EXT_")),
    ("upn", "katherine@contoso.onmicrosoft.example"),
    ("upn", "katherine@contoso.example"),
    ("preferred_username", "katherine@contoso.onmicrosoft.com"),
    ("unique_name", "katherine@contoso.partner.onmschina.cn"),
    ("unique_name", "live.com#katherine@outlook.example"),
]


@pytest.mark.parametrize(("claim", "address"), NOT_OWN)
def test_what_the_directory_calls_a_guest_is_no_address_of_theirs(claim: str, address: str) -> None:
    assert not is_own_address(address, claim, person(acct=1))


@pytest.mark.parametrize(
    ("claim", "address", "acct"),
    [
        ("email", OWN, 1),
        ("preferred_username", OWN, 1),
        ("unique_name", OWN, 1),
        ("email", "katherine@fabrikam.onmicrosoft.example", 1),
        ("upn", "ada@contoso.example", 0),
        ("upn", "ada@contoso.onmicrosoft.example", 0),
        ("preferred_username", "ada_ext@contoso.example", 0),
        ("preferred_username", "ada#1@contoso.example", 0),
    ],
)
def test_the_persons_own_address_is_one(claim: str, address: str, acct: int) -> None:
    assert is_own_address(address, claim, person(acct=acct))


@pytest.mark.django_db
@pytest.mark.parametrize(("claim", "address"), NOT_OWN)
def test_a_good_address_is_not_overwritten_with_what_is_none(settings: Any, claim: str, address: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": {"email": [claim]}}
    guest: dict[str, Any] = {"acct": 1, "preferred_username": None}
    provision(person(**guest))
    User.objects.update(email=OWN)
    provision(person(**guest | {claim: address}))
    assert User.objects.get().email == OWN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"upn": KATHERINE, "preferred_username": KATHERINE}, ""),
        ({"upn": KATHERINE, "preferred_username": OWN}, OWN),
        ({"upn": KATHERINE, "preferred_username": OWN, "email": "k@mail.example"}, "k@mail.example"),
        ({"upn": "katherine@contoso.onmicrosoft.example", "preferred_username": "+442079460000"}, ""),
    ],
    ids=str,
)
def test_the_default_mapping_passes_over_what_is_no_address_of_a_guests(claims: dict[str, str], email: str) -> None:
    provision(person(acct=1, **claims))
    assert User.objects.get().email == email


@pytest.mark.django_db
def test_a_field_that_is_for_no_addresses_takes_the_name_as_it_is(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": {"last_name": "upn"}}
    provision(person(acct=1, upn=KATHERINE))
    assert User.objects.get().last_name == KATHERINE


def test_fields_say_whether_they_hold_addresses() -> None:
    assert holds_addresses(EmailField())
    assert holds_addresses(CharField(max_length=60, validators=[validate_email]))
    assert not holds_addresses(CharField(max_length=60))


@pytest.mark.parametrize(
    ("claims", "has_several_tenants", "address"),
    [
        ({"email": "a@mail.example"}, False, "ada@contoso.example"),
        ({"preferred_username": None, "upn": "ada@two.example", "email": "a@mail.example"}, False, "ada@two.example"),
        ({"preferred_username": None, "email": "a@mail.example"}, False, "a@mail.example"),
        ({"preferred_username": None}, False, None),
        ({"email": "a@mail.example"}, True, None),
        ({"email": "a@mail.example", "xms_edov": [True]}, True, None),
        ({"email": "a@mail.example", "xms_edov": "false"}, True, None),
        ({"email": "a@mail.example", "xms_edov": True}, True, "a@mail.example"),
        ({"xms_edov": True}, True, None),
    ],
    ids=str,
)
def test_a_tenant_vouches_for_the_names_that_it_gives(
    claims: dict[str, Any], has_several_tenants: bool, address: str | None
) -> None:
    assert verified_address(person(**claims), has_several_tenants=has_several_tenants) == address


def test_names_that_say_nothing_of_a_home_stay() -> None:
    upn = claims_v1()["upn"]
    assert home_name(upn) == upn
    assert home_name("#EXT#@contoso.example") == "#EXT#@contoso.example"
