"""User models as projects have them. One of them is the project's: a project has only one."""

import os
import uuid

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator, validate_email
from django.db import models


class Usual(AbstractUser):
    class Meta:
        abstract = True


class Email(AbstractBaseUser):
    """An e-mail address is the user name, and there are no other names."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    objects: UserManager = UserManager()  # type: ignore[type-arg]

    USERNAME_FIELD = "email"

    class Meta:
        abstract = True


class EmailBesideUsername(AbstractUser):
    """``AbstractUser`` as many have it: people sign in with ``email``, and ``username`` stays."""

    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["username"]  # noqa: RUF012 - as Django writes it

    class Meta:
        abstract = True


class EmailOnly(AbstractUser):
    """``AbstractUser`` without its ``username``."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []  # noqa: RUF012 - as Django writes it

    class Meta:
        abstract = True


class EmailAsText(AbstractBaseUser):
    """An address by its validator, under another name, with a display name beside it."""

    login = models.CharField(max_length=60, unique=True, validators=[validate_email])
    first_name = models.CharField(max_length=5)
    is_active = models.BooleanField(default=True)

    objects: UserManager = UserManager()  # type: ignore[type-arg]

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"

    class Meta:
        abstract = True


class OtherEmailField(AbstractBaseUser):
    username = models.CharField(max_length=40, unique=True)
    mail = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)

    objects: UserManager = UserManager()  # type: ignore[type-arg]

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "mail"

    class Meta:
        abstract = True


class UuidKey(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


class NarrowName(AbstractUser):
    username = models.CharField(max_length=20, unique=True, validators=[RegexValidator(r"^[a-z0-9-]+\Z")])

    class Meta:
        abstract = True


class NumberAsName(AbstractBaseUser):
    number = models.IntegerField(unique=True)
    is_active = models.BooleanField(default=True)

    objects: UserManager = UserManager()  # type: ignore[type-arg]

    USERNAME_FIELD = "number"

    class Meta:
        abstract = True


class RequiredField(AbstractUser):
    badge = models.UUIDField()

    class Meta:
        abstract = True


KINDS: dict[str, type[AbstractBaseUser]] = {kind.__name__: kind for kind in AbstractBaseUser.__subclasses__()}
KINDS |= {kind.__name__: kind for kind in AbstractUser.__subclasses__()}


class Person(KINDS[os.environ.get("USER_MODEL", "Usual")]):  # type: ignore[misc]
    class Meta:
        app_label = "user_models"
