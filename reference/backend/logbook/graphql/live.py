"""The GraphQL API over WebSockets: subscriptions, and nothing else."""

from collections.abc import AsyncGenerator
from typing import Any

from django_entrance.live.request_in_scope import request_behind
from strawberry.channels import GraphQLWSConsumer
from strawberry.utils.aio import aclosing

from logbook.graphql.context import LiveContext
from logbook.graphql.errors import presentable
from logbook.graphql.limits import OnlySubscriptions
from logbook.graphql.mutations import Mutation
from logbook.graphql.queries import Query
from logbook.graphql.schema import LogbookSchema, extensions_with
from logbook.graphql.subscriptions import Subscription

MOST_SUBSCRIPTIONS = 5
"""Of a connection at a time."""


class LiveSchema(LogbookSchema):
    async def stream(self, *arguments: Any, **options: Any) -> Any:
        """Mask the errors of each result, as the view does."""
        return presented(await super().stream(*arguments, **options))


async def presented(results: Any) -> AsyncGenerator[Any, None]:
    async with aclosing(results):
        async for result in results:
            result.errors = result.errors and [presentable(error) for error in result.errors]
            yield result


class LiveConsumer(GraphQLWSConsumer[LiveContext, None]):
    async def get_context(self, request: Any, response: Any) -> LiveContext:
        handshake = request_behind(request)
        handshake.has_own_token = request.scope["entrance.own_login"]  # type: ignore[attr-defined]
        return LiveContext(request=handshake, ws=request)


live_schema = LiveSchema(
    query=Query, mutation=Mutation, subscription=Subscription, extensions=extensions_with(OnlySubscriptions)
)
live_graphql = LiveConsumer.as_asgi(schema=live_schema, max_subscriptions_per_connection=MOST_SUBSCRIPTIONS)
