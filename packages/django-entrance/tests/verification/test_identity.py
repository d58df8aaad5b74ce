import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity, first_text
from scripted import ADA, NOW, OTHER_TENANT, TENANT, Json, claims_v1, claims_v2, token


def identity_of(authority: Authority, claims: Json) -> Identity:
    identity = identify(token(claims), [authority], now=NOW)
    assert identity is not None
    return identity


def test_identity_speaks_our_words(authority: Authority) -> None:
    identity = identity_of(authority, claims_v2(scp="access_as_user more"))
    assert identity.name == "Ada Lovelace"
    assert identity.username == "ada@contoso.example"
    assert identity.scopes == {"access_as_user", "more"}
    assert identity.app_roles == {"Admin"}
    assert identity.expires_at == NOW + 3600
    assert not identity.is_guest


def test_v1_tokens_name_the_person_in_other_claims(authority: Authority) -> None:
    assert identity_of(authority, claims_v1()).username == "ada@contoso.example"
    assert identity_of(authority, claims_v1(upn=None)).username == "ada@contoso.example"
    assert identity_of(authority, claims_v1(upn=None, unique_name=None)).username == ""


@pytest.mark.parametrize("roles", [None, "Admin", {"Admin": 1}, [], [5, {}]])
def test_roles_of_another_shape_are_no_roles(authority: Authority, roles: object) -> None:
    assert identity_of(authority, claims_v2(roles=roles)).app_roles == frozenset()


def test_app_roles_are_compared_as_they_are_written(authority: Authority) -> None:
    assert identity_of(authority, claims_v2(roles=["admin", 5])).app_roles == {"admin"}


@pytest.mark.parametrize(
    ("claims", "is_guest"),
    [
        ({}, False),
        ({"acct": 0}, False),
        ({"acct": 1}, True),
        ({"acct": 0, "idp": f"https://sts.windows.net/{OTHER_TENANT}/"}, False),
        ({"acct": "?"}, True),
        ({"idp": f"https://sts.windows.net/{TENANT}/"}, False),
        ({"idp": f"https://sts.windows.net/{TENANT.upper()}/"}, False),
        ({"idp": f"https://sts.windows.net/{OTHER_TENANT}/"}, True),
        ({"idp": "live.com"}, True),
        ({"idp": 5}, False),
    ],
    ids=str,
)
def test_guests_are_told_by_acct_and_else_by_home_tenant(authority: Authority, claims: Json, is_guest: bool) -> None:
    assert identity_of(authority, claims_v2(**claims)).is_guest is is_guest


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("  Ada  ", "Ada"),
        ("a\r\nERROR forged\x00", "a ERROR forged"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}nimda", "nimda"),
        ("أحمد 🦉", "أحمد 🦉"),
        ("Jean\N{NO-BREAK SPACE}Pierre", "Jean Pierre"),
        ("\x00", "ada@contoso.example"),
        ("\N{ZERO WIDTH JOINER}", "ada@contoso.example"),
        ("", "ada@contoso.example"),
        (["x"], "ada@contoso.example"),
    ],
    ids=str,
)
def test_text_is_one_printable_line(authority: Authority, name: object, text: str) -> None:
    identity = identity_of(authority, claims_v2(name=name))
    assert first_text(identity.claims, ["name", "preferred_username"]) == text


def test_first_text_is_none_when_no_claim_is_there(authority: Authority) -> None:
    assert first_text(identity_of(authority, claims_v2()).claims, ["given_name", "nickname"]) is None


def test_repr_has_no_claims(authority: Authority) -> None:
    identity = identity_of(authority, claims_v2(canary="canary-claim"))
    assert ADA in repr(identity)
    assert "canary" not in repr(identity)
