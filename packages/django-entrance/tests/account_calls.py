"""Calls of ``entrance/account/`` and ``connect/`` as a program sends them, and what they answer."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.utils import freeze_time
from scripted import ScriptedAuthority
from sign_ins import bearer

ACCOUNT, CONNECT = "/entrance/account/", "/entrance/account/connect/"
OTHER = "0b0e0000-0000-4000-8000-000000000007"
JSON = "application/json"
OWN_TOKENS = "account_calls.own_tokens"


@pytest.fixture
def grace(db: None) -> User:
    return User.objects.create_user("grace", "ada@contoso.example", "pw")


@pytest.fixture
def own(client: Client, grace: User) -> Client:
    """A client with a fresh session of Grace's."""
    assert client.login(username="grace", password="pw")
    return client


def send(client: Client, address: str = CONNECT, headers: dict[str, str] | None = None, **sent: Any) -> Any:
    return client.post(address, sent, content_type=JSON, headers=headers)


def told(response: Any) -> tuple[int, str]:
    """Return the status of a refusal and its reason."""
    assert response["Content-Type"] == "application/problem+json"
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.json()["reason"]


def is_connected(authority: ScriptedAuthority, **changes: Any) -> str:
    """Return which user an Entra token lets in now, or the reason why none."""
    answer = Client().get("/", headers=bearer(authority, **changes)).json()
    return str(answer.get("username") or answer["reason"])


def later(seconds: float) -> Any:
    return freeze_time(time.time() + seconds)


def own_tokens(get_response: Any) -> Any:
    """A login of the project's own: ``Own grace``, or the cookie ``own``."""

    def middleware(request: Any) -> Any:
        scheme, _, name = request.headers.get("Authorization", "").partition(" ")
        name = name if scheme in ("Own", "Basic") else request.COOKIES.get("own") or request.headers.get("X-Own", "")
        found = User.objects.filter(username=name).first()
        if found is not None:
            request.user = found
        return get_response(request)

    return middleware
