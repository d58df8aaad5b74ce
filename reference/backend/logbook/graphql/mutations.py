"""The mutations of the schema."""

from datetime import datetime

import strawberry
from accounts.sign_in import InvalidCredentials, TooManyAttempts
from accounts.sign_in import sign_in as sign_in_with_password

from logbook import entries
from logbook.access import Right
from logbook.graphql.context import Info
from logbook.graphql.errors import invalid_credentials
from logbook.graphql.permissions import SecondProof, needs, signed_in
from logbook.graphql.types import Entry

NO_TAGS: list[str] = []  # a default argument; never modified


@strawberry.type(description="A token for `Authorization: Bearer …`.")
class SignInPayload:
    token: str
    expires_at: datetime


def sign_in(info: Info, username: str, password: str) -> SignInPayload:
    try:
        own_token = sign_in_with_password(info.context.request, username, password)
    except InvalidCredentials:
        raise invalid_credentials("The username or password is wrong.", "credentials_wrong") from None
    except TooManyAttempts:
        message = "Too many attempts. Try again in 15 minutes."
        raise invalid_credentials(message, "too_many_attempts") from None
    return SignInPayload(token=own_token.token, expires_at=own_token.expires_at)


def add_entry(info: Info, text: str, tags: list[str] = NO_TAGS) -> Entry:
    return entries.write(signed_in(info), text, tags)  # type: ignore[return-value]


def edit_entry(info: Info, id: strawberry.ID, text: str, tags: list[str] = NO_TAGS) -> Entry:
    return entries.rewrite(signed_in(info), id, text, tags)  # type: ignore[return-value]


def delete_entry(info: Info, id: strawberry.ID) -> strawberry.ID:
    entries.remove(signed_in(info), id)
    return id


@strawberry.type
class Mutation:
    sign_in: SignInPayload = strawberry.mutation(
        resolver=sign_in, description="Sign in with a Logbook user name and password."
    )
    add_entry: Entry = strawberry.mutation(
        resolver=add_entry, permission_classes=needs(Right.WRITE), description="Add an entry."
    )
    edit_entry: Entry = strawberry.mutation(
        resolver=edit_entry, permission_classes=needs(Right.WRITE), description="Edit your own entry."
    )
    delete_entry: strawberry.ID = strawberry.mutation(
        resolver=delete_entry,
        permission_classes=[*needs(Right.MANAGE), SecondProof],
        description="Delete any entry. A person of Microsoft's gives a second proof first.",
    )
