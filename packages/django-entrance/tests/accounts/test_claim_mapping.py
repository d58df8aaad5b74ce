"""Which claims reach which fields; a unique address only if the authority has verified it."""

from contextlib import nullcontext
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.db.models.functions import Lower
from django_entrance.accounts.claim_mapping import claimed_value, is_unique
from django_entrance.accounts.provisioning import provision
from django_entrance.verification.errors import UserNotCreatable
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from identities import person
from scripted import K1, Json, ScriptedAuthority, claims_v1, claims_v2, token, trust

pytestmark = pytest.mark.django_db


VICTIM = "ada@contoso.example"


class Contact(models.Model):
    alone = models.EmailField(unique=True)
    with_another = models.EmailField()
    in_a_constraint = models.EmailField()
    in_capitals_or_not = models.EmailField()
    bare = models.EmailField()
    in_an_order = models.EmailField()
    for_display = models.EmailField()
    nickname = models.CharField(max_length=20, unique=True)

    class Meta:
        app_label = "django_entrance"
        managed = False
        unique_together = (("with_another", "nickname"),)
        constraints = (
            models.UniqueConstraint(fields=["in_a_constraint"], name="one"),
            models.UniqueConstraint(Lower("in_capitals_or_not"), name="two"),
            models.UniqueConstraint(models.F("bare"), models.F("in_an_order").desc(), name="three"),
            models.CheckConstraint(condition=~models.Q(for_display="x"), name="four"),
        )


UNIQUE = ["alone", "with_another", "in_a_constraint", "in_capitals_or_not", "bare", "in_an_order"]


def stored(name: str, *, several: bool, claims: list[str], **said: Any) -> str | None:
    return claimed_value(person(**said), claims, Contact._meta.get_field(name), has_several_tenants=several)


@pytest.mark.parametrize("name", [*UNIQUE, "for_display"])
def test_a_field_is_unique_in_each_way_that_a_model_can_say(name: str) -> None:
    assert is_unique(Contact._meta.get_field(name)) == (name in UNIQUE)


@pytest.mark.parametrize("verified", [None, False, 0, "0", "false", "False", "", "no", 2, ["true"], {"true": True}])
@pytest.mark.parametrize("name", UNIQUE)
def test_of_several_tenants_an_address_that_is_not_verified_is_never_unique(name: str, verified: object) -> None:
    """The first to claim an address would lock its owner out."""
    said = {"email": VICTIM, "xms_edov": verified, "upn": VICTIM}
    assert stored(name, several=True, claims=["email", "upn", "preferred_username"], **said) is None


@pytest.mark.parametrize("verified", [True, 1, "1", "true", "True"])
def test_of_several_tenants_a_verified_address_is_taken(verified: object) -> None:
    assert stored("alone", several=True, claims=["email"], email=VICTIM, xms_edov=verified) == VICTIM


def test_what_is_verified_is_the_claim_email_alone() -> None:
    said = {"email": "stranger@fabrikam.example", "upn": VICTIM, "xms_edov": True}
    assert stored("alone", several=True, claims=["upn"], **said) is None


@pytest.mark.parametrize(("name", "several"), [("for_display", True), ("alone", False)])
def test_other_addresses_are_what_the_claims_say(name: str, several: bool) -> None:
    """With one tenant addresses are verified; a field that is not unique does not lock out an owner."""
    assert stored(name, several=several, claims=["email"], email=VICTIM) == VICTIM


def test_a_name_that_is_unique_is_no_address() -> None:
    assert stored("nickname", several=True, claims=["nickname"], nickname="Countess") == "Countess"


def identity_of(claims: Json) -> Identity:
    identity = identify(token(claims), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=claims["iat"])
    assert identity is not None
    return identity


def mapping(settings: Any, **fields: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": fields}


@pytest.mark.parametrize(
    "claims",
    [
        claims_v1(),
        claims_v2(given_name="Ada", family_name="Lovelace", upn="ada@contoso.example", preferred_username=None),
    ],
    ids=["v1.0", "v2.0 with the optional claims"],
)
def test_the_mapping_of_the_documentation_fills_the_user(settings: Any, claims: Json) -> None:
    mapping(settings, first_name="given_name", last_name="family_name", email="upn")
    user = provision(identity_of(claims))
    assert isinstance(user, User)
    assert (user.first_name, user.last_name, user.email) == ("Ada", "Lovelace", "ada@contoso.example")


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@one.example", "upn": "a@two.example"}, "a@one.example"),
        ({"upn": "a@two.example"}, "a@two.example"),
        ({}, "ada@contoso.example"),
        ({"email": "no address"}, ""),
        ({"email": ["a@one.example"], "upn": 5}, "ada@contoso.example"),
        ({"email": "a@one.example\r\nBcc: all"}, ""),
        ({"email": "a" * 300 + "@one.example"}, ""),
    ],
    ids=str,
)
def test_the_first_claim_that_is_present_counts(claims: Json, email: str) -> None:
    user = provision(person(**claims))
    assert isinstance(user, User)
    assert user.email == email


def test_long_names_are_cut_to_the_field() -> None:
    user = provision(person(given_name="x" * 300))
    assert isinstance(user, User)
    assert user.first_name == "x" * 150


@pytest.mark.parametrize(("address", "is_created"), [("no address", False), ("ada@contoso.example", True)])
def test_an_address_that_is_required_and_unique_is_never_left_empty(
    monkeypatch: pytest.MonkeyPatch, address: str, is_created: bool
) -> None:
    """The first person without one would get the empty address, and the second could not be stored."""
    monkeypatch.setattr(User._meta.get_field("email"), "unique", True)
    monkeypatch.setattr(User._meta.get_field("email"), "blank", False)
    with nullcontext() if is_created else pytest.raises(UserNotCreatable, match="a verified address"):
        provision(person(email=address))
    assert User.objects.exists() == is_created


def test_claims_never_write_what_is_not_mapped() -> None:
    provision(person(is_staff=True, is_superuser=True, is_active=False, password="x", id=99, groups=["Superusers"]))
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
    assert not user.groups.exists()
