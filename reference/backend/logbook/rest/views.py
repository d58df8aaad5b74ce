"""The views at `/api/`."""

from typing import Any

from django.http import HttpRequest
from django_entrance.contrib.rest_framework import EntraAuthentication
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from logbook.access import Right
from logbook.entries import cut_page, find_entries, remove, rewrite, write
from logbook.input import read_page_size, read_search, read_tag
from logbook.rest.authentication import OwnSessionAuthentication, OwnTokenAuthentication
from logbook.rest.errors import BoundedJSONParser
from logbook.rest.permissions import IsCaller, SecondProof, needs, signed_in
from logbook.rest.serializers import EntryInput, EntryPageSerializer, EntrySerializer, PageInput, ViewerSerializer

RIGHTS = {"GET": Right.READ, "HEAD": Right.READ, "POST": Right.WRITE, "PUT": Right.WRITE, "DELETE": Right.MANAGE}


class LogView(APIView):
    """Base class: each method needs its right."""

    authentication_classes = (EntraAuthentication, OwnTokenAuthentication, OwnSessionAuthentication)
    parser_classes = (BoundedJSONParser,)
    renderer_classes = (JSONRenderer,)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Read the body by Django's rules, which limit its size."""
        bool(request.body)
        return super().initialize_request(request, *args, **kwargs)

    def get_permissions(self) -> list[Any]:
        right = RIGHTS.get(getattr(self.request, "method", None) or "")  # drf-spectacular may have no request
        proof = [SecondProof()] if right is Right.MANAGE else []
        return [IsCaller() if right is None else needs(right)(), *proof]


class Entries(LogView):
    @extend_schema(parameters=[PageInput], responses=EntryPageSerializer, operation_id="entries")
    def get(self, request: Request) -> Response:
        """Entries, newest first. Every word of `search` must be in the text, tags or author's names."""
        asked = read(PageInput, request.query_params)
        found = find_entries(read_search(asked["search"]), read_tag(asked["tag"]) if "tag" in asked else None)
        page = cut_page(found, size=read_page_size(asked["first"]), after=asked.get("after"))
        after = page.entries[-1].pk if page.has_next else None
        shown = EntryPageSerializer({"entries": page.entries, "after": after}, context={"request": request})
        return Response(shown.data)

    @extend_schema(request=EntryInput, responses={201: EntrySerializer}, operation_id="addEntry")
    def post(self, request: Request) -> Response:
        """Add an entry."""
        entry = write(signed_in(request), **read_entry(request))
        return Response(EntrySerializer(entry, context={"request": request}).data, status=201)


class OneEntry(LogView):
    @extend_schema(request=EntryInput, responses=EntrySerializer, operation_id="editEntry")
    def put(self, request: Request, key: str) -> Response:
        """Edit your own entry."""
        entry = rewrite(signed_in(request), key, **read_entry(request))
        return Response(EntrySerializer(entry, context={"request": request}).data)

    @extend_schema(responses={204: None}, operation_id="deleteEntry")
    def delete(self, request: Request, key: str) -> Response:
        """Delete any entry."""
        remove(signed_in(request), key)
        return Response(status=204)


class Viewer(LogView):
    def get_permissions(self) -> list[Any]:
        return [IsCaller()]

    @extend_schema(responses=ViewerSerializer, operation_id="viewer")
    def get(self, request: Request) -> Response:
        """The signed-in user and their rights."""
        return Response(ViewerSerializer(signed_in(request)).data)


def read_entry(request: Request) -> dict[str, Any]:
    return {"tags": []} | read(EntryInput, request.data)


def read(shape: type[Any], sent: Any) -> dict[str, Any]:
    """Return what was sent, in its shape.

    Raises:
        ValidationError: it has another one.
    """
    serializer = shape(data=sent)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
