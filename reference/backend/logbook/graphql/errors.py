"""Errors with a `code` in `extensions`. All others are masked."""

import logging

from graphql import GraphQLError

from logbook.refusals import LogbookRefused

log = logging.getLogger("logbook")


def unauthenticated(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "UNAUTHENTICATED", "reason": "not_signed_in"})


def invalid_credentials(message: str, reason: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "INVALID_CREDENTIALS", "reason": reason})


def presentable(error: GraphQLError) -> GraphQLError:
    """Add a code to the error and hide internal details."""
    refused = error.original_error
    extensions = {"code": "BAD_INPUT"} | (error.extensions or {})
    if isinstance(refused, LogbookRefused):
        extensions = {"code": refused.code} | refused.facts
    if is_unexpected(error):
        extensions = {"code": "UNEXPECTED"}
    return GraphQLError(
        "Logbook could not do this." if is_unexpected(error) else error.message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def is_unexpected(error: GraphQLError) -> bool:
    """Return whether the error is an exception of this program, not an invalid document."""
    return error.original_error is not None and not isinstance(error.original_error, GraphQLError | LogbookRefused)
