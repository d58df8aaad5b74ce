"""A profile of Django's own user model, whose table exists in the tests that ask for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, models


class Profile(models.Model):
    """What a project keeps of a person beside the user's row."""

    person = models.OneToOneField(
        User, models.DO_NOTHING, primary_key=True, related_name="profile", db_constraint=False
    )
    department = models.CharField(max_length=20, blank=True)
    mail = models.EmailField(unique=True, null=True)
    floor = models.IntegerField(null=True)

    objects: models.Manager[Profile] = models.Manager()

    class Meta:
        app_label = "django_entrance"
        db_table = "profiles_of_tests"
        managed = False

    def save(self, *args: object, **kwargs: object) -> None:
        if self.department == "refused":
            raise ValidationError("No such department.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]


TABLE = """
    CREATE TABLE profiles_of_tests
    (person_id integer PRIMARY KEY, department varchar(20) NOT NULL, mail varchar(254) UNIQUE, floor integer)
"""


@pytest.fixture
def profiles(db: None) -> Iterator[type[Profile]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    yield Profile
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE profiles_of_tests")
