"""The login page of Django's admin offers Microsoft's button beside the password form."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from browsing import ADA, GRACE, Person
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import include, path
from django_entrance.apps import offer_in_admin
from entra_double import RunningEntra
from many_groups import settings_for
from scripted import API, TENANT, ScriptedAuthority
from sign_ins import start_entra_session, start_session

pytestmark = pytest.mark.django_db


class PlainSite(admin.AdminSite):
    """A site that keeps Django's own page."""

    login_template = "admin/login.html"


own, plain = admin.AdminSite(name="own"), PlainSite(name="plain")
urlpatterns = [
    path("admin/", admin.site.urls),
    path("own/", own.urls),
    path("plain/", plain.urls),
    path("entrance/", include("django_entrance.urls")),
]


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "CLIENT_SECRET": "entra-local-not-a-secret"}


def sent(html: str, name: str) -> str | None:
    """Return a field of the button's form."""
    form = re.search(r'<form class="entrance-sign-in-form".*?</form>', html, re.DOTALL)
    found = form and re.search(rf'name="{name}" value="([^"]*)"', form[0])
    return found[1] if found else None


@pytest.mark.parametrize("site", ["admin", "own"])
@pytest.mark.parametrize("page", ["auth/user/?q=ada", ""])
def test_the_button_keeps_the_page(strict_client: Client, site: str, page: str) -> None:
    response = strict_client.get(f"/{site}/{page}", follow=True)
    html = response.content.decode()
    assert 'id="login-form"' in html
    assert html.count("django_entrance/sign-in.css") == 1
    assert sent(html, "next") == f"/{site}/{page}"


def test_the_page_is_kept_after_a_wrong_password(client: Client) -> None:
    wrong = {"username": "x", "password": "y", "next": "/admin/auth/user/"}
    html = client.post("/admin/login/?next=/admin/auth/user/", wrong).content.decode()
    assert "errornote" in html
    assert sent(html, "next") == "/admin/auth/user/"


def test_a_site_with_a_page_of_its_own_keeps_it(client: Client) -> None:
    assert "entrance" not in client.get("/plain/login/").content.decode()


@pytest.mark.parametrize("debug", [True, False], ids=["DEBUG", "not DEBUG"])
def test_without_a_credential_the_page_is_django_s(client: Client, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API}
    html = client.get("/admin/login/").content.decode()
    assert "entrance" not in html
    assert 'id="login-form"' in html


def test_a_person_without_staff_status_is_told_so(authority: ScriptedAuthority, client: Client, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "entra-local-not-a-secret"}
    enter(client, authority, roles=["Reader"])
    html = client.get("/admin/", follow=True).content.decode()
    assert "You are authenticated as ada@contoso.example, but are not authorized to" in html
    assert sent(html, "prompt") == "select_account", "another account of Microsoft's may be staff"
    assert client.get("/admin/auth/user/").status_code == 302


def test_staff_by_access_enters_and_leaves_with_the_role(
    authority: ScriptedAuthority, client: Client, settings: Any
) -> None:
    Group.objects.create(name="editors")
    access = {"app_roles": {"Admin": {"is_staff": True}, "Editor": {"groups": ["editors"]}}}
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": access}
    enter(client, authority, roles=["Admin"])
    assert client.get("/admin/").status_code == 200
    enter(client, authority, roles=["Editor"])
    assert client.get("/admin/").status_code == 302


def test_staff_by_hand_enters(authority: ScriptedAuthority, client: Client) -> None:
    enter(client, authority, roles=["Reader"])
    User.objects.update(is_staff=True)
    assert client.get("/admin/").status_code == 200


def test_control_a_password_enters_as_before(client: Client) -> None:
    User.objects.create_superuser("root", password="secret")
    answer = client.post("/admin/login/?next=/admin/", {"username": "root", "password": "secret", "next": "/admin/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    start_session(client)
    assert "You are authenticated as barbara" in client.get("/admin/", follow=True).content.decode()


@pytest.mark.parametrize(("object_id", "is_staff"), [(ADA, True), (GRACE, False)], ids=["Ada", "Grace"])
def test_from_the_button_to_the_admin(
    entra_server: RunningEntra, settings: Any, object_id: str, is_staff: bool
) -> None:
    """Ada has the app role that makes staff. The client asks for CSRF tokens."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost"]
    access = {"app_roles": {"Admin": {"is_staff": True}}}
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=access)
    browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", SERVER_PORT="8000")
    person = Person(entra_server, object_id, client=browser)
    html = browser.get("/admin/", follow=True).content.decode()
    form = {name: sent(html, name) or "" for name in ("csrfmiddlewaretoken", "next")}
    answer = person.sign_in(**form)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    response = browser.get("/admin/", follow=True)
    html = response.content.decode()
    assert response.status_code == 200
    assert ("Site administration" in html) == is_staff
    assert ("but are not authorized to" in html) != is_staff


def enter(client: Client, authority: ScriptedAuthority, **claims: Any) -> None:
    start_entra_session(client, authority, **claims)


def test_without_the_admin_nothing_of_it_is_touched(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin.AdminSite, "login_template", None)
    settings.INSTALLED_APPS = [name for name in settings.INSTALLED_APPS if name != "django.contrib.admin"]
    offer_in_admin()
    assert admin.AdminSite.login_template is None


ORDERS = {
    "after the admin": ["django.contrib.admin", "django_entrance"],
    "before the admin": ["django_entrance", "django.contrib.admin"],
    "no admin": ["django_entrance"],
}
PROJECT = """
import sys
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                    "django.contrib.messages", *sys.argv[1:]],
    SECRET_KEY="x" * 50, USE_TZ=True,
    ENTRANCE={"TENANT_ID": "7e4a0000-0000-4000-8000-000000000001", "CLIENT_ID": "a9100000-0000-4000-8000-000000000002"},
)
import django
django.setup()
loaded = "django.contrib.admin" in sys.modules
if loaded:
    from django.contrib import admin
    print(admin.site.login_template)
else:
    print("no admin")
"""


@pytest.mark.parametrize("order", ["after the admin", "before the admin", "no admin"])
def test_the_order_of_the_apps_does_not_matter(order: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    told = subprocess.run(
        [sys.executable, "-c", PROJECT, *ORDERS[order]], capture_output=True, text=True, env=environment
    )
    assert told.stderr == ""
    assert told.stdout.strip() == ("no admin" if order == "no admin" else "django_entrance/admin_login.html")
