import pytest
from django_entrance.verification.bearer import challenge, read_bearer
from django_entrance.verification.errors import MalformedRequest, NotSignedIn, ScopeMissing, TokenExpired
from scripted import ScriptedAuthority, trust


@pytest.mark.parametrize("value", ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "Bearer  a.b.c", " Bearer a.b.c "])
def test_the_scheme_may_be_written_in_any_case(value: str) -> None:
    assert read_bearer(value) == "a.b.c"


@pytest.mark.parametrize("value", [None, "", "Basic dXNlcjpwdw==", "Token a.b.c", "DPoP a.b.c", "Bearertoken", "x"])
def test_other_schemes_are_left_to_others(value: str | None) -> None:
    assert read_bearer(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "Bearer a.b.c,Bearer d.e.f",
        "Bearer a.b.c, d.e.f",
        "Bearer a.b.c d.e.f",
        "Bearer",
        "Bearer ",
        "Bearer\ta.b.c",
        "Bearer a\tb",
    ],
)
def test_anything_but_one_token_is_refused(value: str) -> None:
    with pytest.raises(MalformedRequest) as refusal:
        read_bearer(value)
    assert (refusal.value.status, refusal.value.reason) == (400, "authorization_malformed")


@pytest.mark.parametrize(
    ("value", "actual"),
    [
        ("Bearer,a.b.c", "another separator"),
        ("Bearer\ta.b.c", "another separator"),
        ("Bearer a.b.c d.e.f", "none or several"),
        ("Bearer \ta.b.c", "none or several"),
        ("Bearer", "none"),
        ("Bearer ", "none"),
    ],
)
def test_the_refusal_names_the_actual_value(value: str, actual: str) -> None:
    with pytest.raises(MalformedRequest) as refusal:
        read_bearer(value)
    assert (refusal.value.expected, refusal.value.actual) == ("one token after «Bearer »", actual)


@pytest.mark.parametrize("value", ["Bearer X.b.X", "XBearerX a.b.c"])
def test_only_spaces_are_taken_off(value: str) -> None:
    assert read_bearer(value) == ("X.b.X" if value.startswith("Bearer ") else None)


@pytest.mark.parametrize("value", ["\tBearer a.b.c", "XBearer a.b.c"])
def test_what_stands_before_the_scheme_makes_it_another(value: str) -> None:
    assert read_bearer(value) is None


def test_challenge_names_error_and_fixed_description() -> None:
    assert challenge(TokenExpired(actual='"evil\r\n')) == (
        'Bearer realm="entrance", error="invalid_token", error_description="The token has expired"'
    )


def test_challenge_names_the_scopes_to_ask_for() -> None:
    refusal = ScopeMissing()
    assert "scope=" not in challenge(refusal)
    refusal.policy = trust(ScriptedAuthority(), required_scopes=["more", "access_as_user"]).policy
    assert challenge(refusal).endswith('scope="access_as_user more"')
    refused_token = TokenExpired()
    refused_token.policy = refusal.policy
    assert "scope=" not in challenge(refused_token)


def test_challenge_has_no_error_while_nobody_tried() -> None:
    assert challenge(NotSignedIn()) == 'Bearer realm="entrance"'
