"""Django's admin for entries. Who deletes there gives the second proof, too."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from logbook.deletion import require_second_proof
from logbook.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes none
    list_display = ("text", "author", "created_at")
    list_select_related = ("author",)
    search_fields = ("text", "author__username")
    date_hierarchy = "created_at"

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask before the page that asks whether it is meant: so its form is sent once."""
        if self.has_delete_permission(request):
            require_second_proof(request)
        return super().delete_view(request, object_id, extra_context)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> None:
        require_second_proof(request)
        super().delete_queryset(request, queryset)
