"""The forms with which the admin connects people and expects them, and what they say about each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminUUIDInputWidget
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_entrance.accounts.addresses import EXTERNAL
from django_entrance.accounts.application_users import is_reserved

UUIDS: Mapping[Any, Mapping[str, Any]] = {
    models.UUIDField: {"widget": AdminUUIDInputWidget(attrs={"class": "vURLField"})}
}
"""Input fields that show a whole GUID: Django's own class of them is narrower."""

HELP_TEXTS = {
    "user": _("The existing user that the person is from then on."),
    "tenant_id": _("Directory (tenant) id: on the Overview page of entra.microsoft.com."),
    "object_id": _("Object id: on the person's own page under Users in entra.microsoft.com. A guest has one, too."),
    "username": _(
        "User principal name of a member, such as ada@contoso.com; the access token needs the optional claim upn."
        " A guest cannot be named here: add an Entra account with the guest's object id."
    ),
}


class ConnectingForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes none
    """Connects an active user, not one of ``APPLICATIONS``.

    Staff and superusers are connected by superusers only: others could become them.
    """

    by_superuser = False

    class Meta:
        help_texts = HELP_TEXTS

    def clean_user(self) -> Any:
        user = self.cleaned_data["user"]
        if not self.by_superuser and (getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)):
            raise forms.ValidationError(_("Only a superuser may connect a staff or superuser account."))
        if is_reserved(user.get_username()):
            raise forms.ValidationError(_("This user is one of APPLICATIONS, and so not a person's."))
        if not user.is_active:
            raise forms.ValidationError(_("This user is deactivated."))
        return user


class ExpectedPersonForm(ConnectingForm):
    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip()
        if EXTERNAL.fullmatch(name):
            raise forms.ValidationError(_("This is a guest's name. Add an Entra account with the guest's object id."))
        local, _at, domain = name.rpartition("@")
        if not local or "." not in domain:
            raise forms.ValidationError(_("This is no user principal name. Write all of it, as in ada@contoso.com."))
        return name
