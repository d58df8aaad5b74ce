"""Group P of the attack corpus, 736 to 743: what goes in as text, and what nobody is told."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from entra_double import Emulator, Entra
from entra_double._testing.forgeries.jws import compact
from entra_double._world.directory_file.read import read_directory
from entra_double._world.seed import seed

from .machine import DAEMON, DAEMON_SECRET
from .single_page_app import (
    ADA,
    API,
    AUTHORIZE,
    DISCOVERY,
    TENANT,
    TOKEN,
    SinglePageApp,
    answer,
    payload,
)
from .worlds import change_person

PACKAGE = Path(__file__).parent.parent
CONTROL = {"X-Entra-Double-Control": "1"}
FOREIGN = {"Origin": "https://evil.example"}


# 736: what people are called is text, wherever it goes


NASTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE things; --",
    "{{ 7 * 7 }} {% include '/etc/passwd' %}",
    "../../../../etc/passwd",
    "%s %(x)s {0.__class__}",
]


@pytest.mark.parametrize("name", NASTY)
async def test_736_a_name_is_shown_as_what_it_is(
    http: httpx.AsyncClient, app: SinglePageApp, emulator: Emulator, name: str, tmp_path: Path
) -> None:
    change_person(emulator, ADA, name=name, given_name=name)
    for page in (await http.get("/"), await app.authorize(prompt="select_account")):
        assert page.status_code == 200
        assert not re.search(r"<script>alert|<img src=x|\b49 \{%", page.text)
        assert "root:" not in page.text
    shown = (await http.get("/_control/directory", headers=CONTROL)).text
    assert read_directory(tmp_path / "x.toml", text=shown).people[0].name == name
    assert (await http.put("/_control/directory", content=shown, headers=CONTROL)).status_code == 204
    assert emulator.directory.people[0].name == name
    assert payload(emulator.access_token(ADA))["given_name"] == name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["/_pages/../pages.py", "/_pages/..%2fpages.py", "/_pages/%2e%2e/pyproject.toml"])
async def test_736_no_file_beside_the_pages_is_served(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404
    assert (await http.get("/_pages/style.css")).status_code == 200


# 737: what is too large is refused before it is held


@pytest.mark.parametrize("path", [TOKEN, AUTHORIZE, f"/{TENANT}/sign-in", "/_control/token"])
async def test_737_a_gigabyte_is_refused_early(http: httpx.AsyncClient, path: str) -> None:
    sent = 0

    async def much() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 1_000_000
            yield b"a" * 1_000_000

    headers = CONTROL | {"Content-Type": "application/x-www-form-urlencoded"}
    response = await http.post(path, content=much(), headers=headers)
    assert (response.status_code, response.text) == (413, "entra-double takes bodies of at most 100 kB.")
    assert sent == 1_000_000, "nothing beyond the first piece was taken"


# 738: what stands in for a secret says so


def test_738_every_secret_of_the_seed_is_plainly_none() -> None:
    secrets = [secret.value for known in seed().applications for secret in known.secrets]
    assert len(secrets) == 3
    assert all(secret.startswith("entra-local-not-a-secret-") for secret in secrets)


def test_738_every_access_token_says_where_it_is_from(entra: Entra) -> None:
    """What django-entrance refuses where DEBUG is off."""
    tokens = [entra.token(), entra.token(version=1), entra.application_token(), entra.token(scope="openid")]
    assert all(str(payload(token)["aio"]).startswith("entra-double.") for token in tokens)


# 740: `testing/test_entra.py` proves who answers at the port, and the npm client that it ends its own child only


def test_740_health_tells_which_emulator_answers(entra: Entra) -> None:
    assert json.loads(entra.request("GET", "/health").body)["instance"] == entra.emulator.instance_id
    assert Emulator(keys=entra.emulator.keys).instance_id != entra.emulator.instance_id


# 741: no token and no secret is told, not even one that is given by mistake


async def test_741_no_log_has_a_token_or_a_secret(
    app: SinglePageApp, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = await app.tokens()
    await app.http.post(
        TOKEN,
        data={
            "grant_type": "client_credentials",
            "client_id": DAEMON,
            "client_secret": DAEMON_SECRET,
            "scope": f"api://{API}/.default",
        },
    )
    await app.http.get("/v1.0/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    told = caplog.text + json.dumps(list(emulator.requests))
    for secret in (*(tokens[name] for name in ("access_token", "id_token", "refresh_token")), DAEMON_SECRET):
        assert str(secret) not in told
        assert str(secret)[-20:] not in told
    assert "client_credentials" in told


def test_741_whoever_writes_down_a_real_tenant_is_warned(caplog: pytest.LogCaptureFixture) -> None:
    real = '[[tenants]]\nname = "Real"\ndomain = "{}"\nid = "6f89cf12-978b-4d23-ac18-9ef0c127cf87"\n'
    read_directory("x.toml", text=real.format("real.onmicrosoft.com"))
    assert "looks like a real one" in caplog.text
    caplog.clear()
    read_directory("x.toml", text=real.format("real.example"))
    assert caplog.text == ""


# 742: a project that runs in production has none of it


def test_742_django_entrance_needs_no_emulator() -> None:
    script = (
        "import sys\n"
        "sys.modules['entra_double'] = None\n"
        "import django_entrance.checks, django_entrance.conf.loading\n"
        "import django_entrance.urls, django_entrance.verification\n"
        "assert [name for name in sys.modules if name.startswith('entra_double.')] == []\n"
    )
    settings = "from django.conf import settings; settings.configure()\n"
    ran = subprocess.run([sys.executable, "-c", settings + script], capture_output=True, text=True, timeout=60)
    assert "entra_double" not in ran.stderr, ran.stderr


# 743: what is not signed is nobody's word


async def test_743_an_unsigned_assertion_proves_nothing(http: httpx.AsyncClient, entra: Entra) -> None:
    assertion = entra.forgery("alg_none")
    form = {
        "grant_type": "client_credentials",
        "client_id": DAEMON,
        "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": f"api://{API}/.default",
    }
    response = await http.post(TOKEN, data=form)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    for absent in ("client_assertion", "client_assertion_type"):
        form.pop(absent)
    assert (await http.post(TOKEN, data=form | {"client_secret": DAEMON_SECRET})).status_code == 200, "the twin"


async def test_743_a_request_object_is_not_listened_to(app: SinglePageApp, entra: Entra) -> None:
    """The discovery document says that there are none; an unsigned one changes nothing."""
    discovery = json.loads(entra.fetch(f"{entra.base_url}{DISCOVERY}"))
    assert discovery["request_uri_parameter_supported"] is False
    wishes = {"redirect_uri": "https://evil.example/", "scope": "User.Read", "state": "theirs"}
    header, claims = (json.dumps(each).encode() for each in ({"alg": "none"}, wishes))
    answered = answer(await app.authorize(prompt="none", request=compact(header, claims, lambda _: b"")))
    assert (answered["error"], answered["state"]) == ("login_required", "the state")
