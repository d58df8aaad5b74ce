"""Certificates and federated credentials of an application, through Graph."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from entra_double import Emulator
from entra_double._tokens.signing import SigningKey

from ..graph_client import BAD, CONFLICT, NOT_FOUND, Graph, error
from ..single_page_app import API

PATH = f"/applications(appId='{API}')"
FEDERATED = f"{PATH}/federatedIdentityCredentials"
KEY_ID = "4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"
WORKLOAD: dict[str, Any] = {
    "name": "pod",
    "issuer": "https://issuer.example",
    "subject": "pod",
    "audiences": ["api://AzureADTokenExchange"],
}


@pytest.fixture
def key(signing_key: SigningKey) -> dict[str, Any]:
    data = base64.b64encode(signing_key.certificate).decode()
    return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": data, "displayName": "CN=one"}


async def keys(admin: Graph) -> list[Any]:
    found: list[Any] = (await admin.get(PATH)).json()["keyCredentials"]
    return found


async def test_a_certificate_is_added_beside_one_that_is_named(admin: Graph, key: dict[str, Any]) -> None:
    assert (await admin.patch(PATH, {"keyCredentials": [{**key, "keyId": KEY_ID}]})).status_code == 204
    (known,) = await keys(admin)
    assert (known["keyId"], known["displayName"], known["type"]) == (KEY_ID, "CN=one", "AsymmetricX509Cert")
    both = [{name: known[name] for name in ("keyId", "type", "usage")}, key]
    assert (await admin.patch(PATH, {"keyCredentials": both})).status_code == 204
    assert [each["keyId"] == KEY_ID for each in await keys(admin)] == [True, False]
    assert (await admin.patch(PATH, {"keyCredentials": []})).status_code == 204
    assert await keys(admin) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Symmetric"},
        {"usage": "Sign"},
        {"key": "AAAA"},
        {"key": "not base64"},
        {"key": None},
        {"key": None, "keyId": KEY_ID},
        {"endDateTime": "2099-01-01T00:00:00Z"},
        {"colour": "red"},
    ],
)
async def test_what_is_no_certificate_is_refused(admin: Graph, key: dict[str, Any], changes: dict[str, Any]) -> None:
    assert error(await admin.patch(PATH, {"keyCredentials": [key | changes]})) == BAD


async def test_a_workload_is_added_and_removed(admin: Graph, emulator: Emulator) -> None:
    made = await admin.created(FEDERATED, WORKLOAD)
    assert made["audiences"] == WORKLOAD["audiences"]
    assert [each["name"] for each in await admin.values(FEDERATED)] == ["pod"]
    assert error(await admin.post(FEDERATED, WORKLOAD)) == CONFLICT
    assert error(await admin.post(FEDERATED, WORKLOAD | {"name": "other"})) == CONFLICT
    await admin.created(FEDERATED, WORKLOAD | {"name": "other", "subject": "other"})
    assert (await admin.delete(f"{FEDERATED}/{made['id']}")).status_code == 204
    assert (await admin.delete(f"{FEDERATED}/other")).status_code == 204
    assert error(await admin.delete(f"{FEDERATED}/other")) == NOT_FOUND


@pytest.mark.parametrize("changes", [{"audiences": []}, {"audiences": ["a", "b"]}, {"name": ""}, {"colour": "red"}])
async def test_what_is_no_workload_is_refused(admin: Graph, changes: dict[str, Any]) -> None:
    assert error(await admin.post(FEDERATED, WORKLOAD | changes)) == BAD


async def test_an_application_has_twenty_at_most(admin: Graph) -> None:
    for number in range(20):
        await admin.created(FEDERATED, WORKLOAD | {"name": f"pod-{number}", "subject": f"pod-{number}"})
    assert error(await admin.post(FEDERATED, WORKLOAD)) == BAD
