"""The schema, exported to `schema.graphql` beside `manage.py`."""

from collections.abc import Callable
from functools import partial

from graphql import GraphQLError, ValidationRule
from strawberry import Schema
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, SchemaExtension
from strawberry.types import ExecutionContext

from logbook.graphql.errors import is_unexpected, log
from logbook.graphql.limits import MAX_TOKENS, DocumentLimits, NoSubscriptions
from logbook.graphql.mutations import Mutation
from logbook.graphql.queries import Query
from logbook.graphql.subscriptions import Subscription


class LogbookSchema(Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log unexpected errors. Refusals are expected and not logged."""
        for error in filter(is_unexpected, errors):
            log.error("Unexpected error in %s", error.path, exc_info=error.original_error)


def extensions_with(*rules: type[ValidationRule]) -> list[Callable[[], SchemaExtension]]:
    """Return the limits of every door, with the rules of one."""
    return [partial(MaxTokensLimiter, MAX_TOKENS), partial(AddValidationRules, [DocumentLimits, *rules])]


schema = LogbookSchema(
    query=Query, mutation=Mutation, subscription=Subscription, extensions=extensions_with(NoSubscriptions)
)
