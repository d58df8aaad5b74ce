from collections.abc import Collection

import pytest
from django_entrance.metrics import CACHE_LOOKUPS
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import Refused, TokenTooLarge
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata.key_set import LIFETIME
from django_entrance.verification.unverified import LARGEST_TOKEN
from django_entrance.verification.verified_tokens import VerifiedTokens
from held_keys import Clock
from measured import Measurements
from scripted import ADA, K2, NOW, STRANGER, Key, ScriptedAuthority, claims_v2, token, trust

OTHER = "0b0e0000-0000-4000-8000-000000000007"


@pytest.fixture
def verified() -> VerifiedTokens:
    return VerifiedTokens(2)


def ask(text: str, authority: Authority, verified: VerifiedTokens, now: float = NOW) -> Identity:
    identity = identify(text, [authority], verified_tokens=verified, now=now)
    assert identity is not None
    return identity


def test_the_same_text_is_not_verified_twice(
    authority: Authority, verified: VerifiedTokens, measurements: Measurements
) -> None:
    text = token()
    assert ask(text, authority, verified) is ask(text, authority, verified)
    assert measurements.of(CACHE_LOOKUPS) == [("verified_tokens", "miss"), ("verified_tokens", "hit")]


def test_without_a_memory_it_is(authority: Authority, measurements: Measurements) -> None:
    text = token()
    for nothing in (None, VerifiedTokens(0)):
        first, second = (identify(text, [authority], verified_tokens=nothing, now=NOW) for _ in range(2))
        assert first is not second
    assert measurements.of(CACHE_LOOKUPS) == []


def test_what_others_proved_is_not_believed(published: ScriptedAuthority, verified: VerifiedTokens) -> None:
    """One memory may serve several places, each with rules of its own."""
    text, lenient, strict = token(), trust(published), trust(published, required_scopes=["another"])
    first = ask(text, lenient, verified)
    with pytest.raises(Refused) as refusal:
        ask(text, strict, verified)
    assert refusal.value.reason == "scope_missing"
    assert identify(text, [], verified_tokens=verified, now=NOW) is None
    assert identify(text, [strict, lenient][::-1], verified_tokens=verified, now=NOW) is first


class UnusedTokens(VerifiedTokens):
    """A cache that notes each token it is asked for."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked: list[str] = []

    def find(self, bearer: str, authorities: Collection[Authority], now: float) -> Identity | None:
        self.asked.append(bearer)
        return super().find(bearer, authorities, now)


@pytest.mark.parametrize(("length", "is_hashed"), [(LARGEST_TOKEN, True), (LARGEST_TOKEN + 1, False)])
def test_what_is_too_large_is_not_even_hashed(authority: Authority, length: int, is_hashed: bool) -> None:
    text, verified = "A" * length, UnusedTokens()
    if is_hashed:
        assert identify(text, [authority], verified_tokens=verified, now=NOW) is None
    else:
        with pytest.raises(TokenTooLarge, match="at most 32768 characters"):
            identify(text, [authority], verified_tokens=verified, now=NOW)
    assert verified.asked == [text] * is_hashed


def test_another_text_is_another_token(authority: Authority, verified: VerifiedTokens) -> None:
    ask(token(), authority, verified)
    assert ask(token(claims_v2(oid=OTHER)), authority, verified).object_id == OTHER
    with pytest.raises(Refused) as refusal:
        ask(token() + "=", authority, verified)
    assert refusal.value.reason == "token_malformed"


def test_what_was_refused_is_refused_again(authority: Authority, verified: VerifiedTokens) -> None:
    for _ in range(2):
        with pytest.raises(Refused) as refusal:
            ask(token(key=STRANGER), authority, verified)
        assert refusal.value.reason == "signature_wrong"
    assert ask(token(), authority, verified).object_id == ADA
    assert len(verified.entries) == 1


def test_nothing_is_remembered_beyond_its_end(authority: Authority, verified: VerifiedTokens) -> None:
    text = token(claims_v2(exp=NOW + 10))
    first = ask(text, authority, verified)
    assert ask(text, authority, verified, NOW + 9) is first
    assert ask(text, authority, verified, NOW + 10) is not first, "verified anew, within the leeway"
    with pytest.raises(Refused) as refusal:
        ask(text, authority, verified, NOW + 70)
    assert refusal.value.reason == "token_expired"


def test_nothing_is_remembered_from_before_it_was_proved(authority: Authority, verified: VerifiedTokens) -> None:
    text = token()
    ask(text, authority, verified)
    with pytest.raises(Refused) as refusal:
        ask(text, authority, verified, NOW - 400)
    assert refusal.value.reason == "token_not_yet_valid"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [([K2.jwk()], "signing_key_unknown"), ([Key(key_id="first-key", private=K2.private).jwk()], "signature_wrong")],
    ids=["key retired", "key id given to another key"],
)
def test_nothing_is_remembered_beyond_its_key(
    published: ScriptedAuthority, verified: VerifiedTokens, keys: list[dict[str, object]], reason: str
) -> None:
    authority, clock = trust(published), Clock()
    authority.keys.clock = clock
    text = token()
    first = ask(text, authority, verified)
    clock.now += LIFETIME + 1
    assert ask(text, authority, verified) is first, "the key is still published"
    clock.now += LIFETIME + 1
    published.keys = keys
    with pytest.raises(Refused) as refusal:
        ask(text, authority, verified)
    assert refusal.value.reason == reason


def test_text_that_is_no_text_is_asked_for_without_harm(authority: Authority, verified: VerifiedTokens) -> None:
    assert identify("\ud800", [authority], verified_tokens=verified, now=NOW) is None


def test_the_memory_is_bounded(authority: Authority, verified: VerifiedTokens) -> None:
    texts = [token(claims_v2(uti=str(number))) for number in range(3)]
    first, *_ = [ask(text, authority, verified) for text in texts]
    assert len(verified.entries) == 2
    assert ask(texts[0], authority, verified) is not first


def test_no_token_is_kept(authority: Authority, verified: VerifiedTokens) -> None:
    text = token()
    ask(text, authority, verified)
    for segment in text.split("."):
        assert segment not in repr(verified.entries)
