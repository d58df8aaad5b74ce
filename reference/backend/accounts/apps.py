"""Tells Django about the own logins."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
