"""Answers refusals that a resolver lets pass, such as those of ``on_behalf_of.token_for``, as GraphQL errors."""

from collections.abc import Iterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.contrib.graphql_errors import extensions_of, message_of
from django_entrance.contrib.strawberry.asking import request_of
from django_entrance.verification.errors import AccessRefused, CallUnanswered


class AnswerRefusals(SchemaExtension):
    """Gives refusals of resolvers the ``extensions`` that those of permission classes have, and logs them.

    ``strawberry.Schema(…, extensions=[AnswerRefusals])``. Without it their message would tell what was expected.
    """

    def on_operation(self) -> Iterator[None]:
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if errors:
            result.errors = [self.told(error) for error in errors]  # type: ignore[union-attr]  # it has errors

    def told(self, error: GraphQLError) -> GraphQLError:
        refusal = error.original_error
        if not isinstance(refusal, AccessRefused | CallUnanswered) or refusal.caller is not None:
            return error
        log_refusal(request_of(self.execution_context.context), refusal)
        return GraphQLError(message_of(refusal), nodes=error.nodes, path=error.path, extensions=extensions_of(refusal))
