"""The facade that tests hold, without a socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from dataclasses import replace

import entra_double
import pytest
from entra_double import Emulator, Entra, EntraDown, EntraServer, Refusal, RunningEntra, read_directory

from ..machine import DAEMON
from ..single_page_app import API, BASE_URL, GRACE, KEYS, NOW, SPA, TENANT, payload

DISCOVERY = f"{BASE_URL}/{TENANT}/v2.0/.well-known/openid-configuration"


@pytest.fixture
def held(emulator: Emulator) -> Entra:
    return Entra(emulator)


def test_a_document_comes_without_a_socket(held: Entra) -> None:
    discovery = json.loads(held.fetch(DISCOVERY))
    assert discovery["issuer"] == f"{held.base_url}/{TENANT}/v2.0"
    assert json.loads(held.fetch(discovery["jwks_uri"]))["keys"]


def test_what_is_no_document_is_an_oserror(held: Entra) -> None:
    with pytest.raises(EntraDown, match=r"expected status 200 from .*, got 404"):
        held.fetch(f"{BASE_URL}/nowhere/at/all")
    assert issubclass(EntraDown, OSError)


def test_an_outage_lasts_as_long_as_its_block(held: Entra) -> None:
    with held.outage("keys"), pytest.raises(EntraDown, match="got 503"):
        held.fetch(f"{BASE_URL}/{TENANT}/discovery/v2.0/keys")
    with pytest.raises(ZeroDivisionError), held.outage():
        raise ZeroDivisionError
    assert held.fetch(DISCOVERY)


async def test_it_may_be_asked_inside_a_running_loop(held: Entra) -> None:
    assert asyncio.get_running_loop().is_running()
    assert held.request("GET", "/health").status == 200


def test_a_whole_request_has_headers_and_a_body(held: Entra) -> None:
    answer = held.request(
        "POST",
        f"/{TENANT}/oauth2/v2.0/token?client-request-id=x",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost:8000"},
        body=f"grant_type=refresh_token&refresh_token=x&client_id={SPA}".encode(),
    )
    assert (answer.status, json.loads(answer.body)["error_codes"]) == (400, [70000])
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert held.requests[-1]["aadsts"] == 70000
    assert "error_codes" not in repr(answer), "the body is not shown"


def test_tokens_of_people_and_of_applications(held: Entra) -> None:
    assert payload(held.token("grace@contoso.example"))["oid"] == GRACE
    assert payload(held.token())["preferred_username"] == "ada@contoso.example"
    assert payload(held.application_token())["azp"] == DAEMON
    with pytest.raises(Refusal, match="50105"):
        held.token("mallory@contoso.example")
    with pytest.raises(Refusal, match="501051"):
        held.application_token(SPA)


def test_the_clock_moves_and_keys_rotate(held: Entra) -> None:
    before = payload(held.token())
    held.advance(3600)
    assert payload(held.token())["iat"] == NOW - 300 + 3600 == before["iat"] + 3600  # type: ignore[operator]
    keys = held.fetch(f"{BASE_URL}/{TENANT}/discovery/v2.0/keys")
    held.rotate_keys()
    assert held.fetch(f"{BASE_URL}/{TENANT}/discovery/v2.0/keys") != keys


def test_every_public_name_is_there() -> None:
    assert all(getattr(entra_double, name) is not None for name in entra_double.__all__)
    assert sorted(entra_double.__all__) == sorted(entra_double._HOMES)
    assert entra_double.Forgery.__name__ == "Forgery"
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = entra_double.nonsense


def test_importing_the_plugin_imports_nothing_more() -> None:
    """Every pytest session of an environment with entra-double imports it."""
    script = (
        "import sys, entra_double.pytest_plugin\n"
        "assert not {'starlette', 'cryptography', 'jinja2', 'uvicorn'} & set(sys.modules), sys.modules\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr


WORLD = """
[[tenants]]
name = "Adatum"
domain = "adatum.example"

[[tenants.people]]
name = "Pat"
username = "pat@adatum.example"

[[tenants.applications]]
name = "Till"
client_id = "7111a000-0000-4000-a000-000000000001"
scopes = ["sell"]
app_id_uris = ["api://till"]

[[tenants.applications]]
name = "Front"
client_id = "7111a000-0000-4000-a000-000000000002"
spa = ["http://localhost/"]

[[tenants.grants]]
client = "Front"
api = "Till"
scopes = ["sell"]
"""


def test_tokens_of_another_world_are_of_its_tenant(held: Entra) -> None:
    held.emulator.directory = read_directory("world.toml", text=WORLD)
    till, front = held.emulator.directory.applications[:2]
    token = payload(held.token("pat@adatum.example", client=front.client_id, scope="api://till/sell"))
    assert (token["tid"], token["azp"]) == (held.emulator.directory.tenants[0].id, front.client_id)
    forged = held.forgery("aud_star", "pat@adatum.example", client=front.client_id, scope="api://till/sell")
    assert payload(forged)["aud"] == "*"
    with pytest.raises(Refusal, match=r"50034.*Adatum"):
        held.token("ada@contoso.example", client=front.client_id, scope="api://till/sell")
    own = payload(held.application_token(till.client_id, scope="api://till/.default"))
    assert (own["tid"], own["azp"]) == (token["tid"], till.client_id)


def test_an_application_is_nobody_in_a_tenant_that_does_not_know_it(held: Entra) -> None:
    contoso, fabrikam, *_ = held.emulator.directory.tenants
    spa = next(known for known in held.emulator.directory.applications if known.client_id == SPA)
    assert held.emulator.service_principal(contoso, spa).client_id == SPA
    with pytest.raises(Refusal, match="700016"):
        held.emulator.service_principal(fabrikam, spa)


def test_something_is_added_to_the_world(entra: Entra) -> None:
    ada, *_ = entra.emulator.directory.people
    entra.add(replace(ada, name="Augusta Ada King"))
    assert payload(entra.token())["name"] == "Augusta Ada King"
    with pytest.raises(Refusal, match="50034"):
        entra.token("augusta@contoso.example")
    entra.add(replace(ada, object_id=GRACE[:-1] + "f", username="augusta@contoso.example"))
    assert len(entra.emulator.directory.people) == 6


def test_the_server_has_the_same_facade(entra_server: RunningEntra) -> None:
    entra = Entra(Emulator())
    assert [name for name in dir(entra) if not name.startswith("_")] == [
        name for name in dir(entra_server) if not name.startswith("_") and name not in {"ca", "port", "prove"}
    ]
    for held in (entra_server, entra):
        assert json.loads(held.fetch(held.base_url + KEYS))["keys"]
        answer = held.request("POST", f"/{TENANT}/oauth2/v2.0/token", body=b"grant_type=none")
        assert (answer.status, answer.headers["content-type"]) == (400, "application/json; charset=utf-8")
        assert payload(held.token(scope=f"api://{API}/.default"))["ver"] == "2.0"
        assert held.forgery("alg_none").endswith(".")
    assert entra_server.base_url == f"http://localhost:{entra_server.port}"


def test_a_server_with_tls_is_asked_by_its_own_authority() -> None:
    with EntraServer(tls=True) as server:
        running = RunningEntra(server)
        running.prove()
        assert running.ca == server.ca
        assert running.fetch(running.base_url + KEYS)


def test_whoever_else_answers_at_the_address_is_found_out(entra_server: RunningEntra) -> None:
    """Another process may have taken the port (attack corpus 740)."""
    entra_server.prove()
    ours, entra_server.emulator.instance_id = entra_server.emulator.instance_id, "another"
    answers = entra_server.request("GET", "/health")
    assert json.loads(answers.body)["instance"] == "another"
    entra_server.emulator.instance_id = ours
    with EntraServer() as other:
        stranger = RunningEntra(other)
        stranger.emulator = entra_server.emulator
        entra_server.prove()
        stranger._ask = lambda method, url, **more: RunningEntra(other)._ask(
            method, url.replace(entra_server.base_url, other.base_url), **more
        )
        with pytest.raises(EntraDown, match="expected our own emulator"):
            stranger.prove()
        stranger._ask = lambda method, url, **more: entra_server._ask(method, entra_server.base_url, **more)
        with pytest.raises(EntraDown, match="expected our own emulator"):
            stranger.prove()
    with pytest.raises(EntraDown, match="expected an answer from"):
        RunningEntra(other).prove()
