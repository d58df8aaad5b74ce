"""The errors that callers can act on, each with a `code` in `extensions`, and the mask over all others."""

import logging

from graphql import GraphQLError

log = logging.getLogger("logbook")


def forbidden(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "FORBIDDEN", "reason": "role_missing"})


def bad_input(field: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_INPUT", "field": field})


def not_found(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "NOT_FOUND"})


def invalid_credentials(message: str, reason: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "INVALID_CREDENTIALS", "reason": reason})


def presentable(error: GraphQLError) -> GraphQLError:
    """Return the error as callers may see it: with a code, and with nothing of this program's inside."""
    if is_unexpected(error):
        message, code = "Logbook could not do this.", "UNEXPECTED"
    else:
        message, code = error.message, "BAD_INPUT"
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code} | (error.extensions or {}),
    )


def is_unexpected(error: GraphQLError) -> bool:
    """Tell an exception of this program from a document that breaks a rule of GraphQL or of the schema."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)
