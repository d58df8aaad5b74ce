"""The URLs under ``path("entrance/", include("django_entrance.urls"))``."""

from django.urls import path

from django_entrance.frontend import views

app_name = "entrance"

urlpatterns = [
    path("config.json", views.config_json, name="config"),
    path("redirect/", views.redirect_bridge, name="redirect"),
]
