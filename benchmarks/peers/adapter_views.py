"""One view in each framework, with ours, with the framework's own session, and with other packages' tokens."""

from typing import Any

OURS, OWN, ALLAUTH = "ours", "own session", "allauth"


def rest_view(authentication: type[Any], permission: type[Any]) -> Any:
    from rest_framework.renderers import JSONRenderer
    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView

    class Whoami(APIView):
        authentication_classes = (authentication,)
        permission_classes = (permission,)
        renderer_classes = (JSONRenderer,)

        def get(self, request: Request) -> Response:
            return Response({"me": request.user.get_username()})

    return Whoami.as_view()


def rest_views(side: str) -> dict[str, Any]:
    from rest_framework.authentication import SessionAuthentication
    from rest_framework.permissions import IsAuthenticated

    if side == OURS:
        from django_entrance.contrib.rest_framework import EntraAuthentication, IsSignedIn

        return {"rest": rest_view(EntraAuthentication, IsSignedIn)}
    if side == OWN:
        from rest_framework_simplejwt.authentication import JWTAuthentication

        views = {"rest": SessionAuthentication, "rest-simplejwt": JWTAuthentication}
    else:
        from allauth.headless.contrib.rest_framework import authentication as allauth

        views = {
            "rest-allauth-session": allauth.XSessionTokenAuthentication,
            "rest-allauth-jwt": allauth.JWTTokenAuthentication,
        }
    return {name: rest_view(each, IsAuthenticated) for name, each in views.items()}


def ninja_views(side: str) -> dict[str, Any]:
    from ninja import NinjaAPI
    from ninja.security import django_auth

    if side == OURS:
        from django_entrance.contrib.ninja import EntraAuth

        auths = {"": EntraAuth()}
    elif side == OWN:
        auths = {"": django_auth}
    else:
        from allauth.headless.contrib.ninja.security import jwt_token_auth, x_session_token_auth

        auths = {"allauth-session": x_session_token_auth, "allauth-jwt": jwt_token_auth}

    def whoami(request: Any) -> dict[str, str]:
        return {"me": request.user.get_username()}

    api = NinjaAPI(docs_url=None, openapi_url=None)
    for name, auth in auths.items():
        api.get(f"/{name}", auth=auth)(whoami)
    return {"ninja": api.urls}


def strawberry_views(side: str) -> dict[str, Any]:
    import strawberry
    from strawberry.django.views import GraphQLView

    if side == OURS:
        from django_entrance.contrib.strawberry import IsSignedIn

        options: dict[str, Any] = {"permission_classes": [IsSignedIn]}
    else:
        from strawberry_django.permissions import IsAuthenticated

        options = {"extensions": [IsAuthenticated()]}

    @strawberry.type
    class Query:
        @strawberry.field(**options)
        def me(self, info: strawberry.Info) -> str:
            return str(info.context.request.user.get_username())

    return {"strawberry": GraphQLView.as_view(schema=strawberry.Schema(Query))}


def graphene_views(side: str) -> dict[str, Any]:
    import graphene
    from graphene_django.views import GraphQLView

    def own(resolver: Any) -> Any:
        def checked(root: Any, info: Any) -> Any:
            if not info.context.user.is_authenticated:
                raise PermissionError
            return resolver(root, info)

        return checked

    if side == OURS:
        from django_entrance.contrib.graphene import signed_in_required as required
    else:
        required = own

    class Query(graphene.ObjectType):
        me = graphene.String()

        @required
        def resolve_me(root: Any, info: Any) -> str:
            return str(info.context.user.get_username())

    return {"graphene": GraphQLView.as_view(schema=graphene.Schema(query=Query))}
