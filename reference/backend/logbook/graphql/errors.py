"""Errors with a `code` in `extensions`. All others are masked."""

import logging

from graphql import GraphQLError

log = logging.getLogger("logbook")


def forbidden(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "FORBIDDEN", "reason": "role_missing"})


def unauthenticated(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "UNAUTHENTICATED", "reason": "not_signed_in"})


def bad_input(field: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_INPUT", "field": field})


def not_found(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "NOT_FOUND"})


def invalid_credentials(message: str, reason: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "INVALID_CREDENTIALS", "reason": reason})


def presentable(error: GraphQLError) -> GraphQLError:
    """Add a code to the error and hide internal details."""
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
    """Return whether the error is an exception of this program, not an invalid document."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError)
