"""The account page names the account that the person came with; of the others there are only ids."""

from datetime import UTC, datetime
from typing import Any

import pytest
from account_calls import ACCOUNT, OTHER, grace
from django.contrib.auth.models import User
from django.test import Client
from django_entrance.models import EntraAccount, EntraSession
from scripted import ADA, TENANT, ScriptedAuthority
from sign_ins import sign_in

__all__ = ["grace"]
pytestmark = pytest.mark.django_db

NAME = "<dt>User name</dt><dd>ada@contoso.example</dd>"


def page(client: Client) -> str:
    return str(client.get(ACCOUNT).content.decode())


def test_only_the_account_of_the_session_has_a_name(authority: ScriptedAuthority, client: Client) -> None:
    sign_in(client, authority)
    EntraAccount.objects.create(user=User.objects.get(), tenant_id=TENANT, object_id=OTHER)
    text = page(client)
    assert (text.count(NAME), text.count("<dt>User name</dt>")) == (1, 1)
    assert text.index(NAME) < text.index(ADA) < text.index(OTHER)


def test_a_password_login_knows_no_name(client: Client, grace: User) -> None:
    EntraAccount.objects.create(user=grace, tenant_id=TENANT, object_id=ADA)
    client.force_login(grace, backend="django.contrib.auth.backends.ModelBackend")
    assert ADA in page(client)
    assert "User name" not in page(client)


def test_sessions_of_one_minute_are_told_apart(authority: ScriptedAuthority, settings: Any) -> None:
    settings.TIME_ZONE = "UTC"
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, authority)
    for row, second in zip(EntraSession.objects.all(), (7, 8), strict=True):
        EntraSession.objects.filter(pk=row.pk).update(started_at=datetime(2026, 1, 2, 3, 4, second, tzinfo=UTC))
    text = page(browsers[0])
    assert (text.count("03:04:07"), text.count("03:04:08")) == (2, 2), "for programs and to be read"
