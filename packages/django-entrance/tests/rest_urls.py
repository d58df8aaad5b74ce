"""Views of Django REST framework with each permission, and what REST framework's own permissions do beside them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.urls import include, path
from django_entrance.contrib.rest_framework import (
    EntraAuthentication,
    HasAppRole,
    HasAuthenticationContext,
    HasScope,
    IsSignedIn,
)
from django_entrance.permissions import require_app_role
from drf_spectacular.views import SpectacularAPIView
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAdminUser, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Serializer
from rest_framework.views import APIView


class OwnMessage(BasePermission):
    """A permission of the project's, which refuses in its own words."""

    message = "Only on Mondays."
    code = "not_monday"

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method == "OPTIONS"


class OfObjects(IsSignedIn):
    """A permission that refuses an object alone."""

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        return False


class Answer(Serializer[Any]):
    user = CharField()
    door = CharField()


class RestView(APIView):
    authentication_classes: tuple[type[BaseAuthentication], ...] = (EntraAuthentication, SessionAuthentication)
    serializer_class = Answer

    def get(self, request: Request) -> Response:
        door = getattr(request.auth, "door", "")
        return Response({"user": request.user.get_username(), "door": door})

    def post(self, request: Request) -> Response:
        return self.get(request)


class SessionFirst(RestView):
    authentication_classes = (SessionAuthentication, EntraAuthentication)


class OwnKey(BaseAuthentication):
    """Credentials of the project's own, for the only user. They need no CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        return (get_user_model().objects.get(), "key") if "X-Key" in request.headers else None


class KeyFirst(RestView):
    authentication_classes = (OwnKey, EntraAuthentication)
    schema = None  # drf-spectacular does not know the key


class OneObject(RestView):
    def get(self, request: Request) -> Response:
        self.check_object_permissions(request, object())
        return super().get(request)


class AsksInside(RestView):
    def get(self, request: Request) -> Response:
        require_app_role(request._request, "Writer")
        return super().get(request)


class Lazy(RestView):
    """REST framework's way to authenticate only when it is asked."""

    def perform_authentication(self, request: Request) -> None:
        pass


class RoleToWrite(RestView):
    def get_permissions(self) -> list[Any]:
        return [IsSignedIn()] if self.request.method in SAFE_METHODS else [HasAppRole("Admin")()]


class Broken(RestView):
    def get(self, request: Request) -> Response:
        raise PermissionError("not one of ours")


PERMISSIONS: dict[str, list[Any]] = {
    "open": [AllowAny],
    "theirs": [IsAuthenticated],
    "signed-in": [IsSignedIn],
    "scope": [HasScope("log.read")],
    "app-role": [HasAppRole("Writer", "Admin")],
    "context": [HasAuthenticationContext("delete")],
    "and": [IsSignedIn & HasScope("log.read") & HasAppRole("Admin")],
    "or": [HasScope("log.read") | HasAppRole("Admin")],
    "not": [~HasAppRole("Reader")],
    "theirs-and-ours": [IsAuthenticated & HasAppRole("Admin")],
    "theirs-or-ours": [IsAdminUser | HasAuthenticationContext("delete")],
    "ours-or-theirs": [HasAppRole("Admin") | IsAdminUser],
    "nested": [(HasScope("log.read") | IsAdminUser) & (HasAppRole("Admin") | OwnMessage)],
    "own-words": [IsSignedIn & OwnMessage],
    "own-words-in-or": [IsAdminUser | (IsSignedIn & OwnMessage)],
    "passed-then-theirs": [HasAppRole("Admin") | IsAuthenticated, OwnMessage],
}


urlpatterns = [
    *[path(f"{name}/", RestView.as_view(permission_classes=each)) for name, each in PERMISSIONS.items()],
    path("session-first/", SessionFirst.as_view(permission_classes=[IsSignedIn])),
    path("session-first-theirs/", SessionFirst.as_view(permission_classes=[IsAuthenticated])),
    path("session-first-app-role/", SessionFirst.as_view(permission_classes=[HasAppRole("Admin")])),
    path("key-first/", KeyFirst.as_view(permission_classes=[HasAppRole("Admin") & HasAuthenticationContext("delete")])),
    path("object/", OneObject.as_view(permission_classes=[IsSignedIn & OfObjects])),
    path("object-alone/", OneObject.as_view(permission_classes=[OfObjects])),
    path("object-or/", OneObject.as_view(permission_classes=[OfObjects | HasAppRole("Admin")])),
    path("asks-inside/", AsksInside.as_view(permission_classes=[])),
    path("lazy/", Lazy.as_view(permission_classes=[HasAppRole("Admin")])),
    path("role-to-write/", RoleToWrite.as_view()),
    path("broken/", Broken.as_view(permission_classes=[])),
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[])),
    path("entrance/", include("django_entrance.urls")),
]
