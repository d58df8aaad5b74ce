"""An address that is unique is stored only where the authority vouches for it."""

from typing import Any

import pytest
from django.db import models
from django.db.models.functions import Lower
from django_entrance.accounts.claim_mapping import claimed_value, is_unique
from people import person

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
    """Else the first to claim an address keeps its owner out."""
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
    """A project's own tenant vouches for its people; what is not unique locks out no owner."""
    assert stored(name, several=several, claims=["email"], email=VICTIM) == VICTIM


def test_a_name_that_is_unique_is_no_address() -> None:
    assert stored("nickname", several=True, claims=["nickname"], nickname="Countess") == "Countess"
