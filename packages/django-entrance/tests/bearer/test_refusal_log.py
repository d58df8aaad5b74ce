"""The log line of a refusal: the caller, the client, the request and the reason."""

import logging
import logging.config
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.models import SignInEvent
from django_entrance.permissions import require_scope
from django_entrance.verification.errors import ScopeMissing, TokenExpired
from scripted import ADA, API, OTHER_TENANT, SPA, STRANGER, TENANT, ScriptedAuthority
from sign_ins import bearer, expired, start_session

pytestmark = pytest.mark.django_db

STRANGER_ID = "b0b00000-0000-4000-8000-000000000009"
PERSON = f"authority default, tenant_id {TENANT}, object_id {ADA}, client_id {SPA}"


@pytest.fixture(autouse=True)
def permission_urls(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.ROOT_URLCONF = "permission_urls"
    caplog.set_level(logging.DEBUG, "django_entrance")


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "django_entrance"]


def test_a_known_person_is_named_by_ids_and_warned_of(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/whoami/?code=secret", headers=bearer(authority, scp="other"))
    [(level, line)] = lines(caplog)
    assert level == "WARNING"
    assert line == (
        f"Refused scope_missing (403) at GET /whoami/ to {PERSON}: "
        "Request a token with the scope that this API requires. Expected: access_as_user. Got: other."
    )


@pytest.mark.parametrize(
    ("changes", "level", "begin"),
    [
        ({"aud": "other"}, "WARNING", f"Refused audience_refused (401) at GET /whoami/ to {PERSON}: "),
        ({"tid": OTHER_TENANT}, "WARNING", f"Refused tenant_refused (401) at GET /whoami/ to {PERSON}: "),
        ({"azp": API, "oid": "no GUID"}, "WARNING", "Refused object_id_refused (401) at GET /whoami/ to "),
        ({"azp": "a\nforged line"}, "WARNING", "Refused client_refused (403) at GET /whoami/ to "),
        ({"exp": 1_000}, "INFO", "Refused time_refused (401) at GET /whoami/ to "),
        ({"key": STRANGER}, "INFO", "Refused signature_wrong (401) at GET /whoami/ to authority default: "),
    ],
)
def test_who_is_not_known_is_worth_no_warning(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture, changes: Any, level: str, begin: str
) -> None:
    if "exp" in changes:
        changes = {"nbf": 2_000} | changes
        level = "WARNING"  # its signature is right
    client.get("/whoami/", headers=bearer(authority, **changes))
    [(came, line)] = lines(caplog)
    assert came == level
    assert line.startswith(begin)
    assert "\n" not in line


def test_an_expired_token_is_worth_no_warning(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/whoami/", headers=expired(authority))
    [(level, line)] = lines(caplog)
    assert (level, line.partition(": ")[0]) == ("INFO", f"Refused token_expired (401) at GET /whoami/ to {PERSON}")


def test_a_program_is_worth_no_warning(
    authority: ScriptedAuthority, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A program repeats what is refused: one that may not call, one without the role of a view."""
    own = {"azp": API, "oid": STRANGER_ID, "sub": STRANGER_ID, "idtyp": "app", "scp": None, "roles": ["Reader"]}
    client.get("/whoami/", headers=bearer(authority, **own))
    User.objects.create_user("program")
    settings.ENTRANCE = settings.ENTRANCE | {"APPLICATIONS": {API: "program"}}
    client.get("/app-role/", headers=bearer(authority, **own))
    assert [(level, line.partition(" (")[0]) for level, line in lines(caplog)] == [
        ("INFO", "Refused application_refused"),
        ("INFO", "Refused app_role_missing"),
    ]
    found = SignInEvent.objects.order_by("pk").values_list("outcome", "reason")
    assert list(found) == [("refused", "application_refused"), ("signed_in", ""), ("refused", "app_role_missing")]


@pytest.mark.parametrize("header", ["Bearer one,two", "Bearer"])
def test_who_cannot_be_read_is_unknown_beside_a_session_too(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture, header: str
) -> None:
    start_session(client)
    client.get("/whoami/", headers={"authorization": header})
    [(level, line)] = lines(caplog)
    assert level == "INFO"
    assert line.startswith("Refused authorization_malformed (400) at GET /whoami/ to an unknown caller: ")


def test_whom_the_project_does_not_let_in(
    authority: ScriptedAuthority, client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/whoami/", headers=bearer(authority))
    User.objects.update(is_active=False)
    client.get("/whoami/", headers=bearer(authority))
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITIES_HERE": "project_urls.authorities_here"}
    client.get("/whoami/", headers=bearer(authority))
    assert [(level, line.partition(": ")[0]) for level, line in lines(caplog)] == [
        ("WARNING", f"Refused user_disabled (403) at GET /whoami/ to {PERSON}"),
        ("WARNING", f"Refused authority_not_here (401) at GET /whoami/ to {PERSON}"),
    ]


def test_what_a_view_refuses(authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/signed-in/")
    client.get("/app-role/", headers=bearer(authority, roles=["Reader"]))
    ada = User.objects.get()
    barbara = start_session(client)
    client.get("/async/scope/")
    assert [(level, line.partition(": ")[0]) for level, line in lines(caplog)] == [
        ("INFO", "Refused not_signed_in (401) at GET /signed-in/ to an unknown caller"),
        ("WARNING", f"Refused app_role_missing (403) at GET /app-role/ to {PERSON}, user {ada.pk}"),
        ("WARNING", f"Refused scope_missing (403) at GET /async/scope/ to user {barbara.pk}"),
    ]


def test_each_fact_has_its_name_for_those_who_write_json(
    authority: ScriptedAuthority, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.get("/whoami/", headers=bearer(authority, scp="other"))
    [record] = [each for each in caplog.records if each.name == "django_entrance"]
    facts = ("reason", "status", "authority", "tenant_id", "object_id", "client_id", "user", "method", "path")
    assert [getattr(record, f"entrance_{fact}") for fact in facts] == [
        "scope_missing",
        403,
        "default",
        TENANT,
        ADA,
        SPA,
        "",
        "GET",
        "/whoami/",
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/a%0D%0AWARNING forged/", "/a%0D%0AWARNING%20forged/"),
        ("/%1B[31m/%E2%80%AE/", "/%1B%5B31m/%E2%80%AE/"),
        (
            "/x%20to%20authority%20default,%20object_id%20GRACE:%20Sign/",
            "/x%20to%20authority%20default%2C%20object_id%20GRACE%3A%20Sign/",
        ),
        ("/token/eyJ0eXAiOiJKV1Qi.eyJhdWQiOi.c2ln/end", "/token/(token)/end"),
        ("/" + "x" * 500, "/" + "x" * 199 + "…"),
    ],
)
def test_a_path_forges_no_line(rf: RequestFactory, caplog: pytest.LogCaptureFixture, path: str, shown: str) -> None:
    log_refusal(rf.get(path), TokenExpired())
    [(_, line)] = lines(caplog)
    assert f"at GET {shown} to an unknown caller" in line


def test_the_records_of_a_project_may_have_facts_of_their_own(rf: RequestFactory) -> None:
    """Error trackers add the user to each record, and ``logging`` refuses to overwrite a name."""
    usual = logging.getLogRecordFactory()

    def with_facts(*values: Any, **more: Any) -> logging.LogRecord:
        record = usual(*values, **more)
        record.user = record.path = record.reason = record.status = "the project's"
        return record

    logging.setLogRecordFactory(with_facts)
    try:
        log_refusal(rf.get("/"), TokenExpired())
        with pytest.raises(KeyError, match="user"):
            logging.getLogger("django_entrance").warning("control", extra={"user": 5})
    finally:
        logging.setLogRecordFactory(usual)


def test_a_user_of_a_kind_without_a_key_is_refused_all_the_same(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=True)  # type: ignore[assignment]
    with pytest.raises(ScopeMissing) as refusal:
        require_scope(request, "access_as_user")
    log_refusal(request, refusal.value)
    assert "to an unknown caller" in lines(caplog)[0][1]


def test_one_refusal_is_one_line(rf: RequestFactory, caplog: pytest.LogCaptureFixture) -> None:
    request = rf.get("/")
    request.user = User(pk=5)
    for expected in ("scope a", "scope a", "scope b"):
        log_refusal(request, ScopeMissing(expected=expected))
    assert len(lines(caplog)) == 2
    log_refusal(rf.get("/"), TokenExpired())
    assert len(lines(caplog)) == 3


PROJECT = """
import django, sys
from django.conf import settings
settings.configure(DEBUG={debug}, SECRET_KEY="sample", ROOT_URLCONF="django_entrance.urls", ALLOWED_HOSTS=["*"])
django.setup()
import logging
logging.getLogger("django_entrance").warning("Refused a person")
logging.getLogger("django_entrance").info("Refused a stranger")
"""


@pytest.mark.parametrize("debug", [True, False])
def test_with_djangos_own_logging_a_warning_is_printed(debug: bool, tmp_path: Path) -> None:
    """Django's default LOGGING has no handler for our logger; Python's last resort prints warnings."""
    run = subprocess.run(
        [sys.executable, "-c", PROJECT.format(debug=debug)], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert run.stderr == "Refused a person\n"
