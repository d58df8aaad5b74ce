from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django_entrance.conf.default_mapping import default_mapping
from entrance_settings import (
    TWO_IDS,
    problem_ids,
)

pytestmark = pytest.mark.usefixtures("empty_environment")


class Employee(AbstractBaseUser):
    """A user model with fields of several types."""

    number = models.CharField(max_length=10, unique=True)
    nickname = models.TextField()
    shoe_size = models.IntegerField()
    badge = models.UUIDField()

    USERNAME_FIELD = "number"

    class Meta:
        app_label = "django_entrance"
        managed = False


@pytest.mark.parametrize(
    ("field", "ids"), [("nickname", []), ("shoe_size", ["E010"]), ("badge", ["E010"]), ("number", ["E010"])]
)
def test_claims_write_fields_that_hold_text(settings: Any, field: str, ids: list[str]) -> None:
    settings.AUTH_USER_MODEL = "django_entrance.Employee"
    assert problem_ids(settings, TWO_IDS | {"CLAIM_MAPPING": {field: "employeeid"}}) == ids


def test_the_default_mapping_has_the_fields_of_the_user_model(settings: Any) -> None:
    usual = {"first_name": "given_name", "last_name": "family_name", "email": ["email", "upn", "preferred_username"]}
    assert default_mapping() == usual
    settings.AUTH_USER_MODEL = "django_entrance.Employee"
    assert default_mapping() == {}
    assert problem_ids(settings, TWO_IDS) == []
