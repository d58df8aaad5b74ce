"""A page session gets an authentication context: the page is led to Microsoft and back, and never round in circles."""

from __future__ import annotations

import html
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import NAVIGATION, SIGN_IN, Person, query_of, reason_of
from django.contrib.auth.models import Group, User
from django_entrance.entra.asked_claims import keep_claims
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from entra_double import RunningEntra
from scripted import ScriptedAuthority
from scripted_microsoft import ScriptedMicrosoft, replies
from sign_ins import LOGIN_REQUIRED, bearer, start_entra_session, start_session, with_middleware

pytestmark = pytest.mark.django_db

VIEWS = ["/view/", "/aview/", "/decorated/", "/adecorated/", "/mixed/", "/amixed/"]
CLAIMS = {"id_token": {"acrs": {"essential": True, "value": "c1"}}}
OTHER = "bad00000-0000-4000-8000-0000000000aa"
CONTEXTS = {"delete": "c1", "pay": "c2"}


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.ROOT_URLCONF = "context_urls"


@pytest.fixture
def microsoft(microsoft: ScriptedMicrosoft, settings: Any) -> ScriptedMicrosoft:
    settings.ENTRANCE = microsoft.whole_settings(AUTHENTICATION_CONTEXTS=CONTEXTS)
    return microsoft


@pytest.fixture
def client(any_client: Any, microsoft: ScriptedMicrosoft) -> Any:
    """A browser with a session of page sign-in."""
    return signed_in(microsoft, any_client)


@pytest.fixture(params=VIEWS)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def signed_in(microsoft: ScriptedMicrosoft, client: Any) -> Any:
    assert microsoft.sign_in(client).status_code == 302
    client.cookies.pop("entrance_rounds")
    return client


def visit(client: Any, path: str = "/decorated/?entry=7") -> Any:
    return client.get(path, headers=NAVIGATION)


def ask(client: Any, path: str = "/decorated/?entry=7") -> str:
    """Visit a page that needs the context; return the address at Microsoft that the browser is led to."""
    answer = visit(client, path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (302, True)
    assert answer["Location"] == f"{SIGN_IN}?{urlencode({'step_up': 'delete', 'next': path})}"
    asked = visit(client, answer["Location"])
    assert asked.status_code == 302, asked.content.decode()
    return str(asked["Location"])


def prove(microsoft: ScriptedMicrosoft, client: Any, path: str = "/decorated/?entry=7", **changes: Any) -> Any:
    microsoft.changes = {"acrs": ["c1"], **changes}
    return client.get(microsoft.bring(ask(client, path)))


def test_a_page_is_led_to_microsoft_and_back(microsoft: ScriptedMicrosoft, client: Any, place: str) -> None:
    key, began = client.session.session_key, client.session[KEY]["started"]
    asked = query_of(ask(client, place))
    assert json.loads(asked["claims"]) == CLAIMS
    assert (asked["login_hint"], asked.get("prompt")) == ("ada@contoso.example", None)
    back = prove(microsoft, client, place)
    assert (back.status_code, back["Location"]) == (302, place)
    assert visit(client, place).content == b"deleted"
    assert (client.session.session_key, client.session[KEY]["started"]) == (key, began)
    assert EntraSession.objects.count() == 1


def test_a_sign_in_asks_for_no_claims(microsoft: ScriptedMicrosoft, client: Any) -> None:
    assert "claims" not in query_of(client.post(SIGN_IN)["Location"])


@pytest.mark.parametrize("acrs", [None, [], ["c2"], "c1"], ids=repr)
def test_where_microsoft_does_not_give_it_a_page_says_so(microsoft: ScriptedMicrosoft, client: Any, acrs: Any) -> None:
    answer = prove(microsoft, client, acrs=acrs)
    page = answer.content.decode()
    assert (answer.status_code, reason_of(answer)) == (403, "proof_not_given")
    assert 'name="step_up" value="delete"' in page
    assert 'name="next" value="/decorated/?entry=7"' in page
    assert '<form method="get" action="/entrance/sign-in/">' in page
    assert username(client) == "ada@contoso.example"
    assert visit(client).status_code == 302


def username(client: Any) -> str:
    answer = client.get("/entrance/session/").json()
    return str((answer["user"] or {"username": ""})["username"])


def test_another_person_is_refused_and_the_session_stays(microsoft: ScriptedMicrosoft, client: Any) -> None:
    answer = prove(microsoft, client, oid=OTHER, preferred_username="mallory@contoso.example")
    assert (answer.status_code, reason_of(answer)) == (403, "other_person")
    assert 'name="prompt" value="select_account"' in answer.content.decode()
    assert username(client) == "ada@contoso.example"
    assert visit(client).status_code == 302
    assert not User.objects.filter(username__startswith="mallory").exists()
    address = f"{SIGN_IN}?step_up=delete&prompt=select_account"
    assert query_of(visit(client, address)["Location"])["prompt"] == "select_account"


@pytest.mark.parametrize("error", ["access_denied", "interaction_required"])
def test_a_person_who_breaks_it_off_stays_signed_in(microsoft: ScriptedMicrosoft, client: Any, error: str) -> None:
    answer = client.get(microsoft.bring(ask(client), code="", error=error))
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    assert username(client) == "ada@contoso.example"


def test_an_outage_leaves_the_session(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = ask(client)
    microsoft.answer = replies(503, {})
    answer = client.get(microsoft.bring(address))
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unanswered")
    assert username(client) == "ada@contoso.example"


def test_a_session_that_was_ended_meanwhile_gets_nothing(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = ask(client)
    EntraSession.objects.all().delete()
    microsoft.changes = {"acrs": ["c1"]}
    answer = client.get(microsoft.bring(address))
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    assert "<button>Sign in again</button>" in answer.content.decode()
    assert username(client) == ""


def test_another_session_gets_nothing(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = ask(client)
    csrf = client.get("/entrance/session/").json()["csrf_token"]
    client.delete("/entrance/session/", headers={"x-csrftoken": csrf})
    signed_in(microsoft, client)
    microsoft.changes = {"acrs": ["c1"]}
    answer = client.get(microsoft.bring(address))
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    assert visit(client).status_code == 302


def test_no_session_is_begun(microsoft: ScriptedMicrosoft, any_client: Any) -> None:
    answer = visit(any_client, f"{SIGN_IN}?step_up=delete&next=/form/")
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    start_session(any_client)
    assert visit(any_client, f"{SIGN_IN}?step_up=delete&next=/form/").status_code == 401


def test_a_session_that_has_it_is_led_on_at_once(microsoft: ScriptedMicrosoft, client: Any) -> None:
    prove(microsoft, client)
    assert visit(client, f"{SIGN_IN}?step_up=delete&next=/form/")["Location"] == "/form/"
    assert visit(client, f"{SIGN_IN}?step_up=pay&next=/form/")["Location"].startswith(microsoft.host)


@pytest.mark.parametrize("name", ["remove", "c1", ""])
def test_a_name_that_the_setting_lacks_asks_for_nothing(microsoft: ScriptedMicrosoft, client: Any, name: str) -> None:
    answer = visit(client, f"{SIGN_IN}?step_up={name}&next=/form/")
    assert (answer.status_code, "Sign in with another Microsoft account" in answer.content.decode()) == (200, True)


def test_a_page_that_loses_its_session_does_not_go_round(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.changes = {"acrs": ["c1"]}
    address = f"{SIGN_IN}?step_up=delete&next=/decorated/"
    for _ in range(3):
        client.get(microsoft.bring(visit(client, address)["Location"]))
        session = client.session
        session[KEY]["identity"]["contexts"] = []
        session.save()
    answer = visit(client, address)
    assert (answer.status_code, reason_of(answer)) == (429, "sign_in_loop")
    assert client.post(SIGN_IN, {"step_up": "delete"}).status_code == 302, "a click begins it all the same"


def test_the_context_does_not_outlive_the_re_check(microsoft: ScriptedMicrosoft, client: Any) -> None:
    prove(microsoft, client)
    recheck(microsoft, client)
    assert visit(client)["Location"].startswith(f"{SIGN_IN}?step_up=delete")


def recheck(microsoft: ScriptedMicrosoft, client: Any, **changes: Any) -> None:
    """Let the session become stale, and Microsoft confirm it silently."""
    checked_before(client, 3_601)
    microsoft.changes = changes
    asked = visit(client, visit(client)["Location"])
    assert query_of(asked["Location"])["prompt"] == "none"
    assert client.get(microsoft.bring(asked["Location"])).status_code == 302


def checked_before(client: Any, seconds: int) -> int:
    """Let Entra's last answer be some seconds old; return when it was."""
    session, at = client.session, int(time.time()) - seconds
    session[KEY] = session[KEY] | {"checked": at}
    session.save()
    return at


def prove_both(microsoft: ScriptedMicrosoft, client: Any, path: str) -> list[str]:
    """Follow a page to Microsoft and back until it answers; return what was proved there, each alone in its answer."""
    proved: list[str] = []
    for _ in range(3):
        answer = visit(client, path)
        if answer.status_code != 302:
            assert answer.content == b"paid and deleted"
            return proved
        asked = visit(client, answer["Location"])["Location"]
        proved.append(json.loads(query_of(asked)["claims"])["id_token"]["acrs"]["value"])
        microsoft.changes = {"acrs": [proved[-1]]}
        assert client.get(microsoft.bring(asked))["Location"] == path
    raise AssertionError(f"it went round: {proved}")


@pytest.mark.parametrize("path", ["/both/", "/aboth/", "/decorated-and-view/"])
def test_a_page_that_needs_two_contexts_gets_both(microsoft: ScriptedMicrosoft, client: Any, path: str) -> None:
    assert prove_both(microsoft, client, path) == ["c2", "c1"]
    assert prove_both(microsoft, client, path) == []


def test_the_earlier_context_does_not_outlive_the_re_check(microsoft: ScriptedMicrosoft, client: Any) -> None:
    prove(microsoft, client)
    checked_at = checked_before(client, 1_800)
    prove_both(microsoft, client, "/both/")
    assert client.session[KEY]["checked"] == checked_at, "Entra is asked again when it would have been"
    recheck(microsoft, client)
    assert visit(client).status_code == 302


def test_what_another_api_asks_for_takes_no_context_away(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    """Or a page that needs a context, and calls an API that asks for more, would go round."""
    prove(microsoft, client)
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": "default"}
    asked = keep_claims(client.session[KEY]["id"], '{"access_token":{"nbf":{"essential":true,"value":"1"}}}')
    microsoft.changes = {}
    back = client.get(microsoft.bring(visit(client, f"{SIGN_IN}?asked={asked}&next=/decorated/")["Location"]))
    assert (back.status_code, back["Location"]) == (302, "/decorated/")
    assert visit(client).content == b"deleted"


def test_a_made_up_name_is_no_server_error_where_nothing_is_kept(microsoft: ScriptedMicrosoft, client: Any) -> None:
    """Without ``TOKENS_CACHE``, whoever is signed in may still follow such a link."""
    assert visit(client, f"{SIGN_IN}?asked={'0' * 32}&next=/form/")["Location"] == "/form/"


def test_a_cache_that_the_settings_lose_meanwhile_is_no_server_error(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    before = settings.ENTRANCE
    settings.ENTRANCE = before | {"TOKENS_CACHE": "default"}
    asked = keep_claims(client.session[KEY]["id"], '{"access_token":{"nbf":{"essential":true,"value":"1"}}}')
    address = visit(client, f"{SIGN_IN}?asked={asked}&next=/form/")["Location"]
    settings.ENTRANCE = before
    assert client.get(microsoft.bring(address))["Location"] == "/form/"


def test_an_answer_with_both_counts_from_now(microsoft: ScriptedMicrosoft, client: Any) -> None:
    prove(microsoft, client)
    checked_before(client, 1_800)
    microsoft.changes = {"acrs": ["c1", "c2"]}
    client.get(microsoft.bring(visit(client, f"{SIGN_IN}?step_up=pay")["Location"]))
    assert time.time() - client.session[KEY]["checked"] < 60


def test_a_context_of_a_session_that_became_stale_meanwhile_is_gone(microsoft: ScriptedMicrosoft, client: Any) -> None:
    prove(microsoft, client)
    asked = visit(client, f"{SIGN_IN}?step_up=pay")["Location"]
    checked_before(client, 3_601)
    microsoft.changes = {"acrs": ["c2"]}
    client.get(microsoft.bring(asked))
    assert client.session[KEY]["identity"]["contexts"] == ["c2"]


@pytest.mark.parametrize("view", ["decorated", "adecorated"])
def test_a_name_that_the_setting_loses_meanwhile_is_no_server_error(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, view: str
) -> None:
    asked = ask(client, f"/{view}/")
    settings.ENTRANCE = microsoft.whole_settings(AUTHENTICATION_CONTEXTS={"pay": "c2"})
    microsoft.changes = {"acrs": ["c1"]}
    answer = client.get(microsoft.bring(asked))
    assert (answer.status_code, reason_of(answer)) == (403, "proof_not_given")
    page = answer.content.decode()
    assert ('name="recheck" value="1"' in page, 'name="step_up"' in page) == (True, False)
    assert visit(client, f"{SIGN_IN}?recheck=1&next=/form/")["Location"] == "/form/", "the button leads back"
    assert username(client) == "ada@contoso.example"


def test_a_name_that_gets_another_id_meanwhile_is_asked_for_again(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    asked = ask(client)
    settings.ENTRANCE = microsoft.whole_settings(AUTHENTICATION_CONTEXTS={"delete": "c3"})
    microsoft.changes = {"acrs": ["c1"]}
    answer = client.get(microsoft.bring(asked))
    assert (answer.status_code, reason_of(answer)) == (403, "proof_not_given")
    assert 'name="step_up" value="delete"' in answer.content.decode()


def test_an_older_token_does_not_bring_it_back(microsoft: ScriptedMicrosoft, client: Any) -> None:
    now = int(time.time())
    prove(microsoft, client)
    microsoft.changes = {"iat": now}
    client.get(microsoft.bring(visit(client, f"{SIGN_IN}?step_up=pay")["Location"]))
    assert visit(client).content == b"deleted", "what Microsoft refuses changes nothing"
    recheck(microsoft, client, iat=now + 1)
    assert visit(client).status_code == 302, "the contexts are those of the newest token"
    prove(microsoft, client, iat=now)
    assert visit(client).status_code == 302, "and an older one does not bring it back"
    client.cookies.pop("entrance_rounds")
    prove(microsoft, client, iat=now + 2)
    assert visit(client).content == b"deleted"


def test_under_login_required_it_works_as_well(microsoft: ScriptedMicrosoft, client: Any, settings: Any) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert prove(microsoft, client)["Location"] == "/decorated/?entry=7"
    assert visit(client).content == b"deleted"


def test_without_a_credential_a_page_says_what_is_missing(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    settings.ENTRANCE = {key: each for key, each in settings.ENTRANCE.items() if key != "CLIENT_SECRET"}
    answer = visit(client)
    assert (answer.status_code, "You may not open this page" in answer.content.decode()) == (403, True)
    assert client.post("/decorated/", headers=NAVIGATION).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json"},
        {"accept": "text/html", "x-requested-with": "XMLHttpRequest"},
        NAVIGATION | {"sec-fetch-mode": "cors"},
    ],
)
def test_a_program_is_not_led_anywhere(microsoft: ScriptedMicrosoft, client: Any, headers: dict[str, str]) -> None:
    answer = client.get("/view/", headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (403, "authentication_context_missing")
    assert client.post("/view/", headers=headers).status_code == 403


def test_an_authority_that_does_not_count_here_is_not_asked(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    answer = visit(client, f"{SIGN_IN}?step_up=delete")
    assert (answer.status_code, reason_of(answer)) == (401, "authority_not_here")


def issuer(microsoft: ScriptedMicrosoft) -> ScriptedAuthority:
    """Return the same authority, for access tokens."""
    found = ScriptedAuthority()
    found.host = microsoft.host
    return found


def test_a_session_that_a_token_began_goes_to_microsoft_too(
    microsoft: ScriptedMicrosoft, any_client: Any, settings: Any
) -> None:
    """It keeps its scopes and the capability of its client, and gets the context."""
    settings.ENTRANCE = microsoft.whole_settings(AUTHENTICATION_CONTEXTS=CONTEXTS, REQUIRED_SCOPES=["access_as_user"])
    start_entra_session(any_client, issuer(microsoft), xms_cc=["CP1"])
    refused = any_client.get("/decorated/", headers={"accept": "application/json"})
    assert (refused.status_code, "claims" in refused.json()) == (401, True)
    assert prove(microsoft, any_client)["Location"] == "/decorated/?entry=7"
    assert visit(any_client).content == b"deleted"
    shown = any_client.get("/entrance/session/").json()["entra"]
    assert (shown["door"], shown["scopes"], shown["authentication_contexts"]) == ("session", ["access_as_user"], ["c1"])
    assert any_client.session[KEY]["identity"]["capabilities"] == ["cp1"]


def test_a_token_is_a_programs_and_leads_nowhere(microsoft: ScriptedMicrosoft, any_client: Any) -> None:
    answer = any_client.get("/decorated/", headers=NAVIGATION | bearer(issuer(microsoft)))
    assert answer.status_code == 403


class TestAdmin:
    """Django's admin: a decorator on ``delete_view``, a question in ``delete_queryset``."""

    @pytest.fixture(autouse=True)
    def staff(self, client: Any) -> None:
        User.objects.update(is_staff=True, is_superuser=True)

    def test_a_deletion_leads_to_microsoft(self, microsoft: ScriptedMicrosoft, client: Any) -> None:
        group = Group.objects.create(name="readers")
        place = f"/admin/auth/group/{group.pk}/delete/"
        assert prove(microsoft, client, place)["Location"] == place
        assert b"Are you sure" in visit(client, place).content
        assert client.post(place, {"post": "yes"}, headers=NAVIGATION).status_code == 302
        assert not Group.objects.exists()

    def test_an_action_keeps_its_form(self, microsoft: ScriptedMicrosoft, client: Any) -> None:
        groups = [Group.objects.create(name=name).pk for name in ("readers", "writers")]
        sent = {"action": "delete_selected", "_selected_action": groups, "post": "yes"}
        page = client.post("/admin/auth/group/", sent, headers=NAVIGATION).content.decode()
        assert "Deleting groups needs a second proof." in page
        assert "Nothing was changed yet." in page
        kept = json.loads(html.unescape(page.split('id="entrance-form" type="application/json">')[1].split("<")[0]))
        assert kept["action"] == "/admin/auth/group/"
        assert [value for name, value in kept["fields"] if name == "_selected_action"] == [str(pk) for pk in groups]
        assert Group.objects.count() == 2
        microsoft.changes = {"acrs": ["c1"]}
        asked = client.post(SIGN_IN, {"step_up": "delete", "next": "/entrance/send-again/"})
        assert client.get(microsoft.bring(asked["Location"]))["Location"] == "/entrance/send-again/"
        assert client.post(kept["action"], sent, headers=NAVIGATION).status_code == 302
        assert not Group.objects.exists()


def test_at_entra_double_a_person_proves_it_once(entra: RunningEntra, settings: Any, any_client: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": CONTEXTS}
    ada = Person(entra, client=any_client)
    ada.sign_in()
    any_client.cookies.pop("entrance_rounds")
    address = visit(any_client, visit(any_client)["Location"])["Location"]
    assert "Prove it is you" in ada.http.get(address, timeout=10).text
    back = ada.come_back(ada.at_microsoft(address))
    assert (back.status_code, back["Location"]) == (302, "/decorated/?entry=7")
    assert visit(any_client).content == b"deleted"
