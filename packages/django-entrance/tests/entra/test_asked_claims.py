"""What another API's Conditional Access asks for leads a page to Microsoft and back, and never round in circles."""

from __future__ import annotations

import html
import json
import logging
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsing import CALLBACK, GRACE, NAVIGATION, SIGN_IN, Person, query_of, reason_of
from calling import CP1, VIEWS, CallingPerson, asking, demand_device, demand_of_graph, reason
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django_entrance.entra import asked_claims
from django_entrance.entra.asked_claims import keep_claims, kept_claims, note_answer, was_just_answered
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from entra_double import RunningEntra
from entra_double._world.policies import Demand

pytestmark = pytest.mark.django_db(transaction=True)

POLICY = "caca0000-0000-4000-a000-000000000001"
CLAIMS = {"access_token": {"capolids": {"essential": True, "values": [POLICY]}}}
ASKED = re.compile(r"/entrance/sign-in/\?asked=[0-9a-f]{32}&next=(.+)")
SESSION = "5e5510f0-0000-4000-8000-000000000001"
NEWER = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'


class DownCache(LocMemCache):
    """A cache with a server that is away."""

    def get_many(self, *given: Any, **named: Any) -> Any:
        raise ConnectionError("the cache is away")

    set = get_many


@pytest.fixture
def ada(calling: RunningEntra) -> CallingPerson:
    """Ada signed in on our pages, before Graph asks for a second factor."""
    return signed_in(calling)


def signed_in(calling: RunningEntra, server: str = "wsgi") -> CallingPerson:
    ada = CallingPerson(calling, "page", server=server)
    ada.client.cookies.pop("entrance_rounds")
    demand_of_graph(calling, Demand.MFA)
    return ada


def visit(ada: CallingPerson, path: str) -> Any:
    return ada.client.get(path, headers=NAVIGATION)


def ask(ada: CallingPerson, path: str) -> str:
    """Visit a page that calls Graph; return the address at Microsoft that the browser is led to."""
    answer = visit(ada, path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (302, True), answer.content
    assert ASKED.fullmatch(answer["Location"])
    assert dict(parse_qsl(urlsplit(answer["Location"]).query))["next"] == path
    asked = visit(ada, answer["Location"])
    assert asked.status_code == 302, asked.content.decode()
    return str(asked["Location"])


def prove(ada: CallingPerson, address: str) -> Any:
    return ada.at_site.come_back(ada.at_site.at_microsoft(address))


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_page_is_led_to_microsoft_with_these_claims_and_back(calling: RunningEntra, view: str, server: str) -> None:
    ada = signed_in(calling, server)
    key = ada.client.session.session_key
    asked = query_of(address := ask(ada, f"{view}me/?of=me"))
    assert json.loads(asked["claims"]) == CLAIMS
    assert ("login_hint" in asked, "prompt" in asked) == (True, False)
    assert "Prove it is you" in ada.at_site.http.get(address, timeout=10).text
    back = prove(ada, address)
    assert (back.status_code, back["Location"]) == (302, f"{view}me/?of=me")
    assert visit(ada, back["Location"]).json()["displayName"] == "Ada Lovelace"
    assert (ada.client.session.session_key, EntraSession.objects.count()) == (key, 1)


def test_control_without_the_policy_nothing_is_asked(calling: RunningEntra) -> None:
    assert visit(CallingPerson(calling, "page"), "/me/").json()["displayName"] == "Ada Lovelace"


def test_the_new_grant_gets_the_next_tokens_too(ada: CallingPerson, calling: RunningEntra) -> None:
    prove(ada, ask(ada, "/token/"))
    with asking(calling, 2):
        assert visit(ada, "/token/").status_code == 200
        assert ada.get("/token/", scopes=".default").status_code == 200
    with asking(calling, 0):
        assert ada.get("/token/", scopes=".default").status_code == 200


def test_no_address_of_ours_no_session_and_no_log_has_the_claims(ada: CallingPerson, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    led = visit(ada, "/me/")["Location"]
    asked = visit(ada, led)
    assert POLICY in asked["Location"], "Microsoft gets them"
    stored = [led, json.dumps(dict(ada.client.session)), caplog.text]
    stored += [str(each) for each in cache._cache.values()]  # type: ignore[attr-defined]  # of the cache in memory
    stored += [morsel.value for morsel in ada.client.cookies.values()]
    assert not [each for each in stored if POLICY in each or "capolids" in each]


@pytest.mark.parametrize("view", VIEWS)
def test_a_form_is_kept_and_sent_again(ada: CallingPerson, view: str) -> None:
    sent = {"note": "To be kept."}
    answer = ada.client.post(f"{view}form/", sent, headers=NAVIGATION)
    page = answer.content.decode()
    assert (answer.status_code, "Another service asks for it" in page, "Nothing was changed" in page) == (
        403,
        True,
        False,
    )
    assert POLICY not in page
    kept = json.loads(html.unescape(page.split('id="entrance-form" type="application/json">')[1].split("<")[0]))
    assert (kept["action"], kept["fields"]) == (f"{view}form/", [["note", "To be kept."]])
    asked = re.search('name="asked" value="([0-9a-f]{32})"', page)
    assert asked is not None
    begun = ada.client.post(SIGN_IN, {"asked": asked[1], "next": "/entrance/send-again/"})
    assert prove(ada, begun["Location"])["Location"] == "/entrance/send-again/"
    assert ada.client.post(kept["action"], sent, headers=NAVIGATION).json() == {
        "name": "Ada Lovelace",
        "note": "To be kept.",
    }


@pytest.mark.parametrize("view", VIEWS)
def test_the_same_challenge_after_the_return_ends_in_a_page(
    ada: CallingPerson, calling: RunningEntra, view: str
) -> None:
    back = prove(ada, ask(ada, f"{view}me/"))
    demand_device(calling)
    answer = visit(ada, back["Location"])
    assert answer.status_code == 403
    assert "Microsoft asks again for the proof that it was asked for a moment ago" in answer.content.decode()
    assert "which Conditional Access policy" in answer.content.decode()
    assert ada.client.post(f"{view}form/", {"note": ""}, headers=NAVIGATION).status_code == 403
    assert reason(ada.get(f"{view}me/")) == (403, "further_proof_needed"), "a program's answer is as before"


def test_a_minute_later_it_is_asked_for_again(ada: CallingPerson, calling: RunningEntra, monkeypatch: Any) -> None:
    monkeypatch.setattr(asked_claims, "JUST_NOW", 0)
    back = prove(ada, ask(ada, "/me/"))
    demand_device(calling)
    assert ASKED.fullmatch(visit(ada, back["Location"])["Location"])


def test_what_the_person_cannot_give_ends_in_a_page(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "page")
    demand_device(calling)
    state = query_of(ask(ada, "/me/"))["state"]
    answer = ada.client.get(CALLBACK, {"state": state, "error": "access_denied"})
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    page = answer.content.decode()
    assert '<form method="get" action="/entrance/sign-in/">' in page
    assert re.search('name="asked" value="[0-9a-f]{32}"', page)
    assert ada.at_site.username() == "ada@contoso.example", "the session goes on"


def test_another_person_is_refused(ada: CallingPerson, calling: RunningEntra) -> None:
    address = ask(ada, "/me/")
    grace = Person(calling, GRACE, client=ada.client)
    answer = grace.come_back(grace.at_microsoft(address))
    assert (answer.status_code, reason_of(answer)) == (403, "other_person")
    assert ada.at_site.username() == "ada@contoso.example"
    assert ASKED.fullmatch(visit(ada, "/me/")["Location"]), "and gives this session nothing"


def test_another_session_gets_nothing(calling: RunningEntra) -> None:
    ada, other = CallingPerson(calling, "page"), CallingPerson(calling, "page")
    demand_of_graph(calling, Demand.MFA)
    led = visit(ada, "/me/")["Location"]
    assert visit(other, led)["Location"] == "/me/", "its page asks by itself"
    assert visit(other, "/me/")["Location"] != led


@pytest.mark.parametrize("name", ["", "x", "A" * 32, "0" * 33, "../" + "0" * 29])
def test_what_is_no_name_asks_for_nothing(ada: CallingPerson, name: str) -> None:
    answer = visit(ada, f"{SIGN_IN}?asked={name}&next=/me/")
    assert (answer.status_code, "Sign in with another Microsoft account" in answer.content.decode()) == (200, True)


def test_claims_that_are_no_longer_kept_do_not_go_round(ada: CallingPerson) -> None:
    address = f"{SIGN_IN}?asked={'0' * 32}&next=/me/"
    for _ in range(3):
        assert visit(ada, address)["Location"] == "/me/"
    answer = visit(ada, address)
    assert (answer.status_code, reason_of(answer)) == (429, "sign_in_loop")


def test_an_authentication_context_is_kept(ada: CallingPerson, calling: RunningEntra, settings: Any) -> None:
    """A page that needs a context of ours, and calls an API that asks for something else, gets both."""
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": {"delete": "c1"}}
    prove(ada, ask(ada, "/me/"))
    step_up = visit(ada, visit(ada, "/delete/")["Location"])
    assert prove(ada, step_up["Location"])["Location"] == "/delete/"
    assert visit(ada, "/delete/").json()["displayName"] == "Ada Lovelace"
    assert ada.client.session[KEY]["identity"]["contexts"] == ["c1"]


@pytest.mark.parametrize("door", ["bearer", "session"])
def test_callers_with_a_token_are_not_led(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door, **CP1)
    demand_of_graph(calling, Demand.MFA)
    answer = ada.client.get("/me/", headers=NAVIGATION | ada.headers)
    assert answer.status_code == 401
    assert 'error="insufficient_claims"' in answer["WWW-Authenticate"]


def test_without_a_credential_a_page_says_what_is_missing(ada: CallingPerson, settings: Any) -> None:
    """The cookie of the session is as good as before; only nothing can be asked."""
    assert reason(ada.get("/me/")) == (403, "further_proof_needed")
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": None}
    assert visit(ada, "/me/").status_code == 503


def test_a_challenge_of_another_api_is_led_to_microsoft(ada: CallingPerson) -> None:
    """``token_for(…, claims=…)``: what the other API has asked for, Entra asks for."""
    prove(ada, ask(ada, "/token/"))
    assert visit(ada, "/token/").status_code == 200
    assert visit(ada, f"/token/?claims={NEWER}").status_code == 200


@pytest.mark.parametrize("claims", ["", "nonsense", "[]", '{"access_token":"%s"}' % ("x" * 2_000)])
def test_what_is_no_challenge_leads_nowhere(calling: RunningEntra, claims: str) -> None:
    assert keep_claims(SESSION, claims) == ""


def test_names_tell_sessions_and_claims_apart(calling: RunningEntra) -> None:
    name = keep_claims(SESSION, NEWER)
    assert keep_claims(SESSION, NEWER) == name
    assert len({name, keep_claims(SESSION, json.dumps(CLAIMS)), keep_claims("another", NEWER)}) == 3
    assert (kept_claims(SESSION, name), kept_claims("another", name)) == (NEWER, "")
    note_answer(SESSION, name)
    assert (was_just_answered(SESSION, name), was_just_answered("another", name)) == (True, False)


def test_a_cache_that_is_down_leads_nowhere(calling: RunningEntra, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DownCache"}}
    assert (keep_claims(SESSION, NEWER), kept_claims(SESSION, "0" * 32)) == ("", "")
    note_answer(SESSION, "0" * 32)
    assert not was_just_answered(SESSION, "0" * 32)
