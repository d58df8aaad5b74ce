from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from accounts.tokens import issue_token, password_fingerprint, signing_key
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from tests.conftest import Ask, Post

WHO = "{ viewer { username } }"
NOW = datetime.now(UTC)


def token_of(user: User, key: bytes | None = None, algorithm: str = "HS256", **changes: Any) -> str:
    """Return an own token with changed claims. None removes a claim."""
    claims = {
        "iss": "logbook",
        "aud": "logbook",
        "sub": str(user.pk),
        "iat": NOW,
        "exp": NOW + timedelta(hours=1),
        "pwd": password_fingerprint(user),
    }
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(kept, "" if algorithm == "none" else key or signing_key(), algorithm=algorithm)


def reason_of(response: HttpResponse, status: int = 401) -> str:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert response["WWW-Authenticate"].startswith("Bearer ")
    problem = response.json()  # type: ignore[attr-defined]
    assert problem.keys() == {"type", "title", "status", "detail", "reason"}
    reason: str = problem["reason"]
    return reason


def test_an_issued_token_is_accepted(ask: Ask, writer: User) -> None:
    assert ask(WHO, issue_token(writer).token)["data"]["viewer"]["username"] == "barbara"


def test_the_twin_of_every_refused_token_is_accepted(ask: Ask, writer: User) -> None:
    assert ask(WHO, token_of(writer))["data"]["viewer"]["username"] == "barbara"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": NOW - timedelta(seconds=1)}, "token_expired"),
        ({"exp": None}, "token_unknown"),
        ({"iat": None}, "token_unknown"),
        ({"sub": None}, "token_unknown"),
        ({"pwd": None}, "token_unknown"),
        ({"iss": "elsewhere"}, "token_unknown"),
        ({"aud": "elsewhere"}, "token_unknown"),
        ({"key": b"k" * 32}, "token_unknown"),
        ({"algorithm": "HS512"}, "token_unknown"),
        ({"algorithm": "none"}, "token_unknown"),
        ({"sub": "999999"}, "token_revoked"),
        ({"pwd": "0" * 32}, "token_revoked"),
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_a_changed_token_is_refused(post: Post, writer: User, changes: dict[str, Any], reason: str) -> None:
    assert reason_of(post(WHO, token_of(writer, **changes))) == reason


@pytest.mark.parametrize(
    "token",
    ["x", "a.b.c", "é.é.é", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "[" * 400, "W1tb" * 120, "x" * 100_000, "\x00"],
    ids=["letter", "dots", "latin", "empty", "none", "brackets", "nested", "long", "nul"],
)
def test_an_invalid_token_is_refused(post: Post, db: None, token: str) -> None:
    response = post(WHO, token)

    assert response.status_code in {400, 401}
    assert response["Content-Type"] == "application/problem+json"


def test_a_password_change_revokes_the_token(post: Post, writer: User) -> None:
    token = issue_token(writer).token
    writer.set_password("another one")
    writer.save()

    assert reason_of(post(WHO, token)) == "token_revoked"


def test_the_token_of_a_deactivated_person_is_refused(post: Post, writer: User) -> None:
    token = issue_token(writer).token
    User.objects.update(is_active=False)

    assert reason_of(post(WHO, token), status=403) == "user_disabled"


def test_the_token_of_a_removed_person_is_refused(post: Post, writer: User) -> None:
    token = issue_token(writer).token
    writer.delete()

    assert reason_of(post(WHO, token)) == "token_revoked"


def test_a_token_lives_twelve_hours(writer: User) -> None:
    left = issue_token(writer).expires_at - datetime.now(UTC)

    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)


def test_a_token_does_not_contain_the_password_hash(writer: User) -> None:
    claims = jwt.decode(issue_token(writer).token, options={"verify_signature": False})

    assert claims["pwd"] not in writer.password
    assert writer.password not in str(claims)


@pytest.mark.parametrize("joined", ["Bearer {0},Bearer {0}", "Bearer {0}, {0}", "Bearer {0} {0}", "Bearer"])
def test_two_values_in_one_header_are_refused(writer: User, joined: str) -> None:
    header = joined.format(issue_token(writer).token)
    response = Client().post("/graphql/", {"query": WHO}, "application/json", headers={"Authorization": header})

    assert response.status_code == 400
    assert response.json()["reason"] == "authorization_malformed"


@pytest.mark.parametrize("header", ["Basic eDp5", "Token abc", "DPoP abc", ""])
def test_another_scheme_is_left_alone(db: None, header: str) -> None:
    response = Client().post("/graphql/", {"query": WHO}, "application/json", headers={"Authorization": header})

    assert response.json() == {"data": {"viewer": None}}


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_case_of_the_scheme_does_not_matter(writer: User, scheme: str) -> None:
    header = f"{scheme} {issue_token(writer).token}"
    response = Client().post("/graphql/", {"query": WHO}, "application/json", headers={"Authorization": header})

    assert response.json()["data"]["viewer"]["username"] == "barbara"


def test_a_token_is_read_from_the_header_only(writer: User) -> None:
    token = issue_token(writer).token
    client = Client()
    client.cookies["access_token"] = token
    response = client.post(f"/graphql/?access_token={token}", {"query": WHO}, "application/json")

    assert response.json() == {"data": {"viewer": None}}


def test_both_kinds_of_tokens_are_accepted_at_the_same_url(
    ask: Ask, writer_token: str, entra_token: Callable[[str], str]
) -> None:
    query = "{ viewer { signedInWith } }"

    methods = [
        ask(query, token)["data"]["viewer"]["signedInWith"]
        for token in (writer_token, entra_token("ada@contoso.example"))
    ]

    assert methods == ["PASSWORD", "ENTRA"]


def test_an_invalid_entra_token_is_refused_by_the_entra_middleware(
    post: Post, entra_token: Callable[[str], str]
) -> None:
    token = entra_token("ada@contoso.example")

    assert reason_of(post(WHO, token[:-8] + "AAAAAAAA")) == "signature_wrong"
