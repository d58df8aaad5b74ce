"""Runs the samples about sign-in on pages, the admin and proxies, against a running entra-double."""

import re
from pathlib import Path

from sampling import HOWTO, ROOT, run_pytest, samples, write_files, write_project

FIRST = """\
from django.template import engines


def test_the_button_leads_to_a_session(ada, rf):
    button = engines["django"].get_template("button.html").render(request=rf.get("/about/"))
    assert "Sign in with Microsoft" in button
    assert 'action="/entrance/sign-in/"' in button
    assert 'name="next" value="/about/"' in button
    assert ada.sign_in(next="/about/")["Location"] == "/about/"
    assert ada.client.get("/entrance/session/").json()["user"]["username"] == "ada@contoso.example"
"""


def test_the_first_example(tmp_path: Path) -> None:
    settings, urls, *_ = samples(ROOT / "README.md", "python")
    [button] = samples(ROOT / "README.md", "html")
    write_files(tmp_path, settings, urls)
    (tmp_path / "button.html").write_text(button)
    (tmp_path / "test_first.py").write_text(FIRST)
    assert "1 passed" in run_pytest(tmp_path, "--ds=settings")


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


ADMIN = """\
def visit(person):
    return person.client.get("/admin/", follow=True)


def test_the_app_role_opens_the_admin(ada):
    assert "Sign in with Microsoft" in ada.client.get("/entrance/sign-in/?next=/admin/").content.decode()
    ada.sign_in(next="/admin/")
    page = visit(ada)
    assert page.status_code == 200
    assert "Site administration" in page.content.decode()
"""

PASSWORDS = """

def test_a_person_without_it_is_told_so(grace):
    grace.sign_in(next="/admin/")
    page = visit(grace).content.decode()
    assert "not authorized to access this page" in page
    assert "Sign in with Microsoft" in page
    assert "select_account" in page
"""

NO_PASSWORDS = """

def test_a_person_without_it_is_told_so(grace):
    grace.sign_in(next="/admin/")
    page = visit(grace).content.decode()
    assert "this user may not open it" in page
    assert "Sign in with another Microsoft account" in page
    assert 'type="password"' not in page


def test_visitors_are_sent_to_microsofts_button_and_keep_their_page(ada):
    page = ada.client.get("/admin/auth/user/?q=a", follow=True)
    assert page.redirect_chain[-1][0].startswith("/entrance/sign-in/?")
    assert 'name="next" value="/admin/auth/user/?q=a"' in page.content.decode()
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
    urls = re.sub(r"^admin.site.login = .*$", "", urls, flags=re.MULTILINE)
    (tmp_path / "urls.py").write_text(urls)
    (tmp_path / "test_admin.py").write_text(ADMIN + PASSWORDS)
    assert "2 passed" in run_pytest(tmp_path, "--ds=settings")
    (tmp_path / "login.html").write_text(login.partition("\n")[2])
    (tmp_path / "urls.py").write_text(
        f"from django.contrib import admin\nadmin.site.login_template = 'login.html'\n{urls}"
    )
    assert "2 passed" in run_pytest(tmp_path, "--ds=settings")


PROXY = """\
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_entrance.checks import check_public_address


def test_the_redirect_uri_has_the_public_address(ada):
    answer = ada.client.post("/entrance/sign-in/", headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert "redirect_uri=https%3A%2F%2Fapp.contoso.com%2Fentrance%2Fcallback%2F" in answer["Location"]


@pytest.mark.parametrize(
    ("host", "scheme", "is_trusted", "status"),
    [
        ("10.0.0.7:8000", "https", True, 302),
        ("10.0.0.7:8000", "https", False, 403),
        ("app.contoso.com", "https", False, 302),
        ("app.contoso.com", "http", False, 403),
    ],
)
def test_the_button_is_a_form_of_this_site(settings, host, scheme, is_trusted, status):
    settings.ALLOWED_HOSTS = ["*"]
    if not is_trusted:
        settings.CSRF_TRUSTED_ORIGINS = []
    client = Client(enforce_csrf_checks=True, headers={"host": host, "x-forwarded-proto": scheme})
    page = client.get("/entrance/sign-in/").content.decode()
    sent = {"csrfmiddlewaretoken": page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]}
    client.cookies["csrftoken"]["secure"] = ""  # the browser speaks https, whatever Django sees
    answer = client.post("/entrance/sign-in/", sent, headers={"origin": "https://app.contoso.com"})
    assert answer.status_code == status
    assert ("Origin checking failed" in answer.content.decode()) == (status == 403)


def test_doctor_prints_the_lines_of_the_page(capsys, settings, db):
    call_command("entrance", "doctor")
    printed = capsys.readouterr().out
    for line in Path("printed.txt").read_text().splitlines():
        assert line in printed


def test_doctor_takes_the_site(capsys, settings):
    settings.ENTRANCE = {key: value for key, value in settings.ENTRANCE.items() if key != "PUBLIC_URL"}
    with pytest.raises(CommandError):  # no server is there
        call_command("entrance", "doctor", "--site", "http://localhost:1/")
    assert "web: http://localhost:1/entrance/callback/" in capsys.readouterr().out


def test_the_check_warns(settings):
    assert check_public_address(None) == []
    settings.ENTRANCE = {key: value for key, value in settings.ENTRANCE.items() if key != "PUBLIC_URL"}
    assert check_public_address(None) == []  # by SECURE_PROXY_SSL_HEADER
    settings.SECURE_PROXY_SSL_HEADER = None
    assert [warning.id for warning in check_public_address(None)] == ["entrance.W015"]
"""


def test_behind_a_proxy(tmp_path: Path) -> None:
    page = HOWTO / "behind-a-proxy.md"
    write_project(tmp_path, HOWTO / "sign-in-without-react.md")
    public, header, origins = samples(page, "python")
    with (tmp_path / "settings.py").open("a") as file:
        file.write(f"SIGN_IN = ENTRANCE\n{public}ENTRANCE = {{**SIGN_IN, **ENTRANCE}}\n{header}{origins}")
    (tmp_path / "printed.txt").write_text("\n".join(re.findall(r"^ok .*$", page.read_text(), re.MULTILINE)))
    (tmp_path / "test_proxy.py").write_text(PROXY)
    assert "8 passed" in run_pytest(tmp_path, "--ds=settings")


STEP_UP = """\
from browsing import NAVIGATION, Person
from django.contrib.auth.models import Group, User


def prove(person, answer):
    at_microsoft = person.client.get(answer["Location"], headers=NAVIGATION)["Location"]
    return person.come_back(person.at_microsoft(at_microsoft))


def test_a_page_is_led_to_microsoft_and_back(ada):
    ada.sign_in()
    answer = ada.client.get("/log/7/delete/", headers=NAVIGATION)
    assert answer["Location"] == "/entrance/sign-in/?step_up=delete&next=%2Flog%2F7%2Fdelete%2F"
    assert prove(ada, answer)["Location"] == "/log/7/delete/"
    assert ada.client.get("/log/7/delete/").json() == {"deleted": 7}
    assert ada.client.get("/any/7/delete/").json() == {"deleted": 7}


def test_the_admin_keeps_what_was_sent(ada):
    ada.sign_in()
    User.objects.update(is_staff=True, is_superuser=True)
    group = Group.objects.create(name="readers")
    place = f"/admin/auth/group/{group.pk}/delete/"
    page = ada.client.post(place, {"post": "yes"}, headers=NAVIGATION)
    assert page.status_code == 403
    assert "To delete an entry, confirm that it is you." in page.content.decode()
    assert prove(ada, ada.client.get(place, headers=NAVIGATION))["Location"] == place
    ada.client.post(place, {"post": "yes"}, headers=NAVIGATION)
    assert not Group.objects.exists()


def test_a_password_answers_djangos_questions(client):
    client.force_login(User.objects.create_superuser("edsger"), "django.contrib.auth.backends.ModelBackend")
    page = client.get("/log/7/delete/", headers=NAVIGATION | {"host": "localhost"})
    assert (page.status_code, "This login cannot give a further proof" in page.content.decode()) == (403, True)
    assert client.get("/any/7/delete/", headers={"host": "localhost"}).json() == {"deleted": 7}
    client.force_login(User.objects.create(username="barbara"), "django.contrib.auth.backends.ModelBackend")
    assert client.get("/any/7/delete/", headers={"host": "localhost"}).status_code == 403
"""


def test_asking_for_more_proof(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "ask-for-more-proof.md")
    (tmp_path / "test_page.py").write_text(STEP_UP)
    assert "3 passed" in run_pytest(tmp_path, "--ds=settings")
