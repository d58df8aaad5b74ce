"""Runs the samples about signing out, against a running entra-double."""

from pathlib import Path

from sampling import HOWTO, run_pytest, samples, write_project

OUT = """\
import time

import pytest
from conftest import text_of
from django.core.management import call_command
from django.template import engines
from django_entrance.models import EntraSession
from django_entrance.sessions.record import KEY

OUT = "/entrance/sign-out/"


@pytest.fixture(autouse=True)
def signed_in(ada):
    ada.sign_in(next="/")


def leave(person, **fields):
    return person.client.post(OUT, fields, headers={"accept": "text/html"})


def test_the_form_of_the_page(ada, rf):
    form = engines["django"].get_template("sign-out.html").render(request=rf.get("/"))
    assert 'action="/entrance/sign-out/"' in form
    assert "everywhere" in form
    assert "Sign out at Microsoft, too" in ada.client.get(OUT).content.decode()


def test_here(ada):
    assert leave(ada, next="/goodbye/")["Location"] == "/goodbye/"
    assert "Hello" not in text_of(ada, "/")


def test_at_microsoft_too(ada, entra_server):
    address = leave(ada, everywhere="1")["Location"]
    assert address.startswith(entra_server.base_url)
    assert "logout_hint=" in address
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost" in address
    assert "Hello" not in text_of(ada, "/")


def test_a_program_gets_the_address(ada):
    answer = ada.client.post(OUT, {"everywhere": "1"}, headers={"accept": "application/json"})
    assert "/oauth2/v2.0/logout?" in answer.json()["end_session"]


def test_in_every_browser(ada, entra_server):
    from browsing import Person

    other = Person(entra_server)
    other.sign_in(next="/")
    leave(ada, all_sessions="1")
    assert "Hello" not in text_of(other, "/")


def test_told_by_microsoft(ada, client, entra_server, settings):
    row = EntraSession.objects.get()
    assert row.sid
    issuer = f"{entra_server.base_url}/{settings.ENTRANCE['TENANT_ID']}/v2.0"
    assert client.get("/entrance/front-channel-logout/", {"iss": issuer, "sid": "another"}).status_code == 200
    assert "Hello" in text_of(ada, "/")
    assert client.get("/entrance/front-channel-logout/", {"iss": issuer, "sid": row.sid}).status_code == 200
    assert "Hello" not in text_of(ada, "/")


def test_a_marked_view_ends_a_session_that_is_asked_about_again(ada):
    session = ada.client.session
    session[KEY] = session[KEY] | {"checked": int(time.time()) - 3_601}
    session.save()
    assert ada.client.post("/").status_code == 401
    assert ada.client.post("/leave/")["Location"] == "/goodbye/"
    assert not EntraSession.objects.exists()


@pytest.mark.parametrize("name", ["ada@contoso.example", "ada00000-0000-4000-a000-000000000011"])
def test_by_command(ada, name, capsys):
    call_command("entrance", "sign-out", name)
    assert "1 session" in capsys.readouterr().out
    assert "Hello" not in text_of(ada, "/")
"""


def test_signing_out(tmp_path: Path) -> None:
    write_project(tmp_path, HOWTO / "sign-in-without-react.md")
    [form] = samples(HOWTO / "signing-out.md", "html")
    (tmp_path / "sign-out.html").write_text(form)
    [leave] = samples(HOWTO / "signing-out.md", "python")
    urls = tmp_path / "urls.py"
    urls.write_text(f"{urls.read_text()}\n{leave}\nurlpatterns.append(path('leave/', leave))\n")
    (tmp_path / "test_out.py").write_text(OUT)
    assert "9 passed" in run_pytest(tmp_path, "--ds=settings")
