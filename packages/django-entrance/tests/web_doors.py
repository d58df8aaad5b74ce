"""A browser before the WSGI or the ASGI side of the project, with the same calls for both."""

from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

WEB_DOORS = ("wsgi", "asgi")


class Browser:
    """Keeps cookies, and asks for CSRF tokens only if told to. ``name`` is one of ``WEB_DOORS``."""

    def __init__(self, name: str, *, checks_csrf: bool = False) -> None:
        self.name = name
        kind = Client if name == "wsgi" else AsyncClient
        self.client: Any = kind(enforce_csrf_checks=checks_csrf)

    def send(self, method: str, address: str, *sent: Any, **options: Any) -> Any:
        call = getattr(self.client, method)
        if self.name == "wsgi":
            return call(address, *sent, **options)
        return async_to_sync(call)(address, *sent, **options)

    def get(self, address: str, *sent: Any, **options: Any) -> Any:
        return self.send("get", address, *sent, **options)

    def post(self, address: str, *sent: Any, **options: Any) -> Any:
        return self.send("post", address, *sent, **options)

    def delete(self, address: str, *sent: Any, **options: Any) -> Any:
        return self.send("delete", address, *sent, **options)

    @property
    def session(self) -> Any:
        return self.client.session

    @property
    def cookies(self) -> Any:
        return self.client.cookies
