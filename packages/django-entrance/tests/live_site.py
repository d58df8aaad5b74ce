"""An ASGI site that tests serve with real servers. Its clock moves with each request over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from django.core.asgi import get_asgi_application

get_asgi_application()  # before the models are imported

import strawberry  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402
from django_entrance.contrib.channels import EntranceMiddleware  # noqa: E402
from django_entrance.contrib.strawberry import IsSignedIn  # noqa: E402
from live_clients import HandClock  # noqa: E402
from strawberry.channels import GraphQLWSConsumer  # noqa: E402


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


class Consumer(GraphQLWSConsumer[Any, None]):
    channel_layer_alias = "none"  # the consumer itself fails while its channel layer does


async def move_clock(scope: Any, receive: Any, send: Any) -> None:
    """Move the clock by the seconds in the query, or back to the present."""
    if scope["query_string"]:
        await clock.advance(int(scope["query_string"]))
    else:
        clock.now = time.time()
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


clock = HandClock()
schema = strawberry.Schema(Query, subscription=Subscription)
routes = URLRouter([path("ws/", Consumer.as_asgi(schema=schema))])
application = ProtocolTypeRouter({"http": move_clock, "websocket": EntranceMiddleware(routes, clock=clock)})
