"""The types of the schema."""

import strawberry
import strawberry_django
from accounts.signed_in import SignInMethod
from django.contrib.auth.models import User
from django.db.models import QuerySet
from strawberry import auto
from strawberry.relay import PageInfo, to_base64

from logbook import models
from logbook.access import Caller, Right
from logbook.entries import Page
from logbook.graphql.context import Info
from logbook.graphql.permissions import signed_in
from logbook.reasons import Source, reasons_of

CURSOR = "entry"

strawberry.enum(SignInMethod, description="Sign-in method.")


strawberry.enum(Source, name="RoleSource", description="What gives a role.")


@strawberry.type(description="Why the signed-in user has a role.")
class RoleReason:
    role: str
    source: Source
    name: str = strawberry.field(description="The app role, or the object id of the group. Empty for Logbook.")


@strawberry.type(description="The signed-in user and their rights.")
class Viewer:
    caller: strawberry.Private[Caller]
    username: str
    email: str
    full_name: str
    signed_in_with: SignInMethod
    roles: list[str]
    can_read: bool
    can_write: bool
    can_manage: bool

    @strawberry.field
    def role_reasons(self) -> list[RoleReason]:
        reasons = reasons_of(self.caller.user, self.caller.roles)
        return [RoleReason(role=each.role, source=each.source, name=each.name) for each in reasons]


def viewer_of(caller: Caller) -> Viewer:
    return Viewer(
        caller=caller,
        username=caller.user.username,
        email=caller.user.email,
        full_name=caller.full_name,
        signed_in_with=caller.signed_in_with,
        roles=sorted(caller.roles),
        can_read=caller.has(Right.READ),
        can_write=caller.has(Right.WRITE),
        can_manage=caller.has(Right.MANAGE),
    )


@strawberry_django.type(User, description="The author of an entry.")
class Author:
    username: auto

    @strawberry.field
    def full_name(self, root: strawberry.Parent[User]) -> str:
        return root.get_full_name() or root.username


@strawberry_django.type(models.Entry, description="An entry of the log.")
class Entry:
    id: auto
    author: Author
    created_at: auto
    edited_at: auto
    text: auto

    @strawberry.field
    def tags(self, root: strawberry.Parent[models.Entry]) -> list[str]:
        return [tag.name for tag in root.tags.all()]

    @strawberry.field
    def can_edit(self, root: strawberry.Parent[models.Entry], info: Info) -> bool:
        return signed_in(info).may_edit(root)

    @strawberry.field
    def can_delete(self, root: strawberry.Parent[models.Entry], info: Info) -> bool:
        return signed_in(info).may_delete(root)


@strawberry.type
class EntryEdge:
    node: Entry
    cursor: str


@strawberry.type(description="A page of entries, newest first (Relay cursor connection).")
class EntryConnection:
    edges: list[EntryEdge]
    page_info: PageInfo
    found: strawberry.Private[QuerySet[models.Entry]]

    @strawberry.field
    def total_count(self) -> int:
        return self.found.count()


def connection_of(page: Page, found: QuerySet[models.Entry], after: int | None) -> EntryConnection:
    edges = [EntryEdge(node=entry, cursor=to_base64(CURSOR, entry.pk)) for entry in page.entries]  # type: ignore[arg-type]
    page_info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return EntryConnection(edges=edges, page_info=page_info, found=found)
