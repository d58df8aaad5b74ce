"""The URLs of the tests' project with those of the metadata."""

from django.urls import include, path

urlpatterns = [path("", include("project_urls")), path("", include("django_entrance.well_known"))]
