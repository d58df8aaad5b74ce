"""Configures the app and registers its system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "django_entrance"
    verbose_name = _("Microsoft Entra ID")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.models import Group

        from django_entrance import checks
        from django_entrance.accounts.access import reapply_to_new_group

        post_save.connect(reapply_to_new_group, sender=Group, dispatch_uid="django_entrance.access")

        register(checks.check_settings)
        register(checks.check_auth_adfs)
        register(checks.check_environment)
        register(checks.check_middleware)
        register(checks.check_redirect_bridge)
        register(checks.check_application_users, Tags.database)
