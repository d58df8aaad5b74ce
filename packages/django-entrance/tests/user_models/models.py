"""User models like those of projects. The project uses one of them."""

import os
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.db import models


class Usual(AbstractUser):
    class Meta:
        abstract = True


class Email(AbstractBaseUser):
    """The e-mail address is the user name; there are no other names."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    objects: UserManager = UserManager()  # type: ignore[type-arg]

    USERNAME_FIELD = "email"

    class Meta:
        abstract = True


class EmailBesideUsername(AbstractUser):
    """An ``AbstractUser`` with ``email`` as user name that keeps ``username``, as many projects have."""

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
    """An address field by its validator, under another name, with a display name."""

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


class ShownManager(UserManager["HiddenRows"]):
    def get_queryset(self) -> models.QuerySet["HiddenRows"]:
        return super().get_queryset().filter(deleted=False)


class HiddenRows(AbstractUser):
    """Deleted rows are hidden."""

    deleted = models.BooleanField(default=False)

    objects = ShownManager()

    class Meta:
        abstract = True


class TidyingSave(AbstractUser):
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = self.email.lower()
        self.first_name = self.first_name.upper()
        super().save(*args, **kwargs)

    class Meta:
        abstract = True


class CleanInSave(AbstractUser):
    """Addresses are unique, and ``full_clean`` checks it before the database."""

    email = models.EmailField(unique=True)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)

    class Meta:
        abstract = True


class UniqueEmail(AbstractUser):
    email = models.EmailField(unique=True)

    class Meta:
        abstract = True


class MaybeEmail(AbstractUser):
    """Addresses are unique, and a user may have none."""

    email = models.EmailField(unique=True, null=True, blank=True)  # type: ignore[assignment]

    class Meta:
        abstract = True


class RequiredText(AbstractUser):
    """A required field that the project's mapping fills."""

    badge = models.CharField(max_length=20)

    class Meta:
        abstract = True
        constraints = (models.CheckConstraint(condition=~models.Q(badge=""), name="badge_is_filled"),)


class TidyingSignal(AbstractUser):
    """A receiver of ``pre_save`` changes values; the database has its own default."""

    level = models.CharField(max_length=10, db_default="new")

    class Meta:
        abstract = True


class TidyingTrigger(AbstractUser):
    """A trigger stores addresses in lower case and refuses one domain."""

    class Meta:
        abstract = True


class ApprovedFirst(AbstractUser):
    """New users are inactive until approved."""

    is_active = models.BooleanField(db_default=False)

    class Meta:
        abstract = True


class DeferringManager(UserManager["DeferredNames"]):
    def get_queryset(self) -> models.QuerySet["DeferredNames"]:
        return super().get_queryset().defer("first_name", "email")


class DeferredNames(AbstractUser):
    """The default manager defers mapped fields."""

    objects = DeferringManager()

    class Meta:
        abstract = True


class Box:
    """A value without equality and without a string form."""

    def __init__(self, text: str) -> None:
        self.text = text


class BoxedField(models.CharField):  # type: ignore[type-arg]
    def from_db_value(self, value: str, *_: Any) -> Box:
        return Box(value)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.text if isinstance(value, Box) else value)


class BoxedName(AbstractUser):
    """A custom field returns objects."""

    last_name = BoxedField(max_length=40, blank=True)

    class Meta:
        abstract = True


class SaltedField(models.CharField):  # type: ignore[type-arg]
    """Like an encrypting field: the same string is stored differently each time."""

    def from_db_value(self, value: str, *_: Any) -> str:
        return value.partition("$")[2]

    def get_prep_value(self, value: Any) -> Any:
        return f"{os.urandom(4).hex()}${str(value).upper()}"


class SaltedName(AbstractUser):
    last_name = SaltedField(max_length=60, blank=True)

    class Meta:
        abstract = True


class ConditionallyUnique(AbstractUser):
    """Addresses are unique, except for the empty string."""

    email = models.EmailField(blank=True)

    class Meta:
        abstract = True
        constraints = (
            models.UniqueConstraint(fields=["email"], condition=~models.Q(email=""), name="one_user_an_address"),
        )


class ApprovedManager(UserManager["ApprovedAgain"]):
    def get_queryset(self) -> models.QuerySet["ApprovedAgain"]:
        return super().get_queryset().filter(approved=True)


class ApprovedAgain(AbstractUser):
    """A user with a new address is hidden until approved."""

    approved = models.BooleanField(default=True)

    objects = ApprovedManager()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and "email" in (kwargs.get("update_fields") or ()):
            self.approved = False
            kwargs["update_fields"] = {*kwargs["update_fields"], "approved"}
        super().save(*args, **kwargs)

    class Meta:
        abstract = True


class BlankUnique(AbstractUser):
    """Addresses are unique, including the empty string."""

    email = models.EmailField(unique=True, blank=True)

    class Meta:
        abstract = True


KINDS: dict[str, type[AbstractBaseUser]] = {kind.__name__: kind for kind in AbstractBaseUser.__subclasses__()}
KINDS |= {kind.__name__: kind for kind in AbstractUser.__subclasses__()}


KIND: Any = KINDS[os.environ.get("USER_MODEL", "Usual")]


class Person(KIND):  # type: ignore[misc]
    class Meta(KIND.Meta):  # type: ignore[misc]
        app_label = "user_models"


def tidy(sender: type[models.Model], instance: Any, **_: Any) -> None:
    if isinstance(instance, TidyingSignal):
        instance.email = instance.email.lower()
        if instance.email.endswith("@refused.example"):
            raise ValidationError("This address is not for us.")


models.signals.pre_save.connect(tidy)
