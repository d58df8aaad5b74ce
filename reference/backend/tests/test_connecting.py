"""An own token of Logbook is good for a ticket, and the ticket connects the person's Microsoft account."""

from collections.abc import Callable

import pytest
from accounts.tokens import issue_token
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from tests.conftest import PASSWORD, Ask, make_person

CONNECT = "/entrance/account/connect/"
USERNAME = "{ viewer { username signedInWith } }"


def post(token: str, address: str = CONNECT, **body: str) -> HttpResponse:
    client, headers = Client(enforce_csrf_checks=True), {"Authorization": f"Bearer {token}"}
    return client.post(address, body, content_type="application/json", headers=headers)  # type: ignore[return-value]


def reason_of(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, response.json()["reason"]  # type: ignore[attr-defined]


def connect(own: str, entra: str, **body: str) -> HttpResponse:
    return post(entra, ticket=post(own, **body).json()["ticket"])  # type: ignore[attr-defined]


def test_both_tokens_are_of_the_same_user(ask: Ask, writer_token: str, entra_token: Callable[..., str]) -> None:
    entra = entra_token("grace@contoso.example")

    assert connect(writer_token, entra).json() == {"user": "barbara"}  # type: ignore[attr-defined]
    viewers = [ask(USERNAME, token)["data"]["viewer"] for token in (writer_token, entra)]
    assert viewers == [
        {"username": "barbara", "signedInWith": "PASSWORD"},
        {"username": "barbara", "signedInWith": "ENTRA"},
    ]


def test_the_address_of_an_existing_user_is_refused_until_it_is_connected(
    ask: Ask, entra_token: Callable[..., str]
) -> None:
    own = issue_token(make_person("hopper", "Reader", email="Grace@contoso.example")).token
    entra = entra_token("grace@contoso.example")

    assert reason_of(post(entra, "/graphql/", query=USERNAME)) == (403, "account_exists")
    assert User.objects.count() == 1
    connect(own, entra)
    assert ask(USERNAME, entra)["data"]["viewer"]["username"] == "hopper"


def test_a_wrong_own_token_gets_no_ticket(db: None) -> None:
    assert reason_of(post("invalid")) == (401, "token_unknown")


@pytest.mark.parametrize("password", ["", "wrong"])
def test_staff_confirms_the_password(entra_token: Callable[..., str], password: str) -> None:
    person = make_person("edsger", "Admin")
    person.is_staff = True
    person.save()
    own = issue_token(person).token

    assert reason_of(post(own, password=password)) == (403, "password_needed")
    assert connect(own, entra_token("ada@contoso.example"), password=PASSWORD).status_code == 200


def test_a_disconnected_account_is_of_no_user(ask: Ask, writer_token: str, entra_token: Callable[..., str]) -> None:
    entra = entra_token("grace@contoso.example")
    connect(writer_token, entra)
    headers = {"Authorization": f"Bearer {writer_token}", "Accept": "application/json"}
    (account,) = Client().get("/entrance/account/", headers=headers).json()["accounts"]

    answer = post(writer_token, "/entrance/account/", action="disconnect", account=str(account["id"]))
    assert answer.json()["accounts"] == []  # type: ignore[attr-defined]
    assert ask(USERNAME, entra)["data"]["viewer"]["username"] == "grace@contoso.example"
    assert ask("{ viewer { roles } }", writer_token)["data"]["viewer"]["roles"] == ["Writer"]
