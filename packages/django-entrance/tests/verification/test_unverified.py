import time

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import MalformedToken, RefreshTokenRefused, Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.unverified import (
    LARGEST_TOKEN,
    UnverifiedToken,
    check_opaque,
    parse_jws,
    read_issuer,
    read_key_id,
)
from scripted import (
    ADA,
    K1,
    NOW,
    NULL,
    STRANGER,
    Json,
    ScriptedAuthority,
    as_json,
    base64url,
    claims_v1,
    claims_v2,
    header_of,
    sign,
    token,
)


def reason_of(text: str, authority: Authority) -> str:
    with pytest.raises(Refused) as refusal:
        identify(text, [authority], now=NOW)
    return refusal.value.reason


def test_control_the_same_builder_makes_accepted_tokens(authority: Authority) -> None:
    for text in (token(), token(claims_v1()), token(header=header_of(K1, x5t="x", rh="y"))):
        identity = identify(text, [authority], now=NOW)
        assert identity is not None
        assert identity.object_id == ADA


@pytest.mark.parametrize(
    "text",
    [
        "",
        "undefined",
        "null",
        "a.b",
        "a.b.c.d",
        "..",
        "." * 9,
        "a..b",
        "\N{FULLWIDTH FULL STOP}",
    ],
)
def test_what_has_not_three_parts_is_left_to_others(authority: Authority, text: str) -> None:
    assert parse_jws(text) is None
    assert identify(text, [authority], now=NOW) is None


@pytest.mark.parametrize("payload", ["b", "e30", "W10", "bnVsbA", "é"])
def test_what_names_no_issuer_is_left_to_others(authority: Authority, payload: str) -> None:
    assert read_issuer(payload) is None
    assert identify(f"e30.{payload}.e30", [authority], now=NOW) is None


@pytest.mark.parametrize(("length", "is_read"), [(512, True), (513, False)])
def test_an_issuer_that_is_too_long_names_nobody(length: int, is_read: bool) -> None:
    """What is read is remembered, so it is bounded."""
    issuer = "https://".ljust(length, "x")
    assert read_issuer(base64url(as_json({"iss": issuer}))) == (issuer if is_read else None)


def test_parts_are_taken_as_they_stand() -> None:
    assert parse_jws("a.b.c") == UnverifiedToken(header="a", payload="b", signature="c")
    assert parse_jws("a.b.") == UnverifiedToken(header="a", payload="b", signature="")


@pytest.mark.parametrize("issuer", [NULL, 5, True, ["https://sts.windows.net/"], {}])
def test_an_issuer_that_is_no_text_is_nobodys(issuer: object) -> None:
    assert read_issuer(token(claims_v2(iss=issuer)).split(".")[1]) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"alg": "none"}, "algorithm_refused"),
        ({"alg": "None"}, "algorithm_refused"),
        ({"alg": "rs256"}, "algorithm_refused"),
        ({"alg": "RS256 "}, "algorithm_refused"),
        ({"alg": "RS512"}, "algorithm_refused"),
        ({"alg": "PS256"}, "algorithm_refused"),
        ({"alg": "HS256"}, "algorithm_refused"),
        ({"alg": ["RS256"]}, "algorithm_refused"),
        ({"alg": {"RS256": 1}}, "algorithm_refused"),
        ({"alg": NULL}, "algorithm_refused"),
        ({"alg": None}, "algorithm_refused"),
        ({"typ": "at+jwt"}, "header_refused"),
        ({"typ": "logout+jwt"}, "header_refused"),
        ({"typ": ["JWT"]}, "header_refused"),
        ({"typ": None}, "header_refused"),
        ({"crit": ["exp"]}, "header_refused"),
        ({"crit": NULL}, "header_refused"),
        ({"b64": False}, "header_refused"),
        ({"zip": "DEF"}, "header_refused"),
        ({"cty": "JWT"}, "header_refused"),
        ({"jku": "https://evil.example/keys"}, "header_refused"),
        ({"x5u": "https://evil.example/cert"}, "header_refused"),
        ({"x5c": ["AAAA"]}, "header_refused"),
        ({"jwk": STRANGER.jwk()}, "header_refused"),
        ({"kid": None}, "header_refused"),
        ({"kid": ""}, "header_refused"),
        ({"kid": 1}, "header_refused"),
        ({"kid": ["first-key"]}, "header_refused"),
        ({"kid": "k" * 257}, "header_refused"),
        ({"nonce": "of-graph"}, "graph_token"),
    ],
)
def test_header_that_entra_never_writes_is_refused_before_any_fetch(
    authority: Authority, published: ScriptedAuthority, changes: Json, reason: str
) -> None:
    assert reason_of(token(header=header_of(K1, **changes)), authority) == reason
    assert published.requests == []


HEADER = as_json(header_of(K1))
CLAIMS = as_json(claims_v2())


def with_member(text: bytes, member: str) -> bytes:
    return text[:-1] + b"," + member.encode("utf-8", "surrogatepass") + b"}"


def test_control_members_can_be_added(authority: Authority) -> None:
    assert identify(token(with_member(CLAIMS, '"more":[1,{"a":1.5}]')), [authority], now=NOW) is not None


@pytest.mark.parametrize(
    "member",
    [
        '"tid":"x"',
        '"TID":"x"',
        '"more":{"a":1,"a":2}',
        '"more":NaN',
        '"more":-Infinity',
        '"more":' + "9" * 5000,
        '"more":' + "[" * 300 + "]" * 300,
        '"more":"\\ud800"',
        '"more":"\ud800"',
        '"more":"\t"',
        ",".join(f'"m{number}":1' for number in range(300)),
    ],
    ids=lambda member: member[:20].encode("ascii", "replace").decode(),
)
def test_payload_that_is_not_strict_json_is_refused(authority: Authority, member: str) -> None:
    assert reason_of(token(with_member(CLAIMS, member)), authority) == "token_malformed"


@pytest.mark.parametrize(
    "header", [b"[]", b"null", b"\xff\xfe", b"\xef\xbb\xbf" + HEADER, b"{", with_member(HEADER, '"kid":"x"')]
)
def test_header_that_is_not_a_strict_json_object_is_refused(authority: Authority, header: bytes) -> None:
    assert reason_of(token(header=header), authority) == "token_malformed"


def respelt(text: str, *, segment: int, spelling: str) -> str:
    """Re-encode one segment in another spelling that careless decoders read as the same bytes."""
    parts = text.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(parts[segment][-1])
    parts[segment] = {
        "padded": parts[segment] + "=" * (-len(parts[segment]) % 4),
        "junk at the end": parts[segment] + "!",
        "junk inside": parts[segment][:4] + "?" + parts[segment][4:],
        "spare bits": parts[segment][:-1] + alphabet[last | 1],
        "one character more": parts[segment] + "A" * (1 + -len(parts[segment]) % 4),
    }[spelling]
    return ".".join(parts)


@pytest.mark.parametrize("spelling", ["padded", "junk at the end", "junk inside", "spare bits"])
def test_signature_has_one_spelling_only(authority: Authority, spelling: str) -> None:
    assert reason_of(respelt(token(), segment=2, spelling=spelling), authority) == "token_malformed"


def test_empty_signature_is_refused(authority: Authority) -> None:
    assert reason_of(token().rpartition(".")[0] + ".", authority) == "token_malformed"


def test_payload_with_spare_bits_signed_as_sent_is_refused(authority: Authority) -> None:
    payload = as_json(claims_v2(name="x" * next(n for n in range(3) if len(as_json(claims_v2(name="x" * n))) % 3)))
    encoded = base64url(payload)
    spare = encoded[:-1] + chr(ord(encoded[-1]) + 1)
    assert reason_of(sign(f"{base64url(HEADER)}.{spare}"), authority) == "token_malformed"


def test_199_groups_pass(authority: Authority) -> None:
    groups = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(199)]
    text = token(claims_v2(groups=groups))
    assert len(text) > 11_000
    assert identify(text, [authority], now=NOW) is not None


def test_a_token_over_the_limit_is_refused_unread(authority: Authority) -> None:
    assert reason_of("A" * (LARGEST_TOKEN + 1), authority) == "token_too_large"
    assert parse_jws("A" * LARGEST_TOKEN) is None


def test_a_flawed_token_of_another_issuer_is_left_to_others(authority: Authority) -> None:
    text = token(claims_v2(iss="https://accounts.example/"), header=b"[]")
    assert identify(text, [authority], now=NOW) is None
    with pytest.raises(MalformedToken):
        read_key_id(text.partition(".")[0])


def test_repr_shows_no_part_of_the_token() -> None:
    assert repr(UnverifiedToken("header", "payload", "signed")) == "UnverifiedToken(of 6, 7 and 6 characters)"


OPAQUE = "0.AXoAEH0sX0GKO06cbSt-kPGgAZJLHn1fPAZKjiGfC2p8MAMEAXo"


@pytest.mark.parametrize(
    "text",
    [
        f"{OPAQUE}.AgABAAEAAAD--DLA3VO7QrddgJg7WevrAgDs_wUA9P8x2cCk5pQ",
        f"1{OPAQUE[1:]}.AgABAwEAAADfnolhJpSnRYB1SVj-Hgd8AgDs_wUA9P8x2c.x-y",
        f"{OPAQUE}.BQABBAIAAAADAOz_BQD0_0V2b1N0c0FydGlmYWN0cwIAAAA",
    ],
    ids=["refresh token", "newer refresh token", "authorization code"],
)
def test_a_refresh_token_or_a_code_is_told_by_its_shape(text: str) -> None:
    with pytest.raises(RefreshTokenRefused) as refusal:
        check_opaque(text)
    assert (refusal.value.status, refusal.value.reason) == (401, "refresh_token")
    for twin in (f"2{text[1:]}", text.replace(".A", ".B", 1), text[:70], f"{text}!"):
        check_opaque(twin)  # some other login's opaque token


@pytest.mark.parametrize("letter", ["é", "\ud800"])
def test_a_letter_of_another_alphabet_deep_in_the_claims_is_refused(authority: Authority, letter: str) -> None:
    """The claims' text is not decoded before the signature is proved; it must be one that can be signed."""
    header, payload, signature = token().split(".")
    assert reason_of(f"{header}.{payload}{letter}.{signature}", authority) == "token_malformed"


@pytest.mark.parametrize("begin", ["0.AXoAEH0sYw9Lh0eQ2mXk3q.AgABAwEAAAD", "1.AXoAEH0sYw9Lh0eQ2mXk3q.BQABAwEAAAD"])
def test_a_long_text_in_the_shape_of_a_refresh_token_costs_no_time(authority: Authority, begin: str) -> None:
    long = begin + "a" * 32_000
    assert reason_of(long, authority) == "refresh_token"
    before = time.process_time()
    assert identify(f"{long}!", [authority], now=NOW) is None
    assert time.process_time() - before < 0.05


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b'{"TYP":"JWT","ALG":"RS256","KID":"first-key"}', "RS256"),
        (b'{"typ":"jwt","alg":"rs256","kid":"first-key"}', "RS256"),
        (b'{"typ":"jwt","alg":"RS256","kid":"first-key"}', "typ JWT"),
    ],
)
def test_a_header_of_entras_form_in_other_letters_is_refused(header: bytes, expected: str) -> None:
    with pytest.raises(MalformedToken) as refusal:
        read_key_id(base64url(header))
    assert refusal.value.expected == expected


@pytest.mark.parametrize("claim", [b'"n":' + b"9" * 5_000, b'"n":"\n"'], ids=["long number", "line in a text"])
def test_whose_a_text_is_does_not_hang_on_its_flaws(claim: bytes) -> None:
    payload = base64url(b"{" + claim + b',"iss":"https://issuer.example"}')
    assert read_issuer(payload) == "https://issuer.example"
