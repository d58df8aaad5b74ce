"""Reads the body of a request, a form or JSON, up to a size limit."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

_LARGEST = 100_000


async def read_body(request: Request, largest: int = _LARGEST) -> bytes:
    """Return the whole body; more than `largest` bytes are refused (413) and not kept."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise HTTPException(413, f"entra-double takes bodies of at most {largest // 1000} kB.")
    return bytes(body)


async def read_json(request: Request) -> object:
    """Return the value of a JSON body.

    Raises:
        ValueError: It is no JSON, or a text in it has half a character, which no response could repeat.
    """
    try:
        value: object = json.loads(await read_body(request))
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


async def read_form(request: Request) -> list[tuple[str, str]]:
    """Return the fields of an `application/x-www-form-urlencoded` body; other bodies have none, as in the service."""
    body = await read_body(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return []
    return parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
