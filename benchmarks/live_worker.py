"""A site with one subscription, at /with/ behind EntranceMiddleware and at /without/. `bench_live.py` serves it."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from django.core.asgi import get_asgi_application

get_asgi_application()  # before the models are imported

import strawberry  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402
from django_entrance.contrib.channels import EntranceMiddleware  # noqa: E402
from strawberry.channels import GraphQLWSConsumer  # noqa: E402

MANY = 100_000
waiting: set[asyncio.Queue[str]] = set()


@strawberry.type
class Query:
    nothing: str = ""


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def said(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        waiting.add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            waiting.discard(queue)


class Consumer(GraphQLWSConsumer[Any, None]):
    channel_layer_alias = "none"


def resident() -> int:
    """Return the memory of this process in bytes."""
    gc.collect()
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


async def control(scope: Any, receive: Any, send: Any) -> None:
    answer: Any = None
    match scope["path"]:
        case "/say":
            for queue in tuple(waiting):
                queue.put_nowait("a word")
        case "/state":
            answer = {"memory": resident(), "subscriptions": len(waiting)}
        case "/look":
            started, cpu = time.perf_counter(), time.process_time()
            await entrance.watch.check(entrance.watch.living())
            answer = {"wall": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})


schema = strawberry.Schema(Query, subscription=Subscription)
consumer = Consumer.as_asgi(schema=schema)
entrance: Any = EntranceMiddleware(consumer, per_person=MANY, unproved=MANY)
routes = URLRouter([path("with/", entrance), path("without/", consumer)])
application = ProtocolTypeRouter({"http": control, "websocket": routes})
