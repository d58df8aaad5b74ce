import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django_entrance.backends import EntraBackend
from django_entrance.verification.identify import identify
from scripted import K1, NOW, ScriptedAuthority, token, trust

pytestmark = pytest.mark.django_db


def test_an_identity_is_authenticated() -> None:
    identity = identify(token(), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=NOW)
    user = authenticate(None, identity=identity)
    assert isinstance(user, User)
    assert user.username == "ada@contoso.example"
    User.objects.update(is_active=False)
    assert authenticate(None, identity=identity) is None


def test_a_password_is_not_its_business() -> None:
    User.objects.create_user("barbara", password="pw")
    assert authenticate(None, username="barbara", password="pw") is not None


def test_a_session_lives_while_its_user_is_active() -> None:
    user = User.objects.create_user("ada")
    assert EntraBackend().get_user(user.pk) == user
    assert EntraBackend().get_user(user.pk + 1) is None
    User.objects.update(is_active=False)
    assert EntraBackend().get_user(user.pk) is None
