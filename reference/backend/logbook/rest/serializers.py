"""The shapes of the answers, and of what is sent. ``logbook.input`` says what may be stored."""

from typing import Any

from rest_framework.fields import (
    CharField,
    DateTimeField,
    IntegerField,
    ListField,
    SerializerMethodField,
)
from rest_framework.serializers import ModelSerializer, Serializer

from logbook.access import Caller, Right
from logbook.input import LONGEST_SEARCH, LONGEST_TAG, LONGEST_TEXT, MOST_TAGS
from logbook.models import Entry
from logbook.rest.permissions import signed_in


class AuthorSerializer(Serializer[Any]):
    username = CharField()
    fullName = SerializerMethodField()

    def get_fullName(self, author: Any) -> str:
        return str(author.get_full_name() or author.username)


class EntrySerializer(ModelSerializer[Entry]):
    """An entry, and what the caller may do with it."""

    author = AuthorSerializer()
    createdAt = DateTimeField(source="created_at")
    editedAt = DateTimeField(source="edited_at", allow_null=True)
    tags = SerializerMethodField()
    canEdit = SerializerMethodField()
    canDelete = SerializerMethodField()

    class Meta:
        model = Entry
        fields = ("id", "author", "createdAt", "editedAt", "text", "tags", "canEdit", "canDelete")

    def get_tags(self, entry: Entry) -> list[str]:
        return [tag.name for tag in entry.tags.all()]

    def get_canEdit(self, entry: Entry) -> bool:
        return signed_in(self.context["request"]).may_edit(entry)

    def get_canDelete(self, entry: Entry) -> bool:
        return signed_in(self.context["request"]).may_delete(entry)


class EntryPageSerializer(Serializer[Any]):
    entries = EntrySerializer(many=True)
    after = IntegerField(allow_null=True, help_text="Send it as `after` for the next page. Null on the last one.")


class EntryInput(Serializer[Any]):
    text = CharField(allow_blank=True, trim_whitespace=False, help_text=f"1 to {LONGEST_TEXT} characters.")
    tags = ListField(
        child=CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        help_text=f"At most {MOST_TAGS} tags of 1 to {LONGEST_TAG} characters.",
    )


class PageInput(Serializer[Any]):
    search = CharField(required=False, default="", allow_blank=True, help_text=f"At most {LONGEST_SEARCH} characters.")
    tag = CharField(required=False)
    first = IntegerField(required=False, default=20)
    after = IntegerField(required=False)


class ViewerSerializer(Serializer[Any]):
    """The signed-in user and their rights."""

    username = CharField(source="user.username")
    fullName = CharField(source="full_name")
    roles = SerializerMethodField()
    canWrite = SerializerMethodField()
    canManage = SerializerMethodField()

    def get_roles(self, caller: Caller) -> list[str]:
        return sorted(caller.roles)

    def get_canWrite(self, caller: Caller) -> bool:
        return caller.has(Right.WRITE)

    def get_canManage(self, caller: Caller) -> bool:
        return caller.has(Right.MANAGE)
