"""Adds a page to the admin of events that explains a reason, a code, an event's id or a token.

A token is decoded by the page's own script, in the browser's memory: its field has no name, so no form sends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from django_entrance.entra.authorities import configured_authorities
from django_entrance.explaining.codes import code_in, explain_code
from django_entrance.explaining.events import events_of, explain_events
from django_entrance.explaining.near_matches import near_matches
from django_entrance.explaining.reasons import explain_reason, refusal_for
from django_entrance.explaining.tokens import MEANINGS
from django_entrance.models import SignInEvent

if TYPE_CHECKING:  # the mixin stands before a class of ModelAdmin
    OfModelAdmin = admin.ModelAdmin[Any]
else:
    OfModelAdmin = object

LONGEST_QUESTION = 64
"""Characters. No reason, code or id is longer, and no token is as short."""


class Explains(OfModelAdmin):
    """Offers the page *Explain*, for those who may see events."""

    change_list_template = "django_entrance/admin_events.html"

    def get_urls(self) -> Any:
        name = f"{self.opts.app_label}_explain"
        return [path("explain/", self.admin_site.admin_view(self.explain), name=name), *super().get_urls()]

    def explain(self, request: HttpRequest) -> HttpResponse:
        """Answer the question in the query's ``what``."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        what = request.GET.get("what", "").strip()
        lines = list(answer(what, self.get_queryset(request))) if what else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Explain"),
            "opts": self.opts,
            "longest": LONGEST_QUESTION,
            "what": what[:LONGEST_QUESTION],
            "lines": lines,
            "near_matches": near_matches(what[:LONGEST_QUESTION]) if what and not lines else [],
            "here": settings_of_tokens(),
        }
        response = TemplateResponse(request, "django_entrance/admin_explain.html", context)
        add_never_cache_headers(response)
        return response


def answer(what: str, events: QuerySet[SignInEvent]) -> Iterable[str]:
    """Return the explanation of a reason, a code or the correlation id of one of ``events``; none of another text."""
    refusal, code = refusal_for(what), code_in(what)
    if refusal is not None:
        return explain_reason(refusal)
    if code is not None:
        return explain_code(code)
    found = events_of(what, events) if len(what) <= LONGEST_QUESTION and what.isprintable() else []
    return explain_events(found)


def settings_of_tokens() -> dict[str, Any]:
    """Return what the page's script compares a token with. All of it is public, or seen in every token."""
    return {
        "meanings": dict(MEANINGS),
        "authorities": [
            {
                "name": authority.name,
                "issuers": sorted(authority.issuers),
                "audiences": sorted(authority.policy.audiences),
                "clients": sorted(authority.policy.allowed_clients or ()),
                "scopes": sorted(authority.policy.required_scopes),
                "scope": f"{authority.policy.app_id_uri}/.default",
            }
            for authority in configured_authorities()
        ],
    }
