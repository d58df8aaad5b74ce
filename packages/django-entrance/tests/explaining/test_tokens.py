"""A token is explained: what it says of itself, and why it would not be accepted."""

import time
from typing import Any

import pytest
from django_entrance.explaining.tokens import NOT_OURS, anatomy, duration, explain_token
from scripted import ADA, API, SPA, TENANT, ScriptedAuthority, claims_v2, token

pytestmark = pytest.mark.django_db


def served(authority: ScriptedAuthority, **changes: Any) -> str:
    told: dict[str, Any] = {"host": authority.host, "now": int(time.time()), "roles": None, "uti": None}
    return token(claims_v2(**told | changes))


def test_an_accepted_token_says_what_it_gives_and_what_it_is(authority: ScriptedAuthority) -> None:
    lines, verdict = explain_token(served(authority))
    assert verdict == ""
    assert lines[0] == "It would be accepted."
    assert lines[1] == f"person {ADA} in {TENANT}, through the client {SPA}"
    assert "What it says of itself: an access token of a person." in lines
    assert f"  aud = {API}  (for)" in lines
    assert f"  azp = {SPA}  (client)" in lines


def test_names_addresses_and_signature_are_not_shown(authority: ScriptedAuthority) -> None:
    sent = served(authority, email="ada@contoso.example")
    said = "\n".join(explain_token(sent).lines)
    assert "Lovelace" not in said
    assert "contoso.example" not in said.replace("user: none yet", "")
    assert sent.rpartition(".")[2] not in said


def test_a_refused_token_is_explained_with_the_settings(authority: ScriptedAuthority) -> None:
    lines, verdict = explain_token(served(authority, now=int(time.time()) - 7_200))
    assert verdict.startswith("It would be refused with 401 token_expired: ")
    assert [line for line in lines if line.startswith("  expired ")] == ["  expired 1 hour ago"]
    assert "token_expired: The token has expired." in lines
    assert "  LEEWAY = 60" in lines


def test_a_token_of_another_authority_names_those_of_the_settings(authority: ScriptedAuthority) -> None:
    lines, verdict = explain_token(served(authority, iss="https://login.example/other/v2.0"))
    assert verdict == NOT_OURS
    assert "  iss = https://login.example/other/v2.0  (issued by)" in lines
    assert lines[-1].startswith("Issuers that default trusts: ")
    assert f"{authority.host}/{TENANT}/v2.0" in lines[-1]


def test_an_authority_of_several_tenants_is_named_by_its_word(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": "organizations", "CLIENT_ID": API, "ALLOWED_TENANTS": [TENANT]}
    assert explain_token("opaque").lines[-1] == "Issuers that default trusts: those of organizations"


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "a.!.c"])
def test_what_cannot_be_read_is_told(text: str, authority: ScriptedAuthority) -> None:
    lines, verdict = explain_token(text)
    assert lines[0] == "It is opaque, or its claims cannot be read."
    assert verdict


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"aud": "https://graph.microsoft.com", "scp": "User.Read"}, "an access token for Microsoft Graph, which only"),
        ({"scp": "access_as_user"}, "an access token of a person"),
        ({"idtyp": "app", "roles": ["A"]}, "an access token of an application"),
        ({"roles": ["A"]}, "an access token."),
        ({"roles": ["A"], "nonce": "n"}, "an ID token, or one without scopes"),
        ({"aud": API}, "an ID token, or one without scopes"),
    ],
    ids=str,
)
def test_the_kind_is_told(claims: dict[str, Any], kind: str) -> None:
    assert next(iter(anatomy(claims, 0))).startswith(f"What it says of itself: {kind}")


def test_times_and_the_number_of_groups_are_told() -> None:
    lines = list(anatomy({"iat": 1_000, "nbf": 4_000, "exp": 180_000, "groups": ["a", "b"]}, 1_060))
    assert lines[1:] == ["  groups: 2", "  issued 1 minute ago", "  becomes valid in 49 minutes", "  expires in 2 days"]


@pytest.mark.parametrize("value", ["1000", None, 10**12], ids=str)
def test_what_is_no_time_is_left_out(value: object) -> None:
    assert list(anatomy({"exp": value}, 1_060))[1:] == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(59, "59 seconds"), (60, "1 minute"), (7_200, "2 hours"), (86_400, "1 day")]
)
def test_a_length_of_time_is_in_its_largest_unit(seconds: int, text: str) -> None:
    assert duration(seconds) == text
