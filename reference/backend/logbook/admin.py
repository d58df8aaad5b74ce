"""Django's admin for entries."""

from django.contrib import admin

from logbook.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes none
    list_display = ("text", "author", "created_at")
    list_select_related = ("author",)
    search_fields = ("text", "author__username")
    date_hierarchy = "created_at"
