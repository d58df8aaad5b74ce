"""Runs the samples about sessions: how they begin and live, against a running entra-double."""

import json
import subprocess
from pathlib import Path

from sampling import CONFTEST, HOWTO, run_pytest, samples, write_project

SESSION = """\
import json
import subprocess

import pytest
from django.test import Client

ADA = "ada00000-0000-4000-a000-000000000011"
SESSION = "/entrance/session/"


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True, SERVER_NAME="localhost")


def start(browser, token):
    return browser.post(SESSION, headers={"Authorization": f"Bearer {token}"})


def end(browser):
    token = browser.get(SESSION).json()["csrf_token"]
    return browser.delete(SESSION, headers={"X-CSRFToken": token}).status_code


def person(browser):
    entra = browser.get(SESSION).json()["entra"]
    return entra and entra["object_id"]


def test_a_session_is_started_kept_and_ended(browser, entra_token):
    assert person(browser) is None
    assert start(browser, entra_token("ada")).status_code == 200
    assert person(browser) == ADA
    assert end(browser) == 204
    assert person(browser) is None


def test_the_end_wants_the_csrf_token(browser, entra_token):
    start(browser, entra_token("ada"))
    assert browser.delete(SESSION).status_code == 403
    assert person(browser) == ADA


def test_the_next_person_replaces_the_one_before(browser, entra_token):
    start(browser, entra_token("grace"))
    assert person(browser) != ADA
    start(browser, entra_token("ada"))
    assert person(browser) == ADA


def test_a_deactivated_user_has_no_session_and_is_refused(browser, entra_token, django_user_model):
    start(browser, entra_token("ada"))
    django_user_model.objects.update(is_active=False)
    assert person(browser) is None
    answer = start(browser, entra_token("ada"))
    assert (answer.status_code, answer.json()["reason"]) == (403, "user_disabled")


def test_the_answer_has_the_members_of_the_page(browser, entra_token, shown):
    answer = start(browser, entra_token("ada")).json()
    assert answer.keys() == shown.keys()
    assert answer["entra"].keys() == shown["entra"].keys()
    for name in ("door", "authority", "tenant_id", "object_id", "username", "scopes", "app_roles"):
        assert answer["entra"][name] == shown["entra"][name]
    assert answer["user"] == shown["user"]
"""

SHOWN = """

@pytest.fixture
def shown():
    import json
    from pathlib import Path

    return json.loads(Path("shown.json").read_text())
"""


def test_a_django_session_for_a_front_end(tmp_path: Path) -> None:
    page = HOWTO / "django-session-for-react.md"
    write_project(tmp_path, page)
    (tmp_path / "shown.json").write_text(samples(page, "json")[0])
    (tmp_path / "conftest.py").write_text(CONFTEST + SHOWN)
    (tmp_path / "test_session.py").write_text(SESSION)
    assert "5 passed" in run_pytest(tmp_path, "--ds=settings")


SCRIPT = """
import { endSession, startSession } from "./session.mjs";
const calls = [];
globalThis.fetch = async (address, options) => {
  calls.push({ address, ...options });
  const isFine = options?.headers?.Authorization !== "Bearer bad";
  return { ok: isFine, json: async () => (isFine ? { csrf_token: "c" } : { reason: "user_disabled" }) };
};
await startSession("good");
await endSession();
const reason = await startSession("bad").catch((error) => error.message);
console.log(JSON.stringify({ calls, reason }));
"""


def test_the_script_of_a_session_sends_what_django_reads(tmp_path: Path) -> None:
    [code] = samples(HOWTO / "django-session-for-react.md", "js")
    (tmp_path / "session.mjs").write_text(code)
    (tmp_path / "script.mjs").write_text(SCRIPT)
    run = subprocess.run(["node", tmp_path / "script.mjs"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    start, ask, end, _ = told["calls"]
    assert (start["method"], start["headers"]) == ("POST", {"Authorization": "Bearer good"})
    assert ask == {"address": "/entrance/session/"}
    assert (end["method"], end["headers"]) == ("DELETE", {"X-CSRFToken": "c"})
    assert told["reason"] == "user_disabled"


LIFE = """\
import pytest
from conftest import text_of
from django.core.management import call_command
from django_entrance.entra import reachable
from django_entrance.models import EntraSession


@pytest.fixture
def stale(ada):
    ada.sign_in(next="/")
    session = ada.client.session
    session["_entrance"]["checked"] -= 3_700
    session.save()
    return ada


def ask(person, path="/"):
    return person.client.get(path, headers={"accept": "text/html"})


def test_a_page_asks_silently_and_returns(stale):
    address = ask(stale)["Location"]
    assert address == "/entrance/sign-in/?recheck=1&next=%2F"
    at_entra = ask(stale, address)["Location"]
    assert "prompt=none" in at_entra
    assert stale.come_back(stale.at_microsoft(at_entra))["Location"] == "/"
    assert "Hello, ada@contoso.example" in text_of(stale, "/")


def test_a_form_and_json_are_refused(stale):
    assert stale.client.post("/").status_code == 401
    answer = stale.client.get("/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "session_stale")


def test_without_a_credential_the_page_has_no_user(stale, settings):
    settings.ENTRANCE = {key: value for key, value in settings.ENTRANCE.items() if key != "CLIENT_SECRET"}
    assert "Hello" not in ask(stale).content.decode()


def test_a_person_whom_entra_does_not_know_any_more_is_told_so(stale):
    stale.http.cookies.clear()
    answer = stale.come_back(stale.at_microsoft(ask(stale, ask(stale)["Location"])["Location"]))
    assert (answer.status_code, "session_ended" in answer.content.decode()) == (401, True)
    assert "Try again" in answer.content.decode() or "Sign in" in answer.content.decode()
    assert "Hello" not in text_of(stale, "/")


def test_while_entra_is_down_the_session_lives_on(stale, entra_server):
    reachable.seen.clear()  # a process remembers for ten seconds that Entra answered
    with entra_server.outage():
        assert ask(stale, ask(stale)["Location"])["Location"] == "/"
        assert "Hello, ada@contoso.example" in ask(stale).content.decode()


def test_a_deactivated_user_is_signed_out(ada, django_user_model):
    ada.sign_in(next="/")
    django_user_model.objects.update(is_active=False)
    assert "Hello" not in text_of(ada, "/")


def test_another_registration_ends_the_session(ada, settings):
    ada.sign_in(next="/")
    settings.ENTRANCE = {**settings.ENTRANCE, "CLIENT_ID": "517e0000-0000-4000-a000-000000000005"}
    assert "Hello" not in text_of(ada, "/")


@pytest.mark.parametrize("engine", ["db", "signed_cookies", "cache", "file"])
def test_a_session_ends_without_its_row_with_every_engine(ada, settings, engine, tmp_path):
    settings.SESSION_FILE_PATH = str(tmp_path)
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    ada.sign_in(next="/")
    assert "Hello" in text_of(ada, "/")
    call_command("entrance", "sign-out", "ada@contoso.example")
    assert "Hello" not in text_of(ada, "/")


@pytest.mark.parametrize("command", [["clearsessions"], ["entrance", "prune"]])
def test_rows_are_pruned(ada, command):
    ada.sign_in(next="/")
    EntraSession.objects.update(expires_at="2020-01-01T00:00Z")
    call_command(*command)
    assert not EntraSession.objects.exists()
"""


def test_how_long_a_session_lives(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "sign-in-without-react.md")
    times, order = samples(HOWTO / "how-long-a-session-lives.md", "python")
    before = "SIGN_IN = ENTRANCE\nWITHOUT = INSTALLED_APPS\n"
    after = (
        "ENTRANCE = {**SIGN_IN, **ENTRANCE}\nINSTALLED_APPS += [app for app in WITHOUT if app not in INSTALLED_APPS]\n"
    )
    with (tmp_path / "settings.py").open("a") as file:
        file.write(before + times + order + after)
    (tmp_path / "test_life.py").write_text(LIFE)
    assert "13 passed" in run_pytest(tmp_path, "--ds=settings")
