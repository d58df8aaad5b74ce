"""The default of ``CLAIM_MAPPING`` for the user model in use."""

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, TextField

#: Fields of a user that no claim may write.
GUARDED_FIELDS = frozenset(
    {"id", "pk", "password", "is_active", "is_staff", "is_superuser", "last_login", "date_joined"}
)


def default_mapping() -> dict[str, str | list[str]]:
    """Return the default mapping, without fields that the user model lacks or uses as its user name."""
    usual: dict[str, str | list[str]] = {
        "first_name": "given_name",
        "last_name": "family_name",
        get_user_model().get_email_field_name(): ["email", "upn", "preferred_username"],
    }
    return {name: claims for name, claims in usual.items() if may_write(name)}


def may_write(name: str) -> bool:
    """Return whether claims may write a field: it is a text field, neither guarded nor the user name."""
    user_model = get_user_model()
    try:
        field = user_model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return isinstance(field, CharField | TextField) and name not in GUARDED_FIELDS | {user_model.USERNAME_FIELD}
