import os
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django_entrance.accounts import events, session_index
from django_entrance.accounts.event_limits import Daily, PerMinute
from django_entrance.bearer import first_uses
from django_entrance.conf.loading import OWN_IDENTITY
from django_entrance.conf.options import ENVIRONMENT
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from measured import Measurements, faults, measuring
from scripted import API, K1, SPA, TENANT, ScriptedAuthority, serving
from signals_watch import hearing
from token_watch import TokenWatch, watching

pytest.register_assert_rewrite("bearer_attacks", "every_cause")

default = hypothesis_settings(derandomize=True, database=None, max_examples=200, deadline=None)
hypothesis_settings.register_profile("default", default)
hypothesis_settings.register_profile(
    "mutation", parent=default, phases=[Phase.explicit, Phase.generate]
)  # no shrinking
hypothesis_settings.register_profile("deep", max_examples=5_000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def token_watch() -> Iterator[TokenWatch]:
    """Fail a test in which a log, refusal or response shows a part of a token."""
    with watching() as watch:
        yield watch
    assert watch.tellers == [], "told a secret"


@pytest.fixture(autouse=True)
def measurements() -> Iterator[Measurements]:
    """Fail a test in which a metric has a label of another value than it says, such as the id of a person."""
    with measuring() as heard:
        yield heard
    assert [fault for each in heard for fault in faults(each)] == []


@pytest.fixture(autouse=True)
def wrong_signals() -> Iterator[list[str]]:
    """Fail a test in which a signal has other arguments than its documentation says."""
    with hearing() as faults:
        yield faults
    assert faults == []


@pytest.fixture
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove every variable that the settings may come from."""
    for name in (*chain(*ENVIRONMENT.values()), *OWN_IDENTITY):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def served() -> Iterator[ScriptedAuthority]:
    with serving(ScriptedAuthority()) as authority:
        authority.keys = [K1.jwk(host=authority.host)]
        yield authority


@pytest.fixture
def authority(served: ScriptedAuthority, settings: Any) -> ScriptedAuthority:
    """A Django project that trusts the scripted authority, served on loopback."""
    settings.DEBUG = True
    settings.ENTRANCE = {
        "TENANT_ID": TENANT,
        "CLIENT_ID": API,
        "SPA_CLIENT_ID": SPA,
        "AUTHORITY_HOST": served.host,
        "REQUIRED_SCOPES": ["access_as_user"],
    }
    served.requests.clear()
    served.down = False
    return served


@pytest.fixture
def strict_client() -> Client:
    """A client that asks for CSRF tokens, as browsers meet them."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a new process does: nothing waits, is known, was refused this minute or pruned today."""
    monkeypatch.setattr(events, "waiting", events.Waiting())
    monkeypatch.setattr(events, "refusals", PerMinute(events.MOST_REFUSALS))
    monkeypatch.setattr(events, "pruning", Daily())
    monkeypatch.setattr(session_index, "pruning", Daily())
    monkeypatch.setattr(first_uses, "seen", {})
