"""``entrance register`` against entra-double's Graph: from an empty tenant to people who sign in."""

from __future__ import annotations

from typing import Any

import pytest
from empty_tenant import DIRECTORY, made, register, settings_for
from entra_double import RunningEntra

pytestmark = [pytest.mark.entra(directory=DIRECTORY), pytest.mark.django_db]


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    return entra_server


def test_a_plan_changes_nothing(entra: RunningEntra) -> None:
    before = entra.emulator.directory
    told = register(entra, "--tenant", "contoso.example", "--plan")
    assert entra.emulator.directory == before
    assert "1. register the API as 'localhost'" in told


def test_both_registrations_are_made(entra: RunningEntra) -> None:
    told = register(entra, "--tenant", "contoso.example", "--yes")
    assert '"SPA_CLIENT_ID":' in told
    print(told, made(entra.emulator.directory))
    again = register(entra, "--tenant", "contoso.example", "--yes")
    assert "Nothing to change" in again
