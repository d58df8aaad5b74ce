"""Asks ``django_entrance.permissions`` behind a resolver of Graphene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from graphql import GraphQLError

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.graphql_errors import extensions_of, message_of
from django_entrance.live.request_in_scope import request_behind
from django_entrance.verification.errors import AccessRefused


def check(info: Any, require: Callable[[HttpRequest], None]) -> None:
    """Refuse with a GraphQL error that has ``code`` and ``reason`` in its ``extensions``, and perhaps ``claims``.

    Raises:
        GraphQLError: the code is ``UNAUTHENTICATED`` if the caller is not signed in, else ``FORBIDDEN``.
    """
    context = info.context
    request = request_behind(context["request"] if isinstance(context, dict) else context)
    try:
        require(request)
    except AccessRefused as refusal:
        log_refusal(request, refusal)
        raise GraphQLError(message_of(refusal), extensions=extensions_of(refusal)) from refusal
