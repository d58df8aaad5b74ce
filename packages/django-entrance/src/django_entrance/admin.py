"""Django's admin for Microsoft accounts, expected people, sessions and events, and a mixin for the admin of users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from django_entrance.accounts.adopting import is_staff
from django_entrance.accounts.explaining import explain_user
from django_entrance.accounts.linking import link_user, unlink_user
from django_entrance.accounts.ways_in import users_without_another_way
from django_entrance.admin_forms import UUIDS, ConnectingForm, ExpectedPersonForm
from django_entrance.conf.loading import current_settings
from django_entrance.explain_admin import Explains
from django_entrance.models import EntraAccount, EntraSession, ExpectedPerson, SignInEvent, shortened
from django_entrance.session_admin import EndsSessions, located, tell_ended
from django_entrance.verification.issuers import GUID

if TYPE_CHECKING:  # the mixin stands before a class of ModelAdmin
    OfModelAdmin = admin.ModelAdmin[Any]
else:
    OfModelAdmin = object

DOOR = "admin"


def short_id(value: object) -> str:
    """Return an id as lists show it, with the whole id as its title."""
    return format_html('<span title="{}">{}</span>', value, shortened(value))


def search(rows: QuerySet[Any], text: str, *ids: str) -> QuerySet[Any] | None:
    """Return the rows with an id, through an index; or None if the text is no id."""
    text = text.strip().lower()
    return rows.filter(Q(*((name, text) for name in ids), _connector=Q.OR)) if GUID.fullmatch(text) else None


def is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


class ForUser(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes none
    """Base class of rows with a user, which is chosen once, when the row is added."""

    raw_id_fields = ("user",)
    list_select_related = ("user",)
    show_full_result_count = False
    ids: Sequence[str] = ("tenant_id",)

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (f"user__{get_user_model().USERNAME_FIELD}", *self.search_fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found = search(queryset, search_term, *self.ids)
        return super().get_search_results(request, queryset, search_term) if found is None else (found, False)


class Connecting(ForUser):
    """Base class of rows that let a person of Entra in as a user. They are added and deleted, never changed."""

    form = ConnectingForm
    formfield_overrides = UUIDS
    facts: tuple[str, ...] = ("created_at",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*(self.fields or ()), *(self.facts if obj is not None else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.facts

    def response_delete(self, request: HttpRequest, *args: Any) -> Any:
        """Go to the list: Django goes to the index if rows cannot be changed."""
        response = super().response_delete(request, *args)
        ours = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return redirect(reverse(ours, current_app=self.admin_site.name)) if response.status_code == 302 else response

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"by_superuser": is_superuser(request)})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the tenant of the settings, if there is one."""
        tenants = {each.TENANT_ID for each in current_settings().AUTHORITIES.values()}
        tenant = tenants.pop() if len(tenants) == 1 else ""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"tenant_id": tenant if GUID.fullmatch(tenant) else None, **given}


@admin.register(EntraAccount)
class EntraAccountAdmin(EndsSessions, Connecting):
    """Adding connects a user, deleting disconnects."""

    sessions_of = "account__in"

    list_display = ("user", "person", "tenant", "created_at")
    fields = ("user", "tenant_id", "object_id")
    facts = ("created_at", "rights")
    ids = ("object_id", "tenant_id")
    search_help_text = _("User name, object id or tenant id")

    @admin.display(description=_("object id"), ordering="object_id")
    def person(self, account: EntraAccount) -> str:
        return short_id(account.object_id)

    @admin.display(description=_("tenant id"), ordering="tenant_id")
    def tenant(self, account: EntraAccount) -> str:
        return short_id(account.tenant_id)

    @admin.display(description=_("rights"))
    def rights(self, account: EntraAccount) -> str:
        """Say why the user has each right, as ``manage.py entrance explain --user`` does."""
        return format_html_join("", "<div>{}</div>", ((line,) for line in explain_user(account.user)))

    def save_model(self, request: HttpRequest, obj: EntraAccount, form: Any, change: bool) -> None:
        obj.pk = link_user(obj.user, str(obj.tenant_id), str(obj.object_id), door=DOOR).pk

    def has_delete_permission(self, request: HttpRequest, obj: EntraAccount | None = None) -> bool:
        """Leave the accounts of staff to superusers: without one, its user may be locked out."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or is_superuser(request) or not is_staff(obj.user))

    def delete_model(self, request: HttpRequest, obj: EntraAccount) -> None:
        unlink_user(obj.user, obj, door=DOOR, may_lock_out=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[EntraAccount]) -> None:
        for account in queryset.select_related("user"):
            self.delete_model(request, account)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Warn before the last way in of a user is deleted."""
        if "post" not in request.POST:
            for user in users_without_another_way(objs):
                warning = _("Without it, %s cannot sign in any more: no password, and no other Microsoft account.")
                self.message_user(request, warning % user.get_username(), messages.WARNING)
        return super().get_deleted_objects(objs, request)


@admin.register(ExpectedPerson)
class ExpectedPersonAdmin(Connecting):
    """People who become an existing user at their first sign-in."""

    form = ExpectedPersonForm
    list_display = ("username", "user", "created_at", "ends_at")
    fields = ("user", "tenant_id", "username")
    facts = ("created_at", "ends_at")
    search_fields = ("username",)
    search_help_text = _("User name, user principal name or tenant id")

    def save_model(self, request: HttpRequest, obj: ExpectedPerson, form: Any, change: bool) -> None:
        obj.may_be_staff = is_superuser(request)
        super().save_model(request, obj, form, change)


@admin.register(EntraSession)
class EntraSessionAdmin(ForUser):
    """Sessions that a sign-in with Entra started, read-only. To delete one is to end it."""

    list_display = ("user", "door", "authority", "started_at", "expires_at")
    list_filter = ("door", "authority", "started_at", "expires_at")
    fields = ("user", "account", *list_display[1:])
    ordering = ("-started_at", "pk")
    search_help_text = _("User name, object id or tenant id")
    ids = ("account__object_id", "account__tenant_id")
    actions = ("end_sessions",)

    @admin.action(description=_("End the selected sessions"), permissions=["delete"])
    def end_sessions(self, request: HttpRequest, queryset: QuerySet[EntraSession]) -> None:
        tell_ended(self, request, queryset)

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        """Return the actions without Django's own, which asks again and then does the same."""
        actions: dict[str, Any] = super().get_actions(request, **located(action_location))
        actions.pop("delete_selected", None)
        return actions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SignInEvent)
class SignInEventAdmin(Explains, ForUser):
    """What happened, read-only; old events go by ``KEEP_EVENTS``."""

    list_display = ("time", "what", "who", "door")
    list_filter = ("outcome", "reason", "door", "at")
    fields = (
        *("at", "outcome", "reason", "explanation", "user", "door"),
        *("authority", "tenant_id", "object_id", "client_id", "agent_id", "correlation_id"),
    )
    search_fields = ("=correlation_id",)
    search_help_text = _("User name, object id, tenant id or correlation id")
    ids = ("object_id", "tenant_id")

    @admin.display(description=_("time"), ordering="at")
    def time(self, event: SignInEvent) -> str:
        return date_format(localtime(event.at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("outcome"), ordering="outcome")
    def what(self, event: SignInEvent) -> str:
        return f"{event.get_outcome_display()} {event.reason}".strip()

    @admin.display(description=_("who"))
    def who(self, event: SignInEvent) -> str:
        if event.user is not None:
            return event.user.get_username()
        found = event.object_id or event.client_id
        return short_id(found) if found else "-"

    @admin.display(description=_("meaning and remedy"))
    def explanation(self, event: SignInEvent) -> str:
        return event.explanation or "-"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EntraAccountInline(admin.StackedInline):  # type: ignore[type-arg]  # Django's class takes none
    """The Microsoft accounts of a user, read-only, each with a link to its own page."""

    model = EntraAccount
    fields = readonly_fields = ("object_id", "tenant_id", "created_at")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConnectedFilter(admin.SimpleListFilter):
    title = "Microsoft"
    parameter_name = "microsoft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("connected", _("Connected")), ("not", _("Not connected"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        if self.value() not in ("connected", "not"):
            return None
        return queryset.filter(entra_connected=self.value() == "connected")


class EntraUserAdminMixin(EndsSessions):
    """For the admin of users: the column and the filter *Microsoft*, the accounts of a user, and their sign-out.

    ``class MyUserAdmin(EntraUserAdminMixin, UserAdmin)``. The list takes no further query.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        accounts = EntraAccount.objects.filter(user=OuterRef("pk"))
        users: QuerySet[Any] = super().get_queryset(request).annotate(entra_connected=Exists(accounts))
        return users

    @admin.display(boolean=True, description="Microsoft", ordering="entra_connected")
    def microsoft(self, user: Any) -> bool:
        """Return whether a Microsoft account is connected with the user."""
        return bool(user.entra_connected)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        first, *others = super().get_list_display(request)
        return (first, "microsoft", *others)

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_filter(request), ConnectedFilter)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        inlines = super().get_inlines(request, obj)
        return tuple(inlines) if obj is None else (*inlines, EntraAccountInline)
