"""Runs the samples of the pages about sessions and page sign-in, against a running entra-double."""

import json
import re
import subprocess
from pathlib import Path

from sampling import NEW_PROJECT, ROOT, run_pytest, samples, write_sample

HOWTO = ROOT / "docs" / "howto"
BROWSING = ROOT / "packages" / "django-entrance" / "tests" / "browsing.py"

CONFTEST = """\
import pytest
from browsing import GRACE, Person


@pytest.fixture(autouse=True)
def at_entra_double(entra_server, settings, db):
    settings.DEBUG = True  # http is for localhost, and for debugging
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.ENTRANCE = {**settings.ENTRANCE, "AUTHORITY_HOST": entra_server.base_url}


@pytest.fixture
def ada(entra_server):
    return Person(entra_server)


@pytest.fixture
def grace(entra_server):
    return Person(entra_server, GRACE)


def text_of(person, path):
    return person.client.get(path).content.decode()
"""


def write_project(folder: Path, page: Path) -> None:
    """Write the samples of a page that begin with the name of a file, and what each test of a page needs."""
    (folder / "browsing.py").write_text(BROWSING.read_text())
    (folder / "conftest.py").write_text(CONFTEST)
    for code in samples(page, "python"):
        if code.startswith(("# settings.py", "# urls.py")):
            write_sample(folder, code, before=NEW_PROJECT if code.startswith("# settings.py") else "")
    for code in samples(page, "html"):
        name, _, rest = code.partition("\n")
        (folder / name.removeprefix("<!-- ").removesuffix(" -->")).write_text(rest)


PAGES = """\
from conftest import text_of


def test_a_person_signs_in_and_out(ada):
    assert "Sign in with Microsoft" in text_of(ada, "/")
    assert ada.sign_in(next="/")["Location"] == "/"
    assert "Hello, ada@contoso.example" in text_of(ada, "/")
    assert ada.client.post("/entrance/sign-out/", headers={"accept": "text/html"}).status_code == 302
    assert "Sign in with Microsoft" in text_of(ada, "/")


def test_login_required_leads_to_the_button(ada):
    assert ada.client.get("/log/")["Location"] == "/entrance/sign-in/?next=/log/"
    assert "Sign in with Microsoft" in text_of(ada, "/entrance/sign-in/?next=/log/")


def test_app_roles_open_a_page(ada, entra_server):
    ada.sign_in()
    assert ada.client.get("/write/").status_code == 200


def test_a_person_without_the_role_is_told_so(django_user_model, ada):
    plain = django_user_model.objects.create(username="plain")
    ada.client.force_login(plain, "django.contrib.auth.backends.ModelBackend")
    answer = ada.client.get("/write/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "Writer or Admin" in answer.content.decode()


def test_your_own_page_gives_all_of_them_your_look(tmp_path, settings, ada):
    (tmp_path / "django_entrance").mkdir()
    (tmp_path / "django_entrance" / "page.html").write_text("Contoso {% block main %}{% endblock %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    answer = ada.client.get("/entrance/callback/?state=unknown&code=x")
    assert answer.content.decode().startswith("Contoso")
    assert "sign_in_state" in answer.content.decode()
"""


def test_pages_with_a_button(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "sign-in-without-react.md")
    (tmp_path / "test_pages.py").write_text(PAGES)
    assert "5 passed" in run_pytest(tmp_path, "--ds=settings")


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


ADMIN = """\
def visit(person):
    return person.client.get("/admin/", follow=True)


def test_the_app_role_opens_the_admin(ada):
    assert "Sign in with Microsoft" in ada.client.get("/entrance/sign-in/?next=/admin/").content.decode()
    ada.sign_in(next="/admin/")
    page = visit(ada)
    assert page.status_code == 200
    assert "Site administration" in page.content.decode()


def test_a_person_without_it_is_told_so(grace):
    grace.sign_in(next="/admin/")
    page = visit(grace).content.decode()
    assert "not authorized to access this page" in page
    assert "Sign in with Microsoft" in page
    assert "select_account" in page
"""

NO_PASSWORDS = """

def test_visitors_are_sent_to_microsofts_button(ada):
    page = visit(ada)
    assert page.redirect_chain[-1][0].startswith("/entrance/sign-in/")
"""

OF_ADMIN = """
INSTALLED_APPS += ["django.contrib.admin", "django.contrib.messages", "django.contrib.staticfiles"]
MIDDLEWARE += ["django.contrib.messages.middleware.MessageMiddleware"]
STATIC_URL = "/static/"
LOGIN_URL = "entrance:sign-in"
"""


def test_the_admin(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "sign-in-without-react.md")
    settings, urls = samples(HOWTO / "the-admin.md", "python")
    [login] = samples(HOWTO / "the-admin.md", "html")
    with (tmp_path / "settings.py").open("a") as file:
        file.write(OF_ADMIN + settings)
    (tmp_path / "urls.py").write_text(urls)
    (tmp_path / "test_admin.py").write_text(ADMIN + NO_PASSWORDS)
    assert "3 passed" in run_pytest(tmp_path, "--ds=settings")
    (tmp_path / "urls.py").write_text(re.sub(r"^admin.site.login = .*$", "", urls, flags=re.MULTILINE))
    (tmp_path / "test_admin.py").write_text(ADMIN)
    assert "2 passed" in run_pytest(tmp_path, "--ds=settings")
    (tmp_path / "login.html").write_text(login.partition("\n")[2])
    (tmp_path / "urls.py").write_text(
        f"from django.contrib import admin\nadmin.site.login_template = 'login.html'\n{urls}"
    )
    assert "2 passed" in run_pytest(tmp_path, "--ds=settings")
