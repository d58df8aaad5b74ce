"""A stale session asks Entra silently: pages are led there, all else is refused."""

import html
import re
import time
from typing import Any

import pytest
from browsing import CALLBACK, NAVIGATION, SIGN_IN, Person, browser, come_back, query_of, reason_of, username
from django.test import override_settings
from django_entrance.entra import reachable
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY
from django_entrance.verification.errors import Refused
from entra_double import RunningEntra
from scripted import claims_v2, token
from scripted_microsoft import Handler, ScriptedMicrosoft, replies

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(any_client: Any) -> Any:
    return any_client


OTHER = "bad00000-0000-4000-8000-0000000000aa"


def change(client: Any, **values: int) -> None:
    session = client.session
    session[KEY] = session[KEY] | values
    session.save()


def make_stale(client: Any) -> None:
    change(client, checked=int(time.time()) - 3_601)


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft, client: Any) -> Any:
    """A browser whose session Entra must be asked about again."""
    assert microsoft.sign_in(client).status_code == 302
    client.cookies.pop("entrance_rounds")
    make_stale(client)
    return client


def visit(client: Any, path: str = "/?page=2") -> Any:
    return client.get(path, headers=NAVIGATION)


def ask(client: Any, path: str = "/?page=2") -> Any:
    """Visit a page, and follow our own redirect."""
    answer = visit(client, path)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (302, True)
    assert answer["Location"].startswith(f"{SIGN_IN}?recheck=1&next=")
    return client.get(answer["Location"], headers=NAVIGATION)


def test_a_page_is_led_to_entra_and_back(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    began = stale.session[KEY]["started"]
    answer = ask(stale)
    asked = query_of(answer["Location"])
    assert (asked["prompt"], asked["login_hint"]) == ("none", "ada@contoso.example")
    back = stale.get(microsoft.bring(answer["Location"]))
    assert (back.status_code, back["Location"]) == (302, "/?page=2")
    assert visit(stale).json()["username"] == "ada@contoso.example"
    assert (stale.session[KEY]["started"], EntraSession.objects.count()) == (began, 1)


def test_the_best_hint_is_the_claim(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    microsoft.changes = {"login_hint": "O.CiQ5"}
    microsoft.sign_in(client)
    make_stale(client)
    assert query_of(ask(client)["Location"])["login_hint"] == "O.CiQ5"
    microsoft.changes = {"preferred_username": None, "oid": OTHER}
    other = browser()
    microsoft.sign_in(other)
    make_stale(other)
    assert "login_hint" not in query_of(ask(other)["Location"])


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "application/json"},
        {"accept": "text/html", "x-requested-with": "XMLHttpRequest"},
        NAVIGATION | {"sec-fetch-mode": "cors"},
        NAVIGATION | {"sec-fetch-dest": "iframe"},
        {"sec-fetch-dest": "empty", "accept": "text/html"},
        {},
    ],
)
def test_everything_else_is_refused(stale: Any, headers: dict[str, str]) -> None:
    answer = stale.get("/", headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (401, "session_stale")


def send(client: Any, referer: str = "", **headers: str) -> str:
    """Send a form; return the page that says that it was not saved."""
    answer = client.post("/saves/", headers=NAVIGATION | headers | ({"referer": referer} if referer else {}))
    assert (answer.status_code, answer["X-Frame-Options"]) == (401, "DENY")
    page = str(answer.content.decode())
    assert "What you sent was not saved" in page
    assert "session_stale" in page
    return page


def sent_next(page: str) -> str:
    found = re.search(r'name="next" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


@pytest.mark.parametrize("page", ["/form/", "/form/?a=1&b=2", "/"])
def test_a_form_leads_to_its_page(stale: Any, page: str) -> None:
    shown = send(stale, f"http://localhost:8000{page}")
    assert sent_next(shown) == page
    assert "<button>Confirm with Microsoft</button>" in shown


@pytest.mark.parametrize(
    "referer",
    [
        *(
            "",
            "null",
            "https://other.example/form/",
            "http://localhost:8001/form/",
            "http://localhost:8000@other.example/",
        ),
        *("http://localhost:8000//other.example/", "http://[", f"http://localhost:8000/{'a' * 1_001}", "/form/"),
    ],
)
def test_a_form_of_no_page_of_this_site_leads_home(stale: Any, referer: str) -> None:
    assert sent_next(send(stale, referer)) == ""


def test_behind_a_proxy_the_page_is_on_the_public_url(microsoft: ScriptedMicrosoft, stale: Any, settings: Any) -> None:
    page = "https://app.contoso.com/form/"
    assert sent_next(send(stale, page)) == ""
    settings.ENTRANCE = microsoft.whole_settings(PUBLIC_URL="https://app.contoso.com")
    assert sent_next(send(stale, page)) == "/form/"


def test_without_a_credential_a_form_has_no_button(microsoft: ScriptedMicrosoft, stale: Any, settings: Any) -> None:
    settings.ENTRANCE = {key: each for key, each in microsoft.whole_settings().items() if key != "CLIENT_SECRET"}
    page = send(stale, "http://localhost:8000/form/?a=1")
    assert "<button" not in page
    assert '<a href="/form/?a=1">Open the page again</a>' in page
    assert '<a href="/accounts/profile/">' in send(stale)


@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}, NAVIGATION | {"sec-fetch-mode": "cors"}])
def test_a_program_that_sends_something_is_refused(stale: Any, headers: dict[str, str]) -> None:
    answer = stale.post("/", headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (401, "session_stale")


def test_a_front_end_ends_a_stale_session_that_was_not_renewed(stale: Any) -> None:
    csrf = stale.get("/entrance/session/").json()["csrf_token"]
    assert stale.delete("/entrance/session/", headers={"x-csrftoken": csrf}).status_code == 204
    assert (username(stale), EntraSession.objects.count()) == ("", 0)


def test_an_old_browser_tells_by_accept(stale: Any) -> None:
    assert stale.get("/", headers={"accept": "text/html"}).status_code == 302


def test_a_session_that_is_not_stale_is_not_asked_about(microsoft: ScriptedMicrosoft, client: Any) -> None:
    recheck = f"{SIGN_IN}?recheck=1&next=/closed/"
    assert client.get(recheck)["Location"] == "/closed/"
    microsoft.sign_in(client)
    assert client.get(recheck)["Location"] == "/closed/"
    assert visit(client).status_code == 200


@pytest.mark.parametrize("error", ["login_required", "interaction_required", "consent_required", "access_denied"])
def test_entra_ends_the_session(microsoft: ScriptedMicrosoft, stale: Any, error: str) -> None:
    way_back = microsoft.bring(ask(stale)["Location"], code="", error=error)
    answer = stale.get(f"{way_back}&error_description=AADSTS50058: not signed in.")
    text = answer.content.decode()
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    assert "<button>Sign in again</button>" in text
    assert 'name="next" value="/?page=2"' in text
    assert "AADSTS50058" in text
    assert 'name="prompt"' not in text
    assert (username(stale), EntraSession.objects.count()) == ("", 0)
    assert visit(stale).status_code == 200


def test_a_person_who_may_no_longer_enter_is_out(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    from django.contrib.auth.models import User

    way_back = microsoft.bring(ask(stale)["Location"])
    microsoft.changes = {"aud": "another"}
    answer = stale.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (401, "audience_refused")
    assert username(stale) == ""
    assert User.objects.count() == 1


def test_another_person_has_to_click(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    microsoft.changes = {"oid": OTHER, "preferred_username": "eve@contoso.example"}
    answer = stale.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    assert username(stale) == ""


def test_a_session_that_was_begun_meanwhile_stays(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"], code="", error="login_required")
    microsoft.sign_in(stale)
    assert stale.get(way_back)["Location"] == "/?page=2"
    assert username(stale) == "ada@contoso.example"


def test_the_answer_of_another_session_ends_nothing(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"], code="", error="login_required")
    EntraSession.objects.all().delete()
    microsoft.sign_in(stale)
    make_stale(stale)
    answer = stale.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    assert EntraSession.objects.count() == 1


def test_a_session_that_is_gone_ends_on_a_page(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"], code="", error="login_required")
    del stale.cookies["sessionid"]
    assert reason_of(stale.get(way_back)) == "sign_in_denied"


def scopes_of(client: Any) -> tuple[str, list[str]]:
    entra = client.get("/entrance/session/").json()["entra"]
    return entra["door"], entra["scopes"]


def begin_with_a_token(microsoft: ScriptedMicrosoft, client: Any, **claims: Any) -> Any:
    own = token(claims_v2(host=microsoft.host, now=int(time.time())) | claims)
    return client.post("/entrance/session/", headers={"authorization": f"Bearer {own}"})


def test_a_silent_answer_keeps_what_the_token_was_limited_to(microsoft: ScriptedMicrosoft, client: Any) -> None:
    begin_with_a_token(microsoft, client)
    make_stale(client)
    microsoft.changes = {"roles": ["Writer"]}
    assert client.get(microsoft.bring(ask(client)["Location"]))["Location"] == "/?page=2"
    assert scopes_of(client) == ("session", ["access_as_user"])
    assert client.get("/entrance/session/").json()["entra"]["app_roles"] == ["Writer"]
    microsoft.sign_in(client)
    assert scopes_of(client) == ("page", []), "a click begins a session of the application's own"


@pytest.mark.parametrize(("minutes", "roles"), [(0, ["Admin"]), (80, [])])
def test_an_older_token_brings_no_role_back(
    microsoft: ScriptedMicrosoft, client: Any, minutes: int, roles: list[str]
) -> None:
    begin_with_a_token(microsoft, client)
    make_stale(client)
    microsoft.changes = {"roles": None, "sid": "5e55-0002"}
    client.get(microsoft.bring(ask(client)["Location"]))
    issued = int(time.time()) - 300 - 60 * minutes
    answer = begin_with_a_token(microsoft, client, iat=issued, nbf=issued, sid="5e55-0001").json()["entra"]
    assert answer["app_roles"] == roles
    assert answer["recheck_at"] > time.time() + 3_500
    assert EntraSession.objects.get().sid == ("5e55-0002" if minutes else "5e55-0001")


def test_an_old_token_begins_a_session_that_is_as_old(microsoft: ScriptedMicrosoft, client: Any) -> None:
    issued = int(time.time()) - 300 - 30 * 60
    answer = begin_with_a_token(microsoft, client, iat=issued, nbf=issued).json()["entra"]
    assert time.time() + 1_700 < answer["recheck_at"] <= time.time() + 1_800
    assert answer["expires_at"] > time.time() + 28_000


def test_the_answer_does_not_undo_a_sign_out(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    stale.post("/entrance/sign-out/")
    assert reason_of(stale.get(way_back)) == "session_ended"
    assert (username(stale), EntraSession.objects.count()) == ("", 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_ended", [False, True])
def test_the_answer_does_not_undo_what_ends_the_session_meanwhile(
    microsoft: ScriptedMicrosoft, stale: Any, is_ended: bool
) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])

    def answer(handler: Handler) -> None:
        if is_ended:
            EntraSession.objects.all().delete()
        microsoft.give_token(handler)

    microsoft.answer = answer
    answered = stale.get(way_back)
    if is_ended:
        assert (answered.status_code, reason_of(answered)) == (401, "session_ended")
    else:
        assert answered["Location"] == "/?page=2"
    assert (username(stale) == "", EntraSession.objects.count()) == (is_ended, not is_ended)


# Entra is down


def test_while_entra_is_down_the_session_lives_on(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    microsoft.documents_down = True
    answer = ask(stale)
    assert (answer.status_code, answer["Location"]) == (302, "/?page=2")
    assert visit(stale).json()["username"] == "ada@contoso.example"
    assert stale.get("/", headers={"accept": "application/json"}).status_code == 200
    microsoft.documents_down = False
    change(stale, respite=int(time.time()) - 1)
    reachable.seen.clear()
    assert "prompt=none" in ask(stale)["Location"]


def test_while_entra_is_down_the_session_ends_at_its_end(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    microsoft.documents_down = True
    ask(stale)
    change(stale, started=int(time.time()) - 8 * 3_600 - 1)
    assert visit(stale).json()["username"] == ""


def down(handler: Handler) -> None:
    handler.connection.close()


def test_a_token_endpoint_that_is_down_ends_nothing(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    microsoft.answer = down
    assert stale.get(way_back)["Location"] == "/?page=2"
    assert visit(stale).json()["username"] == "ada@contoso.example"
    assert not reachable.is_reachable("default")


def test_keys_that_are_down_end_nothing(microsoft: ScriptedMicrosoft, stale: Any, settings: Any) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    with override_settings(SECRET_KEY=settings.SECRET_KEY):  # forgets the keys of the authority, and the client
        microsoft.documents_down = True
        assert stale.get(way_back)["Location"] == "/?page=2"


def test_an_authority_is_asked_once_a_minute_whether_it_is_there(microsoft: ScriptedMicrosoft, settings: Any) -> None:
    assert reachable.is_reachable("default")
    settings.ENTRANCE = microsoft.whole_settings(AUTHORITY_HOST="http://localhost:1")
    assert reachable.is_reachable("default")
    reachable.seen.clear()
    assert not reachable.is_reachable("default")
    settings.ENTRANCE = microsoft.whole_settings()
    assert not reachable.is_reachable("default")
    reachable.seen["default"] = reachable.Seen(answers=False, until=0)
    assert reachable.is_reachable("default")


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_what_the_browser_tells_of_an_outage_is_no_respite(
    microsoft: ScriptedMicrosoft, stale: Any, error: str
) -> None:
    answer = stale.get(microsoft.bring(ask(stale)["Location"], code="", error=error))
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unanswered")
    assert visit(stale).status_code == 302


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"error": "invalid_client", "error_description": "AADSTS7000222: expired"}, "sign_in_misconfigured"),
        ({"access_token": "opaque"}, "sign_in_unanswered"),
    ],
)
def test_a_fault_of_ours_neither_ends_nor_lengthens_it(
    microsoft: ScriptedMicrosoft, stale: Any, body: dict[str, str], reason: str
) -> None:
    way_back = microsoft.bring(ask(stale)["Location"])
    microsoft.answer = replies(401, body)
    assert reason_of(stale.get(way_back)) == reason
    assert EntraSession.objects.count() == 1
    assert visit(stale).status_code == 302


# no way round, no way past


def test_never_finishing_is_no_way_past(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    for _ in range(12):
        answer = ask(stale)
        assert "prompt=none" in answer.headers.get("Location", "") or answer["Refresh"] == "1", "some wait for others"
        assert stale.get("/", headers={"accept": "application/json"}).status_code == 401
    assert stale.get(f"{CALLBACK}?state=x&code=y").status_code == 400
    assert stale.get("/", headers={"accept": "application/json"}).status_code == 401


def test_a_session_that_is_not_stored_does_not_go_round(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    for _ in range(3):
        assert come_back(stale, microsoft.bring(ask(stale)["Location"])).status_code == 302
        make_stale(stale)
    answer = ask(stale)
    assert (answer.status_code, reason_of(answer)) == (429, "sign_in_loop")


def test_a_respite_that_is_not_stored_does_not_go_round(microsoft: ScriptedMicrosoft, stale: Any) -> None:
    microsoft.documents_down = True
    for _ in range(3):
        assert ask(stale)["Location"] == "/?page=2"
        change(stale, respite=0)
    assert reason_of(ask(stale)) == "sign_in_loop"


# without a credential


def test_without_a_credential_a_page_goes_on_without_a_user(
    microsoft: ScriptedMicrosoft, stale: Any, settings: Any
) -> None:
    settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None)
    for path in ("/", "/async/"):
        assert visit(stale, path).json()["username"] == ""
    assert stale.get("/", headers={"accept": "application/json"}).status_code == 401
    assert EntraSession.objects.count() == 1
    assert stale.get("/entrance/session/").json()["signed_in"]


def test_without_our_urls_a_page_goes_on_without_a_user(stale: Any, settings: Any) -> None:
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    assert stale.get("/nowhere/", headers=NAVIGATION).status_code == 404
    settings.LOGIN_REDIRECT_URL = "home"
    assert '<a href="/">Open the page again</a>' in send(stale)


def test_against_entra_double(entra: RunningEntra) -> None:
    ada = Person(entra)
    ada.sign_in()
    make_stale(ada.client)
    way_back = ada.at_microsoft(ask(ada.client)["Location"])
    assert ada.come_back(way_back)["Location"] == "/?page=2"
    assert visit(ada.client).json()["username"] == "ada@contoso.example"
    make_stale(ada.client)
    ada.http.cookies.clear()
    answer = ada.come_back(ada.at_microsoft(ask(ada.client)["Location"]))
    assert (answer.status_code, reason_of(answer)) == (401, "session_ended")
    assert issubclass(Refused, Exception)
