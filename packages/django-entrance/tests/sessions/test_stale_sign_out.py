"""A stale session can be ended by each view that only ends it; other views are refused."""

import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from browsing import NAVIGATION, username
from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_entrance.decorators import ends_session
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from project_urls import urlpatterns as of_project
from scripted_microsoft import ScriptedMicrosoft

pytestmark = pytest.mark.django_db


class OwnLogoutView(LogoutView):
    next_page = "/bye/"


class AllauthLogoutView(View):
    """Stands where allauth has its own, which does not inherit from Django's."""

    def post(self, request: HttpRequest) -> HttpResponse:
        return leave(request)


AllauthLogoutView.__module__, AllauthLogoutView.__qualname__ = "allauth.account.views", "LogoutView"


@method_decorator(ends_session, name="dispatch")
class MarkedView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        return leave(request)


class UnmarkedView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        return leave(request)


def leave(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponse("Bye.")


@require_POST
@ends_session
def marked(request: HttpRequest) -> HttpResponse:
    return leave(request)


@ends_session
async def marked_async(request: HttpRequest) -> HttpResponse:
    return await sync_to_async(leave)(request)


class OwnSite(admin.AdminSite):
    @method_decorator(never_cache)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().logout(request, extra_context)


own = OwnSite(name="own")
urlpatterns = [
    path("logout/", LogoutView.as_view(next_page="/bye/")),
    path("own-logout/", OwnLogoutView.as_view()),
    path("decorated/", never_cache(LogoutView.as_view(next_page="/bye/"))),
    path("allauth/", AllauthLogoutView.as_view()),
    path("marked/", marked),
    path("marked-async/", marked_async),
    path("marked-class/", MarkedView.as_view()),
    path("unmarked/", leave),
    path("unmarked-class/", UnmarkedView.as_view()),
    path("admin/", admin.site.urls),
    path("own-admin/", own.urls),
    path("inner/", include(([path("logout/", LogoutView.as_view(next_page="/bye/"))], "inner"))),
    *of_project,
]

ENDING = [
    *("/logout/", "/own-logout/", "/decorated/", "/allauth/", "/inner/logout/"),
    *("/marked/", "/marked-async/", "/marked-class/", "/admin/logout/", "/own-admin/logout/"),
]


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft, any_client: Any, settings: Any) -> Any:
    """The browser of a member of staff, in a session that Entra must be asked about again."""
    settings.ROOT_URLCONF = __name__
    microsoft.sign_in(any_client)
    User.objects.update(is_staff=True)
    session = any_client.session
    session[KEY] = session[KEY] | {"checked": int(time.time()) - 3_601}
    session.save()
    return any_client


@pytest.mark.parametrize("headers", [NAVIGATION, {"accept": "application/json"}], ids=["a form", "a program"])
@pytest.mark.parametrize("place", ENDING)
def test_a_view_that_only_ends_the_session_is_served(stale: Any, place: str, headers: dict[str, str]) -> None:
    answer = stale.post(place, headers=headers)
    assert answer.status_code in (200, 302)
    assert username(stale) == ""
    assert not EntraSession.objects.exists()


@pytest.mark.parametrize("place", ["/unmarked/", "/unmarked-class/", "/", "/nowhere/", "/admin/", "/own-admin/"])
def test_another_view_is_refused(stale: Any, place: str) -> None:
    answer = stale.post(place, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "session_stale")
    assert EntraSession.objects.exists()
