"""Ninja's Swagger page with a sign-in by Microsoft behind *Authorize*: ``NinjaAPI(docs=EntraSwagger())``."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger

from django_entrance.frontend.openapi import swagger_oauth


class EntraSwagger(Swagger):
    """Fills in the client and the scopes, and asks for PKCE (RFC 7636), which Ninja's own page does not.

    It takes Ninja's settings for Swagger UI. Nothing comes from a CDN, and no script is inline. Serve
    ``contrib.swagger.oauth2_redirect`` as ``oauth2-redirect.html`` beside the page.
    """

    template = "django_entrance/ninja_swagger.html"

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Return the page, which keeps access to the window that it opens.

        Raises:
            ImproperlyConfigured: Ninja's files cannot be served, since it is no installed app.
        """
        if not apps.is_installed("ninja"):
            raise ImproperlyConfigured("EntraSwagger needs Ninja's files: add 'ninja' to INSTALLED_APPS.")
        self.settings["initOAuth"] = swagger_oauth()
        response = super().render_page(request, api, **kwargs)
        response["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
        return response
