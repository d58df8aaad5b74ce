"""Signing keys shared through Django's cache, by real processes, and attacks by writing to the cache."""

import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.core.signing import Signer
from django.db import connection
from django.db.backends.signals import connection_created
from django_entrance.bearer.authentication import identify_token
from django_entrance.entra.authorities import configured_authorities, verified_tokens
from django_entrance.entra.key_cache import KeyCache
from django_entrance.verification.metadata.documents import Documents
from django_entrance.verification.metadata.key_set import RENEWAL
from django_entrance.verification.metadata.sharing import CLAIM
from scripted import ADA, API, K1, OTHER_TENANT, STRANGER, TENANT, ScriptedAuthority, as_json, claims_v2, token


@pytest.fixture
def shared(authority: ScriptedAuthority, settings: Any, tmp_path: Path) -> ScriptedAuthority:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": tmp_path}
    }
    settings.ENTRANCE = settings.ENTRANCE | {"KEYS_CACHE": "default"}
    return authority


def fresh(authority: ScriptedAuthority) -> str:
    return token(claims_v2(host=authority.host, now=int(time.time())))


def restart() -> None:
    """Drop all caches of a process."""
    configured_authorities.cache_clear()
    verified_tokens.cache_clear()


def ask(authority: ScriptedAuthority) -> str | None:
    identity = identify_token(fresh(authority))
    return None if identity is None else identity.object_id


def cached(authority: ScriptedAuthority) -> KeyCache:
    return KeyCache("default", f"{authority.host}/{TENANT}")


def test_what_one_process_fetched_the_next_one_finds(shared: ScriptedAuthority) -> None:
    for _ in range(3):
        assert ask(shared) == ADA
        restart()
    assert len(shared.requests) == 2


WORKERS = [7, 7, 6, 6, 6, 6, 6, 6]
"""Of each process: fifty together."""


def test_of_fifty_workers_in_eight_real_processes_one_fetches(
    shared: ScriptedAuthority, settings: Any, tmp_path: Path
) -> None:
    """The cache has an atomic ``add``, as Redis, Memcached and the database have."""
    caches = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    case = {"entrance": settings.ENTRANCE, "caches": caches, "database": str(tmp_path / "cache.sqlite3")}
    script = str(Path(__file__).parents[1] / "cache_worker.py")
    subprocess.run([sys.executable, script, json.dumps(case), "make the table"], check=True, timeout=60)
    with ExitStack() as stack:
        processes = []
        for workers in WORKERS:
            command = [sys.executable, script, json.dumps(case | {"workers": workers})]
            processes.append(stack.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, text=True, bufsize=1)))
        assert [stream(process.stdout).readline() for process in processes] == ["ready\n"] * 8
        text = fresh(shared)
        for process in processes:
            print(text, file=stream(process.stdin), flush=True)
        answers = [stream(process.stdout).readline().split() for process in processes]
    assert answers == [[ADA] * workers for workers in WORKERS]
    assert shared.requests == [
        f"{shared.host}/{TENANT}/v2.0/.well-known/openid-configuration",
        f"{shared.host}/{TENANT}/discovery/v2.0/keys",
    ]


def stream(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def strangers_documents(authority: ScriptedAuthority, *, age: float = 1, tenant: str = TENANT) -> str:
    """Documents of an attacker who can write to the cache: the right issuer with the attacker's key."""
    issuer = f"{authority.host}/{tenant}/v2.0"
    discovery = {"issuer": issuer, "jwks_uri": f"{authority.host}/{TENANT}/discovery/v2.0/keys"}
    keys = {"keys": [STRANGER.jwk(host=authority.host)]}
    return json.dumps(
        {"discovery": as_json(discovery).decode(), "keys": as_json(keys).decode(), "fetched_at": time.time() - age}
    )


@pytest.mark.parametrize(
    "poison",
    [
        lambda text, salt: text,
        lambda text, salt: Signer(key="another project's key", salt=salt).sign(text),
        lambda text, salt: Signer(salt="django_entrance.entra.key_cache:another authority").sign(text),
        lambda text, salt: f"{text}:{'A' * 43}",
        lambda text, salt: pickle.dumps(text),
        lambda text, salt: Documents(discovery=text.encode(), keys=b"{}", fetched_at=time.time()),
        lambda text, salt: {"keys": text},
        lambda text, salt: 5,
        lambda text, salt: None,
        lambda text, salt: f"{'x' * 50_000_000}:{'A' * 43}",
    ],
    ids=[
        "unsigned",
        "other key",
        "other authority",
        "made-up signature",
        "pickle",
        "object",
        "dict",
        "number",
        "None",
        "large",
    ],
)
def test_who_writes_to_the_cache_brings_in_no_key(
    shared: ScriptedAuthority, poison: Any, caplog: pytest.LogCaptureFixture
) -> None:
    store = cached(shared)
    text, salt = strangers_documents(shared), f"django_entrance.entra.key_cache:{shared.host}/{TENANT}"
    caches["default"].set(store.key, poison(text, salt))
    assert ask(shared) == ADA, "STRANGER has the key id of K1, so K1's token shows which key is held"
    assert len(shared.requests) == 2
    assert "does not answer" not in caplog.text, "it does"


def test_control_the_same_text_signed_by_the_project_is_believed(shared: ScriptedAuthority) -> None:
    cached(shared).write(strangers_documents(shared))
    text = token(claims_v2(host=shared.host, now=int(time.time())), key=STRANGER)
    identity = identify_token(text)
    assert identity is not None
    assert shared.requests == []


@pytest.fixture
def table(settings: Any, transactional_db: None) -> Iterator[None]:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "keys"}}
    call_command("createcachetable")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE keys")


def test_no_connection_to_the_database_outlives_its_fetch(
    authority: ScriptedAuthority, settings: Any, table: None
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"KEYS_CACHE": "default"}
    opened: list[Any] = []

    def note(connection: Any, **_: object) -> None:
        opened.append((threading.current_thread(), connection))

    connection_created.connect(note)
    try:
        assert ask(authority) == ADA
    finally:
        connection_created.disconnect(note)
    ((thread, used),) = opened
    thread.join(10)
    assert (thread.name, used.connection) == ("entrance-keys", None)
    assert connection.connection is not None, "that of the request goes on"


class Broken:
    """A cache without a server."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> None:
            raise ConnectionError("no route to the cache")

        return fail


def test_a_cache_that_is_down_counts_as_empty(
    shared: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("django_entrance.entra.key_cache.caches", {"default": Broken()})
    assert ask(shared) == ADA
    assert len(shared.requests) == 2
    assert "The cache 'default' does not answer (ConnectionError)" in caplog.text


@pytest.mark.parametrize(
    "changes",
    [{"age": -60}, {"age": RENEWAL + 5}, {"tenant": OTHER_TENANT}],
    ids=["of the future", "old", "other tenant"],
)
def test_even_what_the_project_signed_is_judged(shared: ScriptedAuthority, changes: Any) -> None:
    cached(shared).write(strangers_documents(shared, **changes))
    assert ask(shared) == ADA
    assert len(shared.requests) == 2


class Silent:
    """A cache without a server, with a client that hides it (``IGNORE_EXCEPTIONS``, ``ignore_exc``)."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None


def test_a_cache_that_hides_being_down_makes_nobody_wait(
    shared: ScriptedAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django_entrance.entra.key_cache.caches", {"default": Silent()})
    configured_authorities()[0].keys.sleep = refuse_to_wait
    assert ask(shared) == ADA
    assert len(shared.requests) == 2


def refuse_to_wait(seconds: float) -> None:
    raise AssertionError(f"waits {seconds} seconds for a claim that no process has")


def test_a_claim_is_granted_to_one_until_it_is_given_back(shared: ScriptedAuthority) -> None:
    one, other = cached(shared), cached(shared)
    assert one.claim(10)
    assert not other.claim(10)
    one.release()
    assert other.claim(10)


def test_a_claim_of_another_authority_keeps_nobody_waiting(shared: ScriptedAuthority) -> None:
    assert cached(shared).claim(10)
    assert KeyCache("default", "another authority").claim(10)


def test_a_claim_that_is_never_given_back_ends(shared: ScriptedAuthority) -> None:
    """Its process was killed; the others check again for ten seconds, then fetch themselves."""
    waits: list[float] = []
    configured_authorities()[0].keys.sleep = waits.append
    assert cached(shared).claim(60)
    assert ask(shared) == ADA
    assert sum(waits) == pytest.approx(CLAIM)
    assert len(shared.requests) == 2
    assert not cached(shared).claim(60), "and it is still not theirs"


def test_a_cache_that_keeps_nothing_will_do(shared: ScriptedAuthority, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert ask(shared) == ADA
    assert len(shared.requests) == 2


def test_keys_of_a_cache_are_fit_for_every_backend(settings: Any) -> None:
    """Memcached takes no space, no control character and at most 250 characters."""
    key = KeyCache("default", "https://host.example/tenant with\nspaces" * 20).key
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key
    assert len(key) < 200
    assert API not in key
    assert K1.key_id
