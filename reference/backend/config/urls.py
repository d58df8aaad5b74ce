"""URL configuration. The front end has no routes of its own; the admin is Django's."""

from django.contrib import admin
from django.urls import include, path
from logbook.graphql.view import graphql_view
from logbook.microsoft import who_am_i
from logbook.views import index

urlpatterns = [
    path("", index, name="index"),
    path("graphql/", graphql_view, name="graphql"),
    path("api/", include("logbook.rest.urls")),
    path("microsoft/me/", who_am_i, name="microsoft-me"),
    path("admin/", admin.site.urls),
    path("entrance/", include("django_entrance.urls")),
    path("", include("django_entrance.well_known")),
]
