"""Tells Django about the log."""

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    name = "logbook"
