"""Who the person is at Microsoft, asked of Microsoft Graph as that person."""

import logging

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_entrance.entra.graph import graph
from django_entrance.entra.graph_faults import GraphError

SHOWN = ("displayName", "userPrincipalName", "mail", "jobTitle")

log = logging.getLogger(__name__)


@require_safe
@never_cache
def who_am_i(request: HttpRequest) -> JsonResponse:
    """Return the person's names at Microsoft. EntraMiddleware answers what `graph` refuses, such as missing consent."""
    try:
        me = graph(request, "User.Read").get("/me", select=",".join(SHOWN))
    except GraphError as error:
        log.warning("Microsoft Graph did not tell who the person is: %s", error)
        problem = {"type": "about:blank", "title": "Microsoft Graph did not answer as expected", "status": 502}
        return JsonResponse(problem, status=502, content_type="application/problem+json")
    return JsonResponse({name: me.get(name) for name in SHOWN})
