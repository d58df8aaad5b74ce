"""Describes the errors of Microsoft Graph.

https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial


class GraphError(Exception):
    """Graph answers with `status` and the error `code`; `headers` go with it."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def as_json(self, ids: Mapping[str, str]) -> dict[str, object]:
        """Return the body; `ids` are what people quote to support."""
        return {"error": {"code": self.code, "message": self.message, "innerError": ids}}


bad_request = partial(GraphError, 400, "Request_BadRequest")
unsupported = partial(GraphError, 400, "Request_UnsupportedQuery")
conflict = partial(GraphError, 409, "Request_MultipleObjectsWithSameKeyValue")


def not_found(name: str) -> GraphError:
    return GraphError(404, "Request_ResourceNotFound", f"There is no resource '{name}', or one of its references.")


def denied() -> GraphError:
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
