"""Where an answer changes: the last value that is let in, and the first that is not."""

from collections import OrderedDict

import pytest
from django_entrance.verification.authority import Authority, trusted
from django_entrance.verification.claims import LONGEST_LIFETIME
from django_entrance.verification.errors import HeaderRefused, Refused, shown
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.documents import Documents
from django_entrance.verification.unverified import LONGEST_KEY_ID, check_header, read_issuer
from django_entrance.verification.verified_tokens import VerifiedTokens
from scripted import ADA, API, NOW, PUBLIC_HOST, TENANT, Json, as_json, base64url, claims_v1, claims_v2, token


def let_in(authority: Authority, claims: Json) -> Identity:
    identity = identify(token(claims), [authority], now=NOW)
    assert identity is not None
    return identity


def refused(authority: Authority, claims: Json) -> str:
    with pytest.raises(Refused) as refusal:
        identify(token(claims), [authority], now=NOW)
    return refusal.value.reason


@pytest.mark.parametrize(
    ("last", "first", "reason"),
    [
        ({"nbf": NOW + 30, "exp": NOW + 30}, {"nbf": NOW + 31, "exp": NOW + 30}, "time_refused"),
        ({"iat": NOW + 30, "exp": NOW + 30}, {"iat": NOW + 31, "exp": NOW + 30}, "time_refused"),
        (
            {"iat": NOW + 3600 - LONGEST_LIFETIME, "exp": NOW + 3600},
            {"iat": NOW + 3599 - LONGEST_LIFETIME, "exp": NOW + 3600},
            "time_refused",
        ),
        ({"nbf": 0}, {"nbf": -1}, "time_refused"),
        ({"exp": NOW - 59}, {"exp": NOW - 60}, "token_expired"),
        ({"nbf": NOW + 60}, {"nbf": NOW + 61}, "token_not_yet_valid"),
        ({"sub": "s"}, {"sub": ""}, "subject_refused"),
        ({"sub": "s" * 255}, {"sub": "s" * 256}, "subject_refused"),
        ({"aud": API}, {"aud": "https://graph.microsoft.comX"}, "audience_refused"),
    ],
    ids=str,
)
def test_the_last_that_is_let_in_and_the_first_that_is_not(
    authority: Authority, last: Json, first: Json, reason: str
) -> None:
    assert let_in(authority, claims_v2(**last)).object_id == ADA
    assert refused(authority, claims_v2(**first)) == reason


def test_exp_beyond_what_a_clock_can_say_is_no_time(authority: Authority) -> None:
    """A time in milliseconds or microseconds would be let in for ever."""
    for end, reason in ((2**40 - 1, "token_not_yet_valid"), (2**40, "time_refused")):
        assert refused(authority, claims_v2(exp=end, iat=end - 10, nbf=end - 10)) == reason


def test_an_authority_trusts_no_more_than_it_is_told_to() -> None:
    policy = trusted(tenant=TENANT, client_id=API).policy
    assert policy.allow_guests
    assert not policy.allow_personal_accounts
    assert (policy.leeway, policy.allowed_clients, policy.required_scopes) == (60, None, frozenset())


def test_the_subject_is_kept_as_it_came(authority: Authority) -> None:
    assert let_in(authority, claims_v2(sub="As It Came")).claims.principal.subject == "As It Came"


@pytest.mark.parametrize("name", ["preferred_username", "upn", "unique_name"])
def test_any_of_three_claims_names_the_user(authority: Authority, name: str) -> None:
    others: Json = {"preferred_username": None, "upn": None, "unique_name": None}
    identity = let_in(authority, claims_v1(**others | {name: "ada@fabrikam.example"}))
    assert identity.username == "ada@fabrikam.example"


def test_who_has_no_name_has_an_empty_one(authority: Authority) -> None:
    identity = let_in(authority, claims_v2(name=None, preferred_username=None))
    assert (identity.name, identity.username) == ("", "")


def test_a_text_is_cut_when_it_is_longer_than_the_bound() -> None:
    assert shown("x" * 120) == "x" * 120
    assert shown("x" * 121) == "x" * 120 + "…"


def test_an_issuer_is_found_behind_letters_that_only_base64url_has() -> None:
    text = token(as_json({"name": "~~~???>>>", "iss": f"{PUBLIC_HOST}/{TENANT}/v2.0"}))
    assert {"-", "_"} & set(text.split(".")[1])
    assert read_issuer(text.split(".")[1]) == f"{PUBLIC_HOST}/{TENANT}/v2.0"


def test_documents_show_nothing_of_what_they_hold() -> None:
    assert repr(Documents(discovery=b"secret", keys=b"secret", fetched_at=5.0)) == "Documents(fetched_at=5.0)"


def test_what_is_no_document_says_so() -> None:
    with pytest.raises(ValueError, match="not the documents of an authority"):
        Documents.from_json("{}")


class EmptiedByAnother(OrderedDict[bytes, object]):
    """What another thread has emptied between the count and the removal."""

    def popitem(self, last: bool = True) -> tuple[bytes, object]:
        raise KeyError("empty")


def test_two_threads_may_make_room_at_the_same_time(authority: Authority) -> None:
    cache = VerifiedTokens(1)
    cache.entries = EmptiedByAnother()  # type: ignore[assignment]
    for number in range(3):
        assert identify(token(claims_v2(uti=str(number))), [authority], verified_tokens=cache, now=NOW) is not None


def test_a_key_id_of_the_longest_is_read() -> None:
    header = {"typ": "JWT", "alg": "RS256"}
    assert check_header({**header, "kid": "k" * LONGEST_KEY_ID}) == "k" * LONGEST_KEY_ID
    for kid in ("k" * (LONGEST_KEY_ID + 1), "", None, 5):
        with pytest.raises(HeaderRefused, match="a kid of 1 to"):
            check_header({**header, "kid": kid})


@pytest.mark.parametrize("name", ["crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "cty", "enc", "epk"])
def test_no_header_brings_or_changes_a_key(name: str) -> None:
    header = {"typ": "JWT", "alg": "RS256", "kid": "k"}
    assert check_header({**header, "rh": "x"}) == "k"
    with pytest.raises(HeaderRefused, match=rf"Got: {name}\.$"):
        check_header({**header, name: "x"})


def test_an_issuer_written_with_escapes_is_read_as_what_it_says() -> None:
    """The quick look at the first characters is for texts without escapes; the rest is decoded."""
    issuer = f"{PUBLIC_HOST}/{TENANT}/v2.0"
    written = b'{"aud":"x","iss":"' + issuer.replace("/", "\\u002f").encode() + b'"}'
    assert read_issuer(base64url(written)) == issuer
