"""Configures the app: connects its receivers and registers its system checks."""

from collections.abc import Callable
from importlib import import_module

from django.apps import AppConfig, apps
from django.core.checks import Tags, register
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_migrate, post_save, pre_delete, pre_save
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "django_entrance"
    verbose_name = _("Microsoft Entra ID")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.models import Group
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from django_entrance import checks
        from django_entrance.accounts.access import reapply_to_new_group
        from django_entrance.accounts.django_groups import make_missing_groups
        from django_entrance.accounts.linking import note_disconnected
        from django_entrance.accounts.session_index import forget_tokens
        from django_entrance.accounts.withdrawing import withdraw_access, withdraw_moved_access
        from django_entrance.frontend.confirming import stamp_session
        from django_entrance.live.changes import connect_changes
        from django_entrance.models import EntraAccount
        from django_entrance.sessions.ending import forget_session
        from django_entrance.sessions.late_answers import note_end
        from django_entrance.sessions.signed_out import note_sign_out
        from django_entrance.sessions.starting import record_session

        post_save.connect(reapply_to_new_group, sender=Group, dispatch_uid="django_entrance.access")
        pre_save.connect(withdraw_moved_access, sender=EntraAccount, dispatch_uid="django_entrance.access")
        pre_delete.connect(withdraw_access, sender=EntraAccount, dispatch_uid="django_entrance.access")
        pre_delete.connect(note_disconnected, sender=EntraAccount, dispatch_uid="django_entrance.linking")
        pre_delete.connect(forget_tokens, sender=EntraAccount, dispatch_uid="django_entrance.tokens")
        post_migrate.connect(make_missing_groups, sender=self, dispatch_uid="django_entrance.access")
        user_logged_in.connect(stamp_session, dispatch_uid="django_entrance.confirming")
        user_logged_in.connect(record_session, dispatch_uid="django_entrance.sessions")
        user_logged_out.connect(note_end, dispatch_uid="django_entrance.late_answers")  # reads what the next forgets
        user_logged_out.connect(forget_session, dispatch_uid="django_entrance.sessions")
        user_logged_out.connect(note_sign_out, dispatch_uid="django_entrance.signed_out")
        connect_events()
        connect_changes()
        offer_in_admin()
        describe_in_openapi()
        check_rest_framework()

        register(checks.check_settings)
        register(checks.check_auth_adfs)
        register(checks.check_environment)
        register(checks.check_middleware)
        register(checks.check_cors)
        register(checks.check_redirect_bridge)
        register(checks.check_certificates)
        register(checks.check_any_tenant)
        register(checks.check_tokens)
        register(checks.check_application_users, Tags.database)
        register(checks.check_groups, Tags.database)
        register(checks.check_exposed_headers, deploy=True)
        register(checks.check_guests, deploy=True)
        register(checks.check_public_address, deploy=True)
        register(checks.check_tokens_cache, deploy=True)


def offer_in_admin() -> None:
    """Let the login page of each admin site offer the button, unless the site has a login page of its own.

    The class is set, so that neither the order of ``INSTALLED_APPS`` nor when a site is made matters.
    """
    if not apps.is_installed("django.contrib.admin"):
        return
    from django.contrib.admin.sites import AdminSite

    if AdminSite.login_template is None:
        AdminSite.login_template = "django_entrance/admin_login.html"


def describe_in_openapi() -> None:
    """Let drf-spectacular know ``EntraAuthentication``. Its extensions count once they are imported."""
    if apps.is_installed("drf_spectacular"):
        import_module("django_entrance.contrib.rest_framework.openapi")


def check_rest_framework() -> None:
    """Register the check of REST framework's classes."""
    if apps.is_installed("rest_framework"):
        register(import_module("django_entrance.contrib.rest_framework.checks").check_authentication_classes)


def connect_events() -> None:
    """Let ``accounts.events`` record what the signals tell."""
    from django_entrance import signals
    from django_entrance.accounts import events

    receivers: dict[Signal, Callable[..., None]] = {
        request_started: events.begin_request,
        request_finished: events.end_request,
        signals.signed_in: events.record_sign_in,
        signals.refused: events.record_refusal,
        signals.person_created: events.record_creation,
        signals.connected: events.record_connection,
        signals.disconnected: events.record_disconnection,
    }
    for signal, receiver in receivers.items():
        signal.connect(receiver, dispatch_uid="django_entrance.events")
