"""Knows how Microsoft Graph says no.

https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

from collections.abc import Mapping


class GraphError(Exception):
    """Graph answers with `status` and the error `code`; `headers` go with it."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def as_json(self, *, date: str, request_id: str, client_request_id: str) -> dict[str, object]:
        """Give the body; `date` is UTC, the ids are GUIDs that people quote to support."""
        ids = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        return {"error": {"code": self.code, "message": self.message, "innerError": ids}}


def bad_request(message: str) -> GraphError:
    return GraphError(400, "Request_BadRequest", message)


def unsupported(message: str) -> GraphError:
    return GraphError(400, "Request_UnsupportedQuery", message)


def not_found(name: str) -> GraphError:
    return GraphError(404, "Request_ResourceNotFound", f"There is no resource '{name}', or one of its references.")


def unknown_segment(path: str) -> GraphError:
    """Make the error of an address that nothing answers; `path` begins with the version."""
    segment = path.strip("/").rpartition("/")[2]
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def method_not_allowed(method: str) -> GraphError:
    return GraphError(
        405, "Request_BadRequest", f"Specified HTTP method {method} is not allowed for the request target."
    )


def conflict(message: str) -> GraphError:
    return GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message)


def denied() -> GraphError:
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
