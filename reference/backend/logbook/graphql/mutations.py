"""The mutations of the schema."""

from datetime import datetime

import strawberry
from accounts.sign_in import InvalidCredentials, TooManyAttempts
from accounts.sign_in import sign_in as sign_in_with_password
from django.db import transaction

from logbook import entries, models
from logbook.access import Right
from logbook.graphql.context import Info
from logbook.graphql.errors import forbidden, invalid_credentials, not_found
from logbook.graphql.input import read_tags, read_text
from logbook.graphql.keys import read_key
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
    return entries.add_entry(signed_in(info).user, read_text(text), read_tags(tags))  # type: ignore[return-value]


@transaction.atomic
def edit_entry(info: Info, id: strawberry.ID, text: str, tags: list[str] = NO_TAGS) -> Entry:
    entry = entry_with(id)
    if not signed_in(info).may_edit(entry):
        raise forbidden("Only the author may edit an entry.")
    return entries.edit_entry(entry, read_text(text), read_tags(tags))  # type: ignore[return-value]


@transaction.atomic
def delete_entry(id: strawberry.ID) -> strawberry.ID:
    entry_with(id).delete()
    return id


def entry_with(id: strawberry.ID) -> models.Entry:
    """Return the entry, locked until the transaction ends."""
    key = read_key(id)
    entry = None if key is None else models.Entry.objects.select_for_update().filter(pk=key).first()
    if entry is None:
        raise not_found("This entry is no longer there.")
    return entry


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
