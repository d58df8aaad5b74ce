"""An ASGI site that tests serve with real servers. Its clock moves with each request over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from django.core.asgi import get_asgi_application

get_asgi_application()  # before the models are imported

import strawberry
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path
from django_entrance.contrib.channels import EntranceMiddleware
from django_entrance.contrib.strawberry import IsSignedIn
from live_clients import HandClock
from strawberry.channels import GraphQLWSConsumer


@strawberry.type
class Query:
    @strawberry.field
    def nothing(self) -> str:
        return ""


@strawberry.type
class Subscription:
    @strawberry.subscription(permission_classes=[IsSignedIn])
    async def names(self, info: strawberry.Info) -> AsyncIterator[str]:
        yield info.context["request"].scope["user"].get_username()
        await asyncio.Event().wait()


async def advance(scope: Any, receive: Any, send: Any) -> None:
    """Move the clock by the seconds in the query."""
    await clock.advance(int(scope["query_string"]))
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


clock = HandClock()
schema = strawberry.Schema(Query, subscription=Subscription)
routes = URLRouter([path("ws/", GraphQLWSConsumer.as_asgi(schema=schema))])
application = ProtocolTypeRouter({"http": advance, "websocket": EntranceMiddleware(routes, clock=clock)})
