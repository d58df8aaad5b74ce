"""The Swagger page: people try the API out in the browser, signed in with Microsoft."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerSplitView

from logbook.views import content_security_policy

page = SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="logbook/swagger.html")


@require_safe
def swagger_page(request: HttpRequest) -> HttpResponse:
    """Serve the page, or its script, which is a file of its own: the policy allows no other.

    The script has the visitor's CSRF token, so no page of another origin may load it.
    """
    response: HttpResponse = page(request)
    response.headers["Content-Security-Policy"] = content_security_policy()
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
