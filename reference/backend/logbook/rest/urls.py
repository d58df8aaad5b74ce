"""The addresses of the REST API, of its OpenAPI document and of the page to try it out."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django_entrance.contrib.swagger import oauth2_redirect
from drf_spectacular.views import SpectacularJSONAPIView

from logbook.rest import openapi  # noqa: F401  # drf-spectacular registers what is imported
from logbook.rest.swagger import swagger_page
from logbook.rest.views import Entries, OneEntry, Viewer

urlpatterns = [
    path("entries/", Entries.as_view(), name="api-entries"),
    path("entries/<str:key>/", OneEntry.as_view(), name="api-entry"),
    path("viewer/", Viewer.as_view(), name="api-viewer"),
    path("openapi.json", login_not_required(SpectacularJSONAPIView.as_view()), name="api-schema"),
    path("docs/", login_not_required(swagger_page), name="api-docs"),
    path("docs/oauth2-redirect.html", oauth2_redirect),
]
