"""Context of the resolvers."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from strawberry.channels import GraphQLWSConsumer
from strawberry.django.context import StrawberryDjangoContext
from strawberry.types import Info as StrawberryInfo

from logbook.access import Caller, caller_of


@dataclass
class Context(StrawberryDjangoContext):
    request: HttpRequest

    @cached_property
    def caller(self) -> Caller | None:
        """The caller, looked up once per request."""
        return caller_of(self.request)


@dataclass
class LiveContext:
    """Context of a live connection. Each subscription sets the caller again with each entry."""

    request: HttpRequest
    ws: GraphQLWSConsumer["LiveContext", None]
    caller: Caller | None = None


LiveInfo = StrawberryInfo[LiveContext, None]
Info = StrawberryInfo[Context, None]
