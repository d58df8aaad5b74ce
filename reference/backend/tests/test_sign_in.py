import pytest
from accounts import throttle
from django.contrib.auth.models import User
from django.test import Client

from tests.conftest import PASSWORD, Ask, code_of, make_person

SIGN_IN = """
mutation ($username: String!, $password: String!) {
  signIn(username: $username, password: $password) { token expiresAt }
}
"""
WHO = "{ viewer { username signedInWith } }"


def test_the_right_password_returns_a_token_for_the_api(ask: Ask, writer: User) -> None:
    token = ask(SIGN_IN, username="barbara", password=PASSWORD)["data"]["signIn"]["token"]

    assert ask(WHO, token)["data"]["viewer"] == {"username": "barbara", "signedInWith": "PASSWORD"}


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("barbara", "wrong"),
        ("barbara", ""),
        ("unknown", PASSWORD),
        ("gone", PASSWORD),
        ("entra", ""),
        ("entra", "!"),
        ("bar\0bara", PASSWORD),
        ("barbara", PASSWORD * 1000),
        ("b" * 1000, PASSWORD),
    ],
)
def test_every_refusal_is_the_same(ask: Ask, writer: User, username: str, password: str) -> None:
    make_person("gone")
    User.objects.filter(username="gone").update(is_active=False)
    User.objects.create_user("entra")

    answer = ask(SIGN_IN, username=username, password=password)

    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "The username or password is wrong."
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_CREDENTIALS", "reason": "credentials_wrong"}


def guess_password(ask: Ask, password: str = "wrong", username: str = "barbara") -> str:
    answer = ask(SIGN_IN, username=username, password=password)
    return answer["errors"][0]["extensions"]["reason"] if "errors" in answer else "OK"


def test_after_ten_guesses_even_the_right_password_waits(ask: Ask, writer: User) -> None:
    guesses = [guess_password(ask) for _ in range(throttle.ATTEMPTS)]

    assert set(guesses) == {"credentials_wrong"}
    assert guess_password(ask, PASSWORD) == "too_many_attempts"


def test_the_tenth_attempt_may_be_the_right_one_and_counts_anew(ask: Ask, writer: User) -> None:
    for _ in range(throttle.ATTEMPTS - 1):
        guess_password(ask)

    assert guess_password(ask, PASSWORD) == "OK"
    assert guess_password(ask) == "credentials_wrong"


def test_guesses_at_one_name_do_not_lock_another(ask: Ask, writer: User) -> None:
    for _ in range(throttle.ATTEMPTS + 1):
        guess_password(ask, username="edsger")

    assert guess_password(ask, PASSWORD) == "OK"


def test_guesses_from_one_address_do_not_lock_another(writer: User) -> None:
    def attempt(address: str, password: str) -> object:
        body = {"query": SIGN_IN, "variables": {"username": "barbara", "password": password}}
        return Client().post("/graphql/", body, "application/json", REMOTE_ADDR=address).json()["data"]

    for _ in range(throttle.ATTEMPTS + 1):
        attempt("192.0.2.1", "wrong")

    assert attempt("192.0.2.1", PASSWORD) is None
    assert attempt("192.0.2.2", PASSWORD) is not None


def test_aliases_do_not_multiply_guesses(ask: Ask, writer: User) -> None:
    wrong, right = (f'signIn(username: "barbara", password: "{word}") {{ token }}' for word in ("no", PASSWORD))

    answer = ask(f"mutation {{ a: {wrong} b: {right} }}")

    assert answer["data"] is None
    assert len(answer["errors"]) == 1


def test_a_name_in_other_letters_counts_as_the_same(ask: Ask, writer: User) -> None:
    for _ in range(throttle.ATTEMPTS):
        guess_password(ask, username="BARBARA")

    assert guess_password(ask, PASSWORD) == "too_many_attempts"


def test_no_user_is_signed_in_to_a_session(ask: Ask, writer: User) -> None:
    client = Client()
    body = {"query": SIGN_IN, "variables": {"username": "barbara", "password": PASSWORD}}

    response = client.post("/graphql/", body, "application/json")

    assert response.json()["data"]["signIn"]["token"]
    assert not response.cookies


def test_a_wrong_password_is_masked_in_the_answer(ask: Ask, writer: User) -> None:
    assert code_of(ask(SIGN_IN, username="barbara", password="s3cret-guess")) == "INVALID_CREDENTIALS"
    assert "s3cret-guess" not in str(ask(SIGN_IN, username="barbara", password="s3cret-guess"))
