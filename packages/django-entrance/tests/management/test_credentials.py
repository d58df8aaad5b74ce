"""``entrance doctor`` tries the credential of the API: real MSAL Python, against entra-double."""

from pathlib import Path
from typing import Any

import pytest
from django_entrance.management.credentials import examine_credential
from doctor_runs import run_doctor
from entra_double import RunningEntra
from entra_double._world.seed import API_SECRET
from many_groups import make_world
from many_groups import settings_for as world_settings
from token_watch import keep_secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    keep_secret(API_SECRET)
    make_world(entra_server.emulator)
    settings.DEBUG = True
    settings.ENTRANCE = world_settings(entra_server.base_url, ACCESS={})
    return entra_server


def without(settings: Any, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in settings.ENTRANCE.items() if key not in keys}


def test_a_good_credential_is_given_a_token(entra: RunningEntra, settings: Any) -> None:
    told = "ok     default, credential: CLIENT_SECRET: Entra gave a token for Microsoft Graph"
    assert told in run_doctor()
    settings.ENTRANCE = without(settings, "CLIENT_SECRET")
    assert "credential:" not in run_doctor(), "there is none to try"


def test_a_wrong_secret_is_a_problem(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "entra-local-not-a-secret-wrong"}
    output = run_doctor(problems=1)
    assert "wrong  default, credential: CLIENT_SECRET: Entra gave no token: invalid_client AADSTS7000215" in output
    assert "CLIENT_SECRET is wrong; copy the secret's value, not its id" in output
    assert "entra-local-not-a-secret-wrong" not in output


@pytest.mark.parametrize(
    ("key", "told"), [("CLIENT_CERTIFICATE", "the file cannot be read"), ("CLIENT_ASSERTION", "F")]
)
def test_a_file_that_is_not_there_is_a_problem(
    entra: RunningEntra, settings: Any, tmp_path: Path, key: str, told: str
) -> None:
    settings.ENTRANCE = without(settings, "CLIENT_SECRET") | {key: str(tmp_path / "none")}
    seen, remedy = examine_credential("default")
    assert seen.startswith(f"{key}: {told}")
    assert "FileNotFoundError" in seen
    assert remedy.startswith("Compare the credential")


def test_for_several_tenants_it_is_not_tried(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TENANT_ID": "organizations", "ALLOWED_TENANTS": "*"}
    seen, remedy = examine_credential("default")
    assert (seen, remedy) == ("CLIENT_SECRET was not tried: the authority is for several tenants", "")
