"""Logbook as a production server sends it: text compressed."""

from config.asgi import application as logbook
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Message, Receive, Scope, Send


async def in_lower_case(scope: Scope, receive: Receive, send: Send) -> None:
    """Write the names of headers as ASGI demands it. Django does not, and the middleware would add a second length."""

    async def passed_on(message: Message) -> None:
        headers = [(name.lower(), value) for name, value in message.get("headers", [])]
        await send({**message, "headers": headers} if headers else message)

    await logbook(scope, receive, passed_on)


application = GZipMiddleware(in_lower_case, minimum_size=500)
