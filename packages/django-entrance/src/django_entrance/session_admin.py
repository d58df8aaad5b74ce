"""Ends sessions from Django's admin: the action for people and accounts, and what every such action does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_entrance.accounts.session_index import end, sessions
from django_entrance.models import EntraSession

if TYPE_CHECKING:  # the mixin stands before a class of ModelAdmin
    OfModelAdmin = admin.ModelAdmin[Any]
else:
    OfModelAdmin = object


def located(action_location: Any) -> dict[str, Any]:
    """Return the argument of ``ModelAdmin.get_actions`` as far as this Django has it."""
    return {} if action_location is None else {"action_location": action_location}


class EndsSessions(OfModelAdmin):
    """Offers to end all sessions of the people in the chosen rows. It takes the permission to delete sessions."""

    sessions_of = "user__in"
    """The look-up that leads from the rows to their sessions."""

    @admin.action(description=_("Sign out all sessions of these people"))
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        tell_ended(self, request, sessions().filter(**{self.sessions_of: keys}))

    def has_end_sessions_permission(self, request: HttpRequest) -> bool:
        return may_end_sessions(request)

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Add the action to those that an admin names in ``actions``; with ``None`` there, and in a popup, to none.

        Since Django 6.1 there are actions on two pages; this one is for the list.
        """
        actions: dict[str, Any] = super().get_actions(request, **located(action_location))
        is_list = getattr(action_location, "name", "CHANGE_LIST") == "CHANGE_LIST"
        has_actions = is_list and self.actions is not None and IS_POPUP_VAR not in request.GET
        if has_actions and self.has_end_sessions_permission(request):
            actions["sign_out_everywhere"] = self.get_action("sign_out_everywhere")
        return actions


def may_end_sessions(request: HttpRequest) -> bool:
    return request.user.has_perm(f"{EntraSession._meta.app_label}.delete_{EntraSession._meta.model_name}")


def tell_ended(of_admin: Any, request: HttpRequest, ended: QuerySet[EntraSession]) -> None:
    """End the sessions, write that into the admin's log, and say how many there were."""
    of_admin.log_deletions(request, ended)
    number = end(ended)
    said = ngettext("%d session was ended.", "%d sessions were ended.", number) % number
    of_admin.message_user(request, said, messages.SUCCESS)
