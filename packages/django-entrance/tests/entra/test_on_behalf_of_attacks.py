"""A token of one person is never another's, and nothing tells it: swaps, tampering, sign-out, outages, crowds."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from traceback import walk_tb
from typing import Any

import pytest
from browsing import ADA, GRACE
from calling import DOORS, CallingPerson, access_token, asking, drop_consent, reason
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import RequestFactory
from django_entrance.accounts import session_index
from django_entrance.bearer.authentication import identify_token
from django_entrance.entra import on_behalf_of, person_tokens
from django_entrance.entra.on_behalf_of import token_for, token_place
from django_entrance.entra.person_tokens import Given
from django_entrance.entra.session_grants import PAGE_GRANT, Grant, note_page_grant
from django_entrance.identified_request import attach_user
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.verification.errors import ConsentMissing, OtherWithoutToken, Refused, TokenMissing
from entra_double import RunningEntra
from entra_double._world.outages import Outage
from token_watch import SECRETS

pytestmark = pytest.mark.django_db(transaction=True)


DOWN = Outage(endpoint="token", kind="unavailable")


class DownCache(LocMemCache):
    """A cache whose server is away."""

    def away(self, *given: Any, **named: Any) -> Any:
        raise ConnectionError("the cache is away")

    get = set = add = delete = get_many = set_many = delete_many = away


def stored() -> dict[str, Any]:
    """Return what the cache holds, by key, without Django's prefix."""
    in_memory: Any = caches["default"]
    names = [key.removeprefix(":1:") for key in list(in_memory._cache)]
    return {name: cache.get(name) for name in names}


def places(kind: str) -> list[str]:
    return [key for key in stored() if key.startswith(f"entrance.{kind}.")]


def bearer_request(token: str, user: User) -> Any:
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {token}"})
    identity = identify_token(token)
    assert identity is not None
    request.user = user
    attach_user(request, user, identity)
    return request


@pytest.mark.parametrize("door", DOORS)
def test_two_people_have_two_tokens(calling: RunningEntra, door: str) -> None:
    ada, grace = CallingPerson(calling, door), CallingPerson(calling, door, GRACE)
    assert ada.get("/token/").json()["oid"] == ADA
    assert grace.get("/token/").json()["oid"] == GRACE
    assert ada.get("/token/").json()["oid"] == ADA


@pytest.mark.parametrize("kind", ["token", "grant"])
@pytest.mark.parametrize("door", ["session", "page"])
def test_what_is_kept_at_one_place_is_of_no_use_at_another(calling: RunningEntra, kind: str, door: str) -> None:
    """An attacker who writes into the cache, without SECRET_KEY, gives one person's tokens to another."""
    ada = CallingPerson(calling, door)
    ada.get("/token/")
    [of_ada] = places(kind)
    stolen = cache.get(of_ada)
    grace = CallingPerson(calling, door, GRACE)
    grace.get("/token/")
    [of_grace] = set(places(kind)) - {of_ada}
    cache.set(of_grace, stolen)
    answer = grace.get("/token/")
    assert answer.status_code == 200
    assert answer.json()["oid"] == GRACE
    if kind == "grant":
        assert reason(grace.get("/token/", scopes=".default")) == (401, "session_stale")


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: text[:40] + "A" + text[41:], str.upper, len])
def test_a_kept_token_that_was_changed_counts_as_none(calling: RunningEntra, change: Any) -> None:
    ada = CallingPerson(calling, "bearer")
    ada.digest()
    [place] = places("token")
    cache.set(place, change(cache.get(place)))
    with asking(calling, 1):
        ada.digest()


def test_a_new_secret_key_reads_what_a_fallback_sealed(calling: RunningEntra, settings: Any) -> None:
    ada = CallingPerson(calling, "bearer")
    first, old = ada.digest(), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-one-that-is-long-enough-for-anything", [old]
    with asking(calling, 0):
        assert ada.digest() == first
    settings.SECRET_KEY_FALLBACKS = []
    with asking(calling, 1):
        assert ada.digest() != first


def test_the_same_object_id_in_two_tenants_is_two_people(calling: RunningEntra) -> None:
    identity = identify_token(access_token(calling))
    assert identity is not None
    request = RequestFactory().get("/")
    request.user = User.objects.create(username="ada")
    other = replace(identity, claims=identity.claims._replace(tenant_id="fab00000-0000-4000-a000-000000000009"))
    assert token_place(request, identity, ("User.Read",)) != token_place(request, other, ("User.Read",))


def test_every_fact_of_a_caller_has_its_own_place(calling: RunningEntra) -> None:
    token = access_token(calling)
    identity = identify_token(token)
    assert identity is not None
    request = RequestFactory().get("/")
    request.user = User(pk=1)
    claims = identity.claims
    changed = [
        claims._replace(authority="other"),
        claims._replace(door="page"),
        claims._replace(principal=claims.principal._replace(object_id=GRACE)),
        claims._replace(principal=claims.principal._replace(client_id=ADA)),
        claims._replace(all={**claims.all, "acrs": ["c1"]}),
        claims._replace(all={**claims.all, "sid": "another"}),
        claims._replace(all={**claims.all, "xms_cc": ["cp1"]}),
    ]
    found = [token_place(request, replace(identity, claims=each), ("User.Read",)) for each in [claims, *changed]]
    found += [token_place(request, identity, ("User.Read", "Mail.Read")), token_place(request, identity, ("a", "b c"))]
    found += [token_place(request, identity, ("a b", "c"))]
    request.user = User(pk=2)
    assert len({*found, token_place(request, identity, ("User.Read",))}) == len(found) + 1


def test_another_token_in_the_header_than_the_one_that_let_in(calling: RunningEntra) -> None:
    """As where a middleware exchanges the header after ours."""
    user = User.objects.create(username="ada")
    request = bearer_request(access_token(calling), user)
    assert token_for(request, "User.Read")
    cache.clear()
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {access_token(calling, GRACE)}"
    with pytest.raises(TokenMissing):
        token_for(request, "User.Read")
    request.META["HTTP_AUTHORIZATION"] = f"Bearer {access_token(calling, exp=int(time.time()) - 600)}"
    with pytest.raises(TokenMissing):
        token_for(request, "User.Read")
    del request.META["HTTP_AUTHORIZATION"]
    with pytest.raises(TokenMissing):
        token_for(request, "User.Read")


def test_a_request_that_acts_as_another_user_has_no_token(calling: RunningEntra) -> None:
    request = bearer_request(access_token(calling), User.objects.create(username="ada"))
    request.user = User.objects.create(username="another")
    with pytest.raises(OtherWithoutToken):
        token_for(request, "User.Read")


@pytest.mark.parametrize("door", ["session", "page"])
def test_sign_out_deletes_what_was_kept(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door)
    ada.digest()
    assert len(places("grant")) == len(places("era")) == 1
    ada.client.post("/entrance/sign-out/")
    assert places("grant") == places("era") == []


@pytest.mark.parametrize("door", ["session", "page"])
def test_after_sign_out_a_kept_token_is_of_no_use(calling: RunningEntra, door: str) -> None:
    """The one that is still in the cache belongs to an era that is over."""
    ada = CallingPerson(calling, door)
    first = ada.digest()
    ada.client.post("/entrance/sign-out/")
    assert places("token")
    again = CallingPerson(calling, door)
    with asking(calling, 1):
        assert again.digest() != first


def test_sign_out_elsewhere_ends_the_tokens_of_a_bearer_too(calling: RunningEntra) -> None:
    session, bearer = CallingPerson(calling, "session"), CallingPerson(calling, "bearer")
    first = bearer.digest()
    session.client.post("/entrance/sign-out/")
    with asking(calling, 1):
        assert bearer.digest() != first


def test_a_sign_out_while_entra_is_asked_leaves_nothing_that_counts(
    calling: RunningEntra, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, bearer = CallingPerson(calling, "session"), CallingPerson(calling, "bearer")
    bearer.digest(scopes=".default")  # the era has begun
    ask = person_tokens.ask_entra

    def ask_and_sign_out(*given: Any) -> Any:
        found = ask(*given)
        session.client.post("/entrance/sign-out/")
        return found

    monkeypatch.setattr(on_behalf_of, "ask_entra", ask_and_sign_out)
    first = bearer.digest()
    monkeypatch.setattr(on_behalf_of, "ask_entra", ask)
    with asking(calling, 1):
        assert bearer.digest() != first


@pytest.mark.parametrize("door", ["session", "page"])
def test_a_session_that_is_ended_while_entra_is_asked_leaves_no_refresh_token(
    calling: RunningEntra, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    ada = CallingPerson(calling, door)
    before = stored()[places("grant")[0]]
    ada.digest(scopes=".default")
    assert stored()[places("grant")[0]] != before
    ask = person_tokens.ask_entra

    def ask_and_end(*given: Any) -> Any:
        found = ask(*given)
        session_index.end(EntraSession.objects.all())
        return found

    monkeypatch.setattr(on_behalf_of, "ask_entra", ask_and_end)
    ada.digest()
    assert places("grant") == []


@pytest.mark.parametrize("end", ["admin", "rows", "microsoft", "account", "moved"])
def test_a_session_that_is_ended_from_elsewhere_leaves_no_refresh_token(calling: RunningEntra, end: str) -> None:
    ada = CallingPerson(calling, "page")
    ada.digest()
    row = EntraSession.objects.get()
    assert places("grant")
    if end == "admin":
        session_index.end(EntraSession.objects.all())
    elif end == "rows":
        assert session_index.end_session_of(row.user, str(row.pk))
    elif end == "microsoft":
        assert session_index.end_sessions_at_microsoft(row.sid, str(row.account.tenant_id), ["default"]) == 1
    elif end == "account":
        EntraAccount.objects.get().delete()
    else:
        account = EntraAccount.objects.get()
        account.user = User.objects.create(username="another")
        account.save()
    assert places("grant") == places("era") == []


def test_a_disconnected_or_inactive_person_gets_no_kept_token(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    ada.digest()
    User.objects.update(is_active=False)
    assert reason(ada.get("/token/")) == (403, "user_disabled")
    User.objects.update(is_active=True)
    EntraAccount.objects.all().delete()
    assert reason(ada.get("/token/")) == (403, "account_exists")
    assert places("era") == []  # for whichever user becomes theirs


def test_nothing_tells_a_token(calling: RunningEntra, caplog: pytest.LogCaptureFixture) -> None:
    """The watch of every test reads logs, refusals and responses; here also the cache, sessions and rows."""
    people = [CallingPerson(calling, door) for door in DOORS]
    for person in people:
        person.get("/token/")
    texts = [str(value) for value in stored().values()]
    texts += [
        str(Session(session_data=each).get_decoded()) for each in Session.objects.values_list("session_data", flat=True)
    ]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            texts += [str(row) for row in cursor.fetchall()]
    assert len(SECRETS) > 6
    for text in texts:
        assert "eyJ" not in text
        assert not any(secret in text for secret in SECRETS)
    assert "eyJ" not in caplog.text


@pytest.mark.parametrize("break_it", [drop_consent, lambda entra: entra.emulator.outages.begin(DOWN)])
def test_no_frame_of_a_refusal_holds_a_token(calling: RunningEntra, break_it: Any) -> None:
    """An error page shows the variables of every frame."""
    token = access_token(calling)
    request = bearer_request(token, User.objects.create(username="ada"))
    break_it(calling)
    with pytest.raises(Refused) as refused:
        token_for(request, "User.Read")
    assert refused.value.__cause__ is refused.value.__context__ is None
    frames = [frame for frame, _ in walk_tb(refused.value.__traceback__)]
    assert len(frames) > 2
    for frame in frames[1:]:
        assert token[:40] not in repr(frame.f_locals)


def test_refresh_tokens_and_grants_have_a_repr_without_secret() -> None:
    assert "s3cret" not in repr(Grant("s3cret", is_refresh=True, until=0.0)) + repr(Given("s3cret", 1.0, "s3cret"))


def test_a_cache_that_is_down_costs_a_bearer_only_requests(calling: RunningEntra, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DownCache"}}
    ada = CallingPerson(calling, "bearer")
    with asking(calling, 2):
        assert ada.digest() != ada.digest()


def test_a_cache_that_is_down_is_told_to_a_session(calling: RunningEntra, settings: Any) -> None:
    ada = CallingPerson(calling, "session")
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DownCache"}}
    answer = ada.get("/token/")
    assert reason(answer) == (503, "authority_unreachable")
    assert "TOKENS_CACHE" in answer.json()["detail"]
    assert ada.client.post("/entrance/sign-out/").status_code == 302
    assert CallingPerson(calling, "page").get("/").json()["object_id"] == ADA


def test_twenty_threads_ask_once(calling: RunningEntra) -> None:
    user = User.objects.create(username="ada")
    token = access_token(calling)
    requests = [bearer_request(token, user) for _ in range(20)]
    begin = threading.Barrier(20)

    def ask(request: Any) -> str:
        begin.wait()
        return token_for(request, "User.Read")

    with asking(calling, 1), ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(ask, requests))) == 1


def test_twenty_threads_are_refused_once(calling: RunningEntra) -> None:
    drop_consent(calling)
    user = User.objects.create(username="ada")
    token = access_token(calling)
    requests = [bearer_request(token, user) for _ in range(20)]
    begin = threading.Barrier(20)

    def ask(request: Any) -> object:
        begin.wait()
        try:
            return token_for(request, "User.Read")
        except ConsentMissing as refusal:
            return refusal

    with ThreadPoolExecutor(20) as pool:
        refusals = list(pool.map(ask, requests))
    assert {type(each) for each in refusals} == {ConsentMissing}
    assert len(set(map(id, refusals))) == 20


class FullCache(LocMemCache):
    """A cache that still reads, but keeps and deletes nothing."""

    def full(self, *given: Any, **named: Any) -> Any:
        raise ConnectionError("the cache is full")

    set = delete_many = full


def test_a_cache_that_takes_nothing_costs_only_requests(calling: RunningEntra, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.FullCache"}}
    ada = CallingPerson(calling, "bearer")
    with asking(calling, 2):
        assert ada.digest() != ada.digest(claims='{"access_token":{}}')
    assert CallingPerson(calling, "session").get("/").json()["object_id"] == ADA


def test_a_session_of_an_old_token_keeps_no_longer_than_it(calling: RunningEntra) -> None:
    """The token is within the leeway, and ends before anything could be done with it."""
    ada = CallingPerson(calling, "session", exp=int(time.time()) - 5)
    assert places("grant") == []
    assert reason(ada.get("/token/")) == (401, "session_stale")


def test_a_sign_in_without_a_refresh_token_keeps_nothing(calling: RunningEntra) -> None:
    request = RequestFactory().get("/")
    note_page_grant(request, None)
    note_page_grant(request, "")
    assert PAGE_GRANT not in vars(request)
    note_page_grant(request, "a-refresh-token")
    assert PAGE_GRANT in vars(request)
