"""Clients for the project under WSGI and under ASGI, with the same methods."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client


class AsgiClient:
    """Django's ASGI handler behind the methods of the sync client. Its event loop runs in another thread."""

    def __init__(self, **options: Any) -> None:
        self.client = AsyncClient(**options)
        self.cookies = self.client.cookies

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return async_to_sync(self.client.get)(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Any:
        return async_to_sync(self.client.post)(*args, **kwargs)

    def options(self, *args: Any, **kwargs: Any) -> Any:
        return async_to_sync(self.client.options)(*args, **kwargs)

    @property
    def session(self) -> Any:
        return self.client.session

    def force_login(self, *args: Any, **kwargs: Any) -> None:
        self.client.force_login(*args, **kwargs)


SERVERS: dict[str, Callable[..., Any]] = {"WSGI": Client, "ASGI": AsgiClient}
