"""Django app configuration."""

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    name = "logbook"
