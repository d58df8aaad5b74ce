"""Django's admin for Microsoft accounts, expected people, sessions and events, and a mixin for the admin of users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_entrance.accounts.application_users import is_reserved
from django_entrance.accounts.linking import link_user, unlink_user
from django_entrance.accounts.session_index import sessions
from django_entrance.accounts.ways_in import users_without_another_way
from django_entrance.conf.loading import current_settings
from django_entrance.models import EntraAccount, EntraSession, ExpectedPerson, SignInEvent
from django_entrance.verification.issuers import GUID

if TYPE_CHECKING:  # the mixin stands before a class of ModelAdmin
    OfModelAdmin = admin.ModelAdmin[Any]
else:
    OfModelAdmin = object

DOOR = "admin"


def search(rows: QuerySet[Any], text: str, *ids: str) -> QuerySet[Any] | None:
    """Return the rows with an id, through an index; or None if the text is no id."""
    text = text.strip().lower()
    return rows.filter(Q(*((name, text) for name in ids), _connector=Q.OR)) if GUID.fullmatch(text) else None


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

    def get_actions(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the action to those that an admin names in ``actions``; with ``None`` there, and in a popup, to none."""
        actions: dict[str, Any] = super().get_actions(request, *args, **kwargs)
        has_actions = self.actions is not None and IS_POPUP_VAR not in request.GET
        if has_actions and self.has_end_sessions_permission(request):
            actions["sign_out_everywhere"] = self.get_action("sign_out_everywhere")
        return actions


def may_end_sessions(request: HttpRequest) -> bool:
    return request.user.has_perm(f"{EntraSession._meta.app_label}.delete_{EntraSession._meta.model_name}")


def tell_ended(of_admin: Any, request: HttpRequest, ended: QuerySet[EntraSession]) -> None:
    """End the sessions, write that into the admin's log, and say how many there were."""
    of_admin.log_deletions(request, ended)
    number = ended.delete()[0]
    said = ngettext("%d session was ended.", "%d sessions were ended.", number) % number
    of_admin.message_user(request, said, messages.SUCCESS)


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


class ConnectingForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's class takes none
    """Connects an active user, not one of ``APPLICATIONS``.

    Staff and superusers are connected by superusers only: others could become them.
    """

    by_superuser = False

    def clean_user(self) -> Any:
        user = self.cleaned_data["user"]
        if not self.by_superuser and (getattr(user, "is_staff", False) or getattr(user, "is_superuser", False)):
            raise forms.ValidationError(_("Only a superuser may connect a staff or superuser account."))
        if is_reserved(user.get_username()):
            raise forms.ValidationError(_("This user is one of APPLICATIONS, and so not a person's."))
        if not user.is_active:
            raise forms.ValidationError(_("This user is deactivated."))
        return user


class Connecting(ForUser):
    """Base class of rows that let a person of Entra in as a user. They are added and deleted, never changed."""

    form = ConnectingForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"by_superuser": bool(getattr(request.user, "is_superuser", False))})

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

    list_display = ("user", "object_id", "tenant_id", "created_at")
    fields = ("user", "tenant_id", "object_id")
    ids = ("object_id", "tenant_id")
    search_help_text = _("User name, object id or tenant id")

    def save_model(self, request: HttpRequest, obj: EntraAccount, form: Any, change: bool) -> None:
        obj.pk = link_user(obj.user, str(obj.tenant_id), str(obj.object_id), door=DOOR).pk

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

    list_display = ("username", "user", "tenant_id", "created_at")
    fields = ("user", "tenant_id", "username")
    search_fields = ("username",)
    search_help_text = _("User name, user principal name or tenant id")


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

    def get_actions(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the actions without Django's own, which asks again and then does the same."""
        actions: dict[str, Any] = super().get_actions(request, *args, **kwargs)
        actions.pop("delete_selected", None)
        return actions

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SignInEvent)
class SignInEventAdmin(ForUser):
    """What happened, read-only; old events go by ``KEEP_EVENTS``."""

    list_display = ("at", "outcome", "reason", "who", "door")
    list_filter = ("outcome", "reason", "door", "at")
    fields = (
        *("at", "outcome", "reason", "explanation", "user", "door"),
        *("authority", "tenant_id", "object_id", "client_id", "agent_id", "correlation_id"),
    )
    search_fields = ("=correlation_id",)
    search_help_text = _("User name, object id, tenant id or correlation id")
    ids = ("object_id", "tenant_id")

    @admin.display(description=_("who"))
    def who(self, event: SignInEvent) -> str:
        return str(event.object_id or event.client_id or "-") if event.user is None else event.user.get_username()

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


class EntraAccountInline(admin.TabularInline):  # type: ignore[type-arg]  # Django's class takes none
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
        return bool(user.entra_connected)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_display(request), "microsoft")

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_filter(request), ConnectedFilter)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        inlines = super().get_inlines(request, obj)
        return tuple(inlines) if obj is None else (*inlines, EntraAccountInline)
