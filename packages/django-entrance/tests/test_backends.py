import pytest
from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django_entrance.backends import EntraBackend
from django_entrance.verification.identify import identify
from scripted import ADA, K1, NOW, ScriptedAuthority, token, trust

pytestmark = pytest.mark.django_db


def test_an_identity_is_authenticated() -> None:
    identity = identify(token(), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=NOW)
    user = authenticate(None, identity=identity)
    assert isinstance(user, User)
    assert user.username == "ada@contoso.example"
    User.objects.update(is_active=False)
    assert authenticate(None, identity=identity) is None


def test_a_user_that_authenticate_returned_can_be_logged_in(rf: RequestFactory) -> None:
    identity = identify(token(), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=NOW)
    request = rf.post("/")
    request.session = SessionStore()
    user = authenticate(request, identity=identity)
    assert user is not None
    login(request, user)
    assert request.session["_auth_user_backend"] == "django_entrance.backends.EntraBackend"


def test_any_other_user_is_logged_in_with_the_backend_named(rf: RequestFactory) -> None:
    """With two backends, Django needs the name of one."""
    request = rf.post("/")
    request.session = SessionStore()
    user = User.objects.create_user("ada")
    with pytest.raises(ValueError, match="multiple authentication backends"):
        login(request, user)
    login(request, user, backend="django_entrance.backends.EntraBackend")
    assert request.session["_auth_user_id"] == str(user.pk)


def test_who_may_not_enter_is_logged(rf: RequestFactory, caplog: pytest.LogCaptureFixture) -> None:
    identity = identify(token(), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=NOW)
    authenticate(None, identity=identity)
    User.objects.update(is_active=False)
    for request in (None, rf.post("/sign-in/?code=secret")):
        assert authenticate(request, identity=identity) is None
    lines = [each.getMessage() for each in caplog.records if each.name == "django_entrance"]
    assert [line.partition(" to ")[0] for line in lines] == [
        "Refused user_disabled (403) at no request",
        "Refused user_disabled (403) at POST /sign-in/",
    ]
    assert all(f"object_id {ADA}" in line for line in lines)


def test_a_password_is_not_its_business() -> None:
    User.objects.create_user("barbara", password="pw")
    assert authenticate(None, username="barbara", password="pw") is not None


def test_a_session_lives_while_its_user_is_active() -> None:
    user = User.objects.create_user("ada")
    assert EntraBackend().get_user(user.pk) == user
    assert EntraBackend().get_user(user.pk + 1) is None
    User.objects.update(is_active=False)
    assert EntraBackend().get_user(user.pk) is None
