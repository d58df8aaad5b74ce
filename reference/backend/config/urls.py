"""URL configuration. The front end has no routes of its own."""

from django.urls import include, path
from logbook.graphql.view import graphql_view
from logbook.views import index

urlpatterns = [
    path("", index, name="index"),
    path("graphql/", graphql_view, name="graphql"),
    path("entrance/", include("django_entrance.urls")),
]
