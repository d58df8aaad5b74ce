"""Browsers before the WSGI and the ASGI side of the project, with the same calls for both."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

METHODS = frozenset({"get", "head", "post", "put", "patch", "delete", "options", "trace"})


class AsgiClient:
    """Django's client for ASGI with the calls of the sync one. Its event loop runs in another thread."""

    def __init__(self, kind: type[AsyncClient] = AsyncClient, **options: Any) -> None:
        self.client = kind(**options)

    @property
    def cookies(self) -> Any:
        return self.client.cookies

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        self.client.cookies = cookies

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.client, name)
        return async_to_sync(found) if name in METHODS else found


SERVERS: dict[str, Callable[..., Any]] = {"wsgi": Client, "asgi": AsgiClient}
