"""Configures the app and registers its system checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class EntranceConfig(AppConfig):
    name = "django_entrance"
    verbose_name = _("Microsoft Entra ID")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_entrance import checks

        register(checks.check_settings)
        register(checks.check_environment)
        register(checks.check_middleware)
        register(checks.check_redirect_bridge)
        register(checks.check_application_users, Tags.database)
