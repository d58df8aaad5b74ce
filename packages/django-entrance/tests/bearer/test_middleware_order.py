"""A site does not start with EntraMiddleware before Django's own, unless it silences the check."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django_entrance.bearer.middleware_order import WRONG_ORDER
from django_entrance.middleware import EntraMiddleware
from sign_ins import ENTRA

DJANGO = "django.contrib.auth.middleware.AuthenticationMiddleware"
OWN_ENTRA = "project_middleware.OwnEntra"


@pytest.mark.parametrize("server", [WSGIHandler, ASGIHandler])
@pytest.mark.parametrize("order", [[ENTRA, DJANGO], [OWN_ENTRA, DJANGO], [ENTRA]], ids=str)
def test_a_site_in_the_wrong_order_does_not_start(settings: Any, server: type, order: list[str]) -> None:
    settings.MIDDLEWARE = order
    with pytest.raises(ImproperlyConfigured, match="comes before AuthenticationMiddleware") as error:
        server()
    assert str(error.value) == f"{WRONG_ORDER.message} {WRONG_ORDER.hint}"
    settings.SILENCED_SYSTEM_CHECKS = ["entrance.E012"]
    assert server()


def test_a_middleware_outside_the_settings_has_no_place(settings: Any) -> None:
    settings.MIDDLEWARE = [DJANGO]
    EntraMiddleware(lambda request: HttpResponse())
