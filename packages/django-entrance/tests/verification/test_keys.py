import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from django_entrance.verification import keys
from django_entrance.verification.errors import AuthorityMismatch, AuthorityUnreachable, UnknownSigningKey
from django_entrance.verification.keys import COOL_DOWN, LIFE, RETRY, SigningKeys, fetch_document, read_key, read_keys
from scripted import K1, K2, PUBLIC_HOST, TENANT, Json, Key, ScriptedAuthority, as_json, serving, without_none

ISSUER = f"{PUBLIC_HOST}/{TENANT}/v2.0"
DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"
JWKS = f"/{TENANT}/discovery/v2.0/keys"
ONE_FETCH = [PUBLIC_HOST + DISCOVERY, PUBLIC_HOST + JWKS]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def held_by(published: ScriptedAuthority, clock: Callable[[], float]) -> SigningKeys:
    return SigningKeys(discovery_url=PUBLIC_HOST + DISCOVERY, issuer=ISSUER, fetch=published.fetch, clock=clock)


@pytest.fixture
def signing_keys(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    return held_by(published, clock)


def test_nothing_is_fetched_before_the_first_token(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    assert published.requests == []
    assert signing_keys.find("first-key").key_id == "first-key"
    assert published.requests == ONE_FETCH


def test_a_known_key_costs_no_further_fetch(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    clock.now += LIFE
    signing_keys.find("second-key")
    assert published.requests == ONE_FETCH


def test_keys_are_fetched_anew_after_their_life(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    clock.now += LIFE + 1
    signing_keys.find("first-key")
    assert published.requests == ONE_FETCH * 2


def test_a_rotated_key_is_found_with_one_fetch(signing_keys: SigningKeys, published: ScriptedAuthority) -> None:
    signing_keys.find("first-key")
    published.keys = [Key(key_id="third-key", private=K2.private).jwk()]
    assert signing_keys.find("third-key").key_id == "third-key"
    assert published.requests == ONE_FETCH * 2
    with pytest.raises(UnknownSigningKey):
        signing_keys.find("first-key")


def test_a_storm_of_unknown_key_ids_fetches_once_in_a_cool_down(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    for number in range(1000):
        with pytest.raises(UnknownSigningKey):
            signing_keys.find(f"random-{number}")
    assert published.requests == ONE_FETCH * 2
    clock.now += COOL_DOWN
    with pytest.raises(UnknownSigningKey) as refusal:
        signing_keys.find("random")
    assert refusal.value.reason == "signing_key_unknown"
    assert published.requests == ONE_FETCH * 3


def test_an_outage_keeps_the_keys_that_are_held(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    published.down = True
    clock.now += LIFE + 1
    assert signing_keys.find("first-key").key_id == "first-key"
    assert len(published.requests) == 3
    signing_keys.find("first-key")
    assert len(published.requests) == 3, "no second try within the retry time"
    clock.now += RETRY
    published.down = False
    signing_keys.find("first-key")
    assert published.requests[3:] == ONE_FETCH


def test_without_keys_an_outage_is_not_the_callers_fault(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    published.down = True
    for _ in range(2):
        with pytest.raises(AuthorityUnreachable) as refusal:
            signing_keys.find("first-key")
    assert (refusal.value.status, refusal.value.reason) == (503, "authority_unreachable")
    assert len(published.requests) == 1
    clock.now += RETRY
    published.down = False
    assert signing_keys.find("first-key").key_id == "first-key"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": f"{PUBLIC_HOST}/common/v2.0"},
        {"issuer": None},
        {"issuer": [ISSUER]},
        {"jwks_uri": None},
        {"jwks_uri": ["x"]},
        {"jwks_uri": f"https://evil.example{JWKS}"},
        {"jwks_uri": f"{PUBLIC_HOST}@evil.example{JWKS}"},
        {"jwks_uri": f"{PUBLIC_HOST}.evil.example{JWKS}"},
        {"jwks_uri": f"http://login.microsoftonline.com{JWKS}"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_a_document_that_contradicts_us_is_refused(clock: Clock, changes: Json) -> None:
    published = ScriptedAuthority(keys=[K1.jwk()], changes=changes)
    if "issuer" not in changes or changes["issuer"] is None:
        published.changes = {name: value for name, value in changes.items() if value is not None}
        if None in changes.values():
            published.bodies[DISCOVERY] = as_json(
                without_none({"issuer": ISSUER, "jwks_uri": PUBLIC_HOST + JWKS} | changes)
            )
    with pytest.raises(AuthorityMismatch) as refusal:
        held_by(published, clock).find("first-key")
    assert (refusal.value.status, refusal.value.reason) == (503, "authority_mismatch")
    assert published.requests == ONE_FETCH[:1]


def test_a_contradiction_later_keeps_the_keys_that_are_held(
    signing_keys: SigningKeys, published: ScriptedAuthority, clock: Clock
) -> None:
    signing_keys.find("first-key")
    published.changes = {"issuer": "https://evil.example"}
    clock.now += LIFE + 1
    assert signing_keys.find("first-key").key_id == "first-key"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DISCOVERY, b""),
        (DISCOVERY, b"<html>"),
        (DISCOVERY, b"[]"),
        (DISCOVERY, b"\xff"),
        (DISCOVERY, b"[" * 100_000),
        (JWKS, b"{}"),
        (JWKS, b'{"keys":{}}'),
        (JWKS, b'{"keys":[]}'),
        (JWKS, b'{"keys":[null,1,"x",[],{}]}'),
        (JWKS, b'{"keys":[' + b"1," * 1000 + b"1]}"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_garbage_is_an_outage(clock: Clock, path: str, body: bytes) -> None:
    published = ScriptedAuthority(keys=[K1.jwk()], bodies={path: body})
    with pytest.raises(AuthorityUnreachable) as refusal:
        held_by(published, clock).find("first-key")
    assert refusal.value.reason == "authority_unreachable"


def test_control_an_ordinary_key_is_read() -> None:
    key = read_key(K1.jwk())
    assert key is not None
    assert key.public_key.public_numbers() == K1.private.public_key().public_numbers()
    assert read_key(K1.jwk(use=None, alg="RS256", key_ops=["verify"], issuer=None)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "EC"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"kid": None},
        {"kid": ""},
        {"kid": 5},
        {"issuer": 5},
        {"n": None},
        {"n": 5},
        {"n": "é"},
        {"n": ""},
        {"e": None},
        {"e": "AQ"},
        {"e": "Aw"},
        {"n": "_" * 2731},
        {"d": "AQAB"},
    ],
    ids=str,
)
def test_a_key_unfit_for_rs256_is_passed_over(changes: Json) -> None:
    assert read_key(K1.jwk(**changes)) is None
    assert set(read_keys({"keys": [K1.jwk(**changes), K2.jwk()]})) == {"second-key"}


def test_of_fifty_threads_one_fetches(published: ScriptedAuthority, clock: Clock) -> None:
    gate = threading.Barrier(50)
    signing_keys = held_by(published, clock)
    found: list[str] = []

    def ask() -> None:
        gate.wait()
        found.append(signing_keys.find("first-key").key_id)

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["first-key"] * 50
    assert published.requests == ONE_FETCH


def test_who_holds_a_good_key_does_not_wait_for_a_fetch(clock: Clock) -> None:
    published, started, go_on = ScriptedAuthority(keys=[K1.jwk()]), threading.Event(), threading.Event()

    def slow(url: str) -> bytes:
        if started.is_set():
            go_on.wait(10)
        return published.fetch(url)

    signing_keys = SigningKeys(discovery_url=PUBLIC_HOST + DISCOVERY, issuer=ISSUER, fetch=slow, clock=clock)
    signing_keys.find("first-key")
    clock.now += LIFE + 1
    started.set()
    other = threading.Thread(target=signing_keys.find, args=["first-key"])
    other.start()
    assert signing_keys.find("first-key").key_id == "first-key"
    go_on.set()
    other.join()


def test_fetch_returns_the_body() -> None:
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        assert fetch_document(f"{server.host}/x") == b"body"


def test_fetch_refuses_another_status() -> None:
    with serving(ScriptedAuthority(down=True)) as server, pytest.raises(OSError, match="expected status 200, came 503"):
        fetch_document(f"{server.host}/x")


def test_fetch_follows_no_redirect() -> None:
    published = ScriptedAuthority(bodies={"/there": b"body"}, redirects={"/here": "/there"})
    with serving(published) as server, pytest.raises(OSError, match="expected status 200, came 302"):
        fetch_document(f"{server.host}/here")
    assert published.requests == []


def test_fetch_sends_no_credentials_of_a_netrc_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine localhost login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(ScriptedAuthority(bodies={"/x": b"body"})) as server:
        requests.get(f"{server.host}/x", timeout=5)
        assert len(server.credentials) == 1, "control: requests itself would send them"
        assert fetch_document(f"{server.host}/x") == b"body"
        assert len(server.credentials) == 1


def test_fetch_refuses_a_large_body() -> None:
    large = ScriptedAuthority(bodies={"/x": b"x" * (keys.LARGEST_DOCUMENT + 1)})
    with serving(large) as server, pytest.raises(OSError, match="more than 1000000 bytes"):
        fetch_document(f"{server.host}/x")


def test_fetch_takes_a_bounded_time_altogether() -> None:
    ticks = iter([0.0, keys.PATIENCE + 1])
    with serving(ScriptedAuthority(bodies={"/x": b"x"})) as server, pytest.raises(OSError, match="more than 5 seconds"):
        fetch_document(f"{server.host}/x", clock=lambda: next(ticks))
