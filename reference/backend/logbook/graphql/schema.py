"""The schema, exported to `schema.graphql` beside `manage.py`."""

from graphql import GraphQLError
from strawberry import Schema
from strawberry.extensions import AddValidationRules, MaxTokensLimiter
from strawberry.types import ExecutionContext

from logbook.graphql.errors import is_unexpected, log
from logbook.graphql.limits import MAX_TOKENS, DocumentLimits
from logbook.graphql.mutations import Mutation
from logbook.graphql.queries import Query


class LogbookSchema(Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log unexpected errors. Refusals are expected and not logged."""
        for error in filter(is_unexpected, errors):
            log.error("Unexpected error in %s", error.path, exc_info=error.original_error)


schema = LogbookSchema(
    query=Query,
    mutation=Mutation,
    extensions=[lambda: MaxTokensLimiter(MAX_TOKENS), lambda: AddValidationRules([DocumentLimits])],
)
