"""What is wrong with ACCESS and with client credentials, and what to write instead."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django_entrance.accounts.django_groups import named_groups
from django_entrance.conf.loading import current_settings, problems_at_start
from django_entrance.conf.options import authority_settings, merge, raw_authorities
from django_entrance.conf.rights_validation import grant_problems, has_groups
from django_entrance.conf.validation import validate
from django_entrance.models import EntraAccount

GROUP = "0f3c0000-0000-4000-8000-0000000000aa"
EDITORS = {"groups": ["editors"]}
IDENTITY = "1de00000-0000-4000-a000-000000000001"


def told(settings: Any, **changes: Any) -> list[tuple[str, str]]:
    settings.ENTRANCE = settings.ENTRANCE | changes
    return [(problem.check_id, problem.message) for problem in problems_at_start()]


@pytest.mark.parametrize(
    "access",
    [
        {},
        {"app_roles": {"Editor": EDITORS, "Admin": {"groups": ("a", "b"), "is_staff": True, "is_superuser": True}}},
        {"groups": {GROUP: EDITORS, GROUP.upper().replace("AA", "BB"): {"is_staff": True}}},
        {"app_roles": {GROUP: EDITORS}, "groups": {GROUP: {"groups": ["x" * 150]}}},
    ],
    ids=str,
)
def test_good_access_is_let_through(settings: Any, access: Any) -> None:
    assert told(settings, ACCESS=access) == []


def test_events_are_kept_for_no_negative_time(settings: Any) -> None:
    assert told(settings, KEEP_EVENTS=-1) == [("E008", "ENTRANCE['KEEP_EVENTS'] is out of range.")]
    assert told(settings, KEEP_EVENTS=0) == []


@pytest.mark.parametrize(
    ("access", "message"),
    [
        ({"roles": {}}, "ENTRANCE['ACCESS'] has an unknown key 'roles'."),
        ({"app_roles": ["Editor"]}, "ENTRANCE['ACCESS']['app_roles'] is not a dict."),
        ({"app_roles": {"": EDITORS}}, "ENTRANCE['ACCESS']['app_roles'] has the key ''."),
        ({"app_roles": {5: EDITORS}}, "ENTRANCE['ACCESS']['app_roles'] has the key 5."),
        ({"groups": {"Editors": EDITORS}}, "ENTRANCE['ACCESS']['groups'] has the key 'Editors'."),
        ({"groups": {f"{GROUP}0": EDITORS}}, f"ENTRANCE['ACCESS']['groups'] has the key '{GROUP}0'."),
        (
            {"groups": {GROUP: EDITORS, GROUP.upper(): EDITORS}},
            "ENTRANCE['ACCESS']['groups'] names a group twice.",
        ),
        ({"app_roles": {"E": ["editors"]}}, "ENTRANCE['ACCESS']['app_roles']['E'] is not a dict."),
        (
            {"app_roles": {"E": {"groups": "editors"}}},
            "ENTRANCE['ACCESS']['app_roles']['E']['groups'] is no list of names.",
        ),
        (
            {"app_roles": {"E": {"groups": ["x" * 151]}}},
            "ENTRANCE['ACCESS']['app_roles']['E']['groups'] is no list of names.",
        ),
        ({"app_roles": {"E": {"is_active": True}}}, "ENTRANCE['ACCESS']['app_roles']['E'] cannot give 'is_active'."),
        ({"app_roles": {"E": {"username": True}}}, "ENTRANCE['ACCESS']['app_roles']['E'] cannot give 'username'."),
        ({"app_roles": {"E": {"is_boss": True}}}, "ENTRANCE['ACCESS']['app_roles']['E'] cannot give 'is_boss'."),
        ({"app_roles": {"E": {5: True}}}, "ENTRANCE['ACCESS']['app_roles']['E'] cannot give 5."),
        ({"app_roles": {"E": {"is_staff": 1}}}, "ENTRANCE['ACCESS']['app_roles']['E']['is_staff'] is not True."),
    ],
    ids=str,
)
def test_wrong_access_is_named(settings: Any, access: Any, message: str) -> None:
    assert told(settings, ACCESS=access) == [("E023", message)]


@pytest.mark.parametrize(
    ("credential", "message"),
    [
        ({"CLIENT_SECRET": "a"}, None),
        ({"CLIENT_CERTIFICATE": "/run/entra.pem"}, None),
        ({"CLIENT_ASSERTION": "/run/token"}, None),
        ({"CLIENT_ASSERTION": "managed-identity"}, None),
        ({"CLIENT_ASSERTION": f"managed-identity:{IDENTITY.upper()}"}, None),
        ({"CLIENT_ASSERTION": "managed-identity:"}, "ENTRANCE['CLIENT_ASSERTION'] names no identity."),
        ({"CLIENT_ASSERTION": "managed-identity:logbook"}, "ENTRANCE['CLIENT_ASSERTION'] names no identity."),
        (
            {"CLIENT_SECRET": "a", "CLIENT_CERTIFICATE": "b"},
            "ENTRANCE: CLIENT_SECRET and CLIENT_CERTIFICATE stand beside each other.",
        ),
    ],
    ids=str,
)
def test_credentials(settings: Any, credential: Any, message: str | None) -> None:
    assert told(settings, **credential) == ([("E025", message)] if message else [])


@pytest.mark.parametrize(
    ("host", "debug", "message"),
    [
        ("https://graph.microsoft.us", False, None),
        ("https://Graph.Microsoft.com/", False, None),
        ("http://localhost:8400", True, None),
        ("http://[::1]:8400", True, None),
        ("http://localhost:8400", False, "ENTRANCE['GRAPH_HOST'] uses http."),
        ("http://graph.microsoft.com", True, "ENTRANCE['GRAPH_HOST'] uses http."),
        ("https://graph.microsoft.com/v1.0", False, "ENTRANCE['GRAPH_HOST'] is not scheme and host."),
        ("https://a@graph.microsoft.com", False, "ENTRANCE['GRAPH_HOST'] is not scheme and host."),
        ("graph.microsoft.com", False, "ENTRANCE['GRAPH_HOST'] is not scheme and host."),
    ],
)
def test_the_host_of_graph(settings: Any, host: str, debug: bool, message: str | None) -> None:
    raw = settings.ENTRANCE | {"GRAPH_HOST": host, "CLAIM_MAPPING": {}}
    found = [(problem.check_id, problem.message) for problem in validate(raw, debug=debug)]
    assert found == ([("E025", message)] if message else [])


@pytest.mark.parametrize("overage", ["graph", "refuse", "last"])
def test_what_an_overage_does_is_one_of_three(settings: Any, overage: str) -> None:
    assert told(settings, OVERAGE=overage) == []
    assert told(settings, OVERAGE=f"{overage}!") == [("E007", "ENTRANCE['OVERAGE'] is not known.")]


def test_an_app_id_uri_is_made_of_the_client_id(settings: Any) -> None:
    own = current_settings().AUTHORITIES["default"]
    assert own.app_id_uri == f"api://{own.CLIENT_ID}"


def test_a_written_credential_takes_the_place_of_the_environments(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pod with workload identity has AZURE_FEDERATED_TOKEN_FILE in any case."""
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", "/var/run/token")
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "written"}
    own = current_settings().AUTHORITIES["default"]
    assert (own.CLIENT_SECRET, own.CLIENT_ASSERTION) == ("written", None)


def test_an_authoritys_credential_takes_the_place_of_the_shared_one(settings: Any) -> None:
    raw = settings.ENTRANCE | {"CLIENT_SECRET": "shared", "AUTHORITIES": {"staff": {"CLIENT_CERTIFICATE": "/own.pem"}}}
    own = authority_settings(raw_authorities(raw)["staff"])
    assert (own.CLIENT_SECRET, own.CLIENT_CERTIFICATE) == (None, "/own.pem")
    assert merge({"LEEWAY": 1}, {"CLIENT_SECRET": "far"}) == {"LEEWAY": 1, "CLIENT_SECRET": "far"}


def told_by_flagged(entrance: Any, *claims: Any) -> dict[str, Any]:
    """Return what people with a user model that has a flag and no groups were told, in a process of its own."""
    tests = Path(__file__).parents[1]
    environment = {"USER_MODEL": "Flagged", "PYTHONPATH": os.pathsep.join([str(tests), *sys.path])}
    ran = subprocess.run(
        [sys.executable, "-m", "user_models.story"],
        cwd=tests,
        input=json.dumps({"entrance": entrance, "existing": [], "claims": list(claims)}),
        capture_output=True,
        text=True,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "user_models.settings"},
    )
    assert ran.returncode == 0, ran.stderr
    seen: dict[str, Any] = json.loads(ran.stdout)
    return seen


def test_a_user_model_without_groups_cannot_give_them() -> None:
    seen = told_by_flagged({"ACCESS": {"app_roles": {"Admin": {"groups": ["editors"]}}}})
    assert seen["checks"] == ["entrance.E023"]


def test_a_user_model_without_groups_has_flags_of_its_own() -> None:
    seen = told_by_flagged({"ACCESS": {"app_roles": {"Admin": {"is_vip": True}}}}, {}, {"roles": None})
    ada = {"username": "ada@contoso.example"}
    assert (seen["checks"], seen["told"]) == ([], [ada | {"is_vip": True}, ada])


def test_has_groups(settings: Any) -> None:
    assert has_groups(User)
    assert not has_groups(EntraAccount)
    settings.AUTH_USER_MODEL = "django_entrance.EntraAccount"  # any model without groups
    found = [problem.message for problem in grant_problems({"groups": ["editors"]}, "here")]
    assert found == ["here gives groups, and the user model has none."]
    assert named_groups() == []
