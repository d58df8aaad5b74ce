"""Reports, as the system check entrance.W020, that REST framework asks other logins only."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning
from rest_framework.authentication import SessionAuthentication
from rest_framework.settings import api_settings

from django_entrance.contrib.rest_framework.authentication import EntraAuthentication

OURS = "django_entrance.contrib.rest_framework.EntraAuthentication"


def check_authentication_classes(app_configs: Sequence[AppConfig] | None, **_: Any) -> Iterator[CheckMessage]:
    """W020: no class takes over the user that EntraMiddleware has found, so a good token gets 401."""
    kinds: Any = api_settings.DEFAULT_AUTHENTICATION_CLASSES
    if kinds and not any(issubclass(kind, EntraAuthentication | SessionAuthentication) for kind in kinds):
        message = "REST framework's DEFAULT_AUTHENTICATION_CLASSES do not let in people who sign in with Microsoft."
        hint = f"Put {OURS!r} first. If only some views are for Microsoft's tokens, silence this check."
        yield Warning(message, hint=hint, id="entrance.W020")
