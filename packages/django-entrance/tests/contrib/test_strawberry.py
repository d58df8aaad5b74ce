import asyncio
from typing import Any

import pytest
import strawberry
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django_entrance.contrib.strawberry import HasAppRole, HasScope, IsSignedIn
from django_entrance.middleware import EntraRequest
from django_entrance.verification.identify import identify
from scripted import K1, NOW, ScriptedAuthority, claims_v2, token, trust
from strawberry.django.context import StrawberryDjangoContext


@strawberry.type
class Query:
    @strawberry.field(permission_classes=[IsSignedIn])
    def signed_in(self) -> str:
        return "yes"

    @strawberry.field(permission_classes=[HasScope("access_as_user")])
    def scope(self) -> str:
        return "yes"

    @strawberry.field(permission_classes=[HasAppRole("Writer", "Admin")])
    async def app_role(self) -> str:
        return "yes"

    @strawberry.field(permission_classes=[HasScope("log.read-all")])
    async def other_scope(self) -> str:
        return "yes"


schema = strawberry.Schema(Query)


def request_of(claims: dict[str, Any] | None, user: Any) -> HttpRequest:
    request = EntraRequest()
    authority = trust(ScriptedAuthority(keys=[K1.jwk()]))
    request.user = user
    request.entra = identify(token(claims), [authority], now=NOW) if claims else None
    return request


ADMIN = request_of(claims_v2(roles=["Admin"]), User(username="ada"))
READER = request_of(claims_v2(roles=["Reader"]), User(username="alan"))
PASSWORD = request_of(None, User(username="barbara"))
ANONYMOUS = request_of(None, AnonymousUser())


def ask(field: str, request: HttpRequest, *, as_dict: bool = False) -> Any:
    context = {"request": request} if as_dict else StrawberryDjangoContext(request=request, response=HttpResponse())
    return asyncio.run(schema.execute(f"{{ {field} }}", context_value=context))


@pytest.mark.parametrize(
    ("field", "request_", "extensions"),
    [
        ("signedIn", ADMIN, None),
        ("signedIn", PASSWORD, None),
        ("signedIn", ANONYMOUS, {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}),
        ("scope", READER, None),
        ("scope", PASSWORD, {"code": "FORBIDDEN", "reason": "scope_missing"}),
        ("scope", ANONYMOUS, {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}),
        ("otherScope", ADMIN, {"code": "FORBIDDEN", "reason": "scope_missing"}),
        ("appRole", ADMIN, None),
        ("appRole", READER, {"code": "FORBIDDEN", "reason": "app_role_missing"}),
        ("appRole", PASSWORD, {"code": "FORBIDDEN", "reason": "app_role_missing"}),
        ("appRole", ANONYMOUS, {"code": "UNAUTHENTICATED", "reason": "not_signed_in"}),
    ],
)
@pytest.mark.parametrize("as_dict", [False, True], ids=["object context", "dict context"])
def test_who_may_ask(field: str, request_: HttpRequest, extensions: dict[str, str] | None, as_dict: bool) -> None:
    result = ask(field, request_, as_dict=as_dict)
    if extensions is None:
        assert result.errors is None
        assert result.data == {field: "yes"}
    else:
        assert [error.extensions for error in result.errors] == [extensions]
        assert result.data is None


def test_under_sync_execution() -> None:
    context = StrawberryDjangoContext(request=ANONYMOUS, response=HttpResponse())
    assert schema.execute_sync("{ signedIn }", context_value=context).errors
    context = StrawberryDjangoContext(request=PASSWORD, response=HttpResponse())
    assert schema.execute_sync("{ signedIn }", context_value=context).data == {"signedIn": "yes"}
