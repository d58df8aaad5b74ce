"""The library `requests` over an emulator in process."""

from __future__ import annotations

import msal
import requests
from entra_double._testing.entra import Entra
from entra_double._world.seed import DAEMON_SECRET

from ..machine import DAEMON
from ..single_page_app import API, KEYS, TENANT, payload


def test_requests_may_ask_without_a_socket(entra: Entra) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.mount(entra.base_url, entra.adapter())
        response = session.get(f"{entra.base_url}{KEYS}")
        assert response.json()["keys"]
        assert response.headers["Content-Type"].startswith("application/json")
        token = session.post(f"{entra.base_url}/{TENANT}/oauth2/v2.0/token", data={"grant_type": "x"})
        assert (token.status_code, token.json()["error"]) == (400, "unsupported_grant_type")
        assert session.post(f"{entra.base_url}/{TENANT}/oauth2/v2.0/token", data=b"\x00").status_code == 400


def test_msal_python_gets_a_token_without_a_socket(entra: Entra) -> None:
    entra.emulator.base_url = "https://login.example"
    entra.emulator.hosts |= {"login.example"}
    again = Entra(entra.emulator)
    with requests.Session() as session:
        session.mount(again.base_url, again.adapter())
        client = msal.ConfidentialClientApplication(
            DAEMON,
            authority=f"{again.base_url}/{TENANT}",
            client_credential=DAEMON_SECRET,
            http_client=session,
            instance_discovery=False,
        )
        got = client.acquire_token_for_client([f"api://{API}/.default"])
    assert payload(got["access_token"])["azp"] == DAEMON
