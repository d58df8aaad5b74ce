import subprocess
import sys
from pathlib import Path

import pytest
from config.environment import BACKEND, DEVELOPMENT_KEY, ENTRA_DOUBLE, MICROSOFT, read_environment
from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT = {"DJANGO_DEBUG": "1"}
PRODUCTION = {"DJANGO_SECRET_KEY": "a-long-random-text"}
TENANT = "7e4a0000-0000-4000-8000-000000000001"


def test_development_needs_no_configuration() -> None:
    environment = read_environment(DEVELOPMENT)

    assert environment.entrance == ENTRA_DOUBLE
    assert environment.secret_key == DEVELOPMENT_KEY
    assert environment.database["NAME"] == str(BACKEND / "logbook.sqlite3")


def test_production_is_the_default() -> None:
    environment = read_environment(PRODUCTION)

    assert environment.debug is False
    assert environment.entrance == {"AUTHORITY_HOST": MICROSOFT}


def test_production_without_a_key_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="DJANGO_SECRET_KEY is not set: set it to a long random text"):
        read_environment({})


def test_the_address_of_entra_double_can_be_another() -> None:
    given = read_environment(DEVELOPMENT | {"AZURE_AUTHORITY_HOST": "http://localhost:9000"}).entrance

    assert given == ENTRA_DOUBLE | {"AUTHORITY_HOST": "http://localhost:9000"}


def test_with_another_tenant_no_value_of_entra_double_is_used() -> None:
    given = read_environment(DEVELOPMENT | {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": ""}).entrance

    assert given == {"AUTHORITY_HOST": MICROSOFT, "TENANT_ID": TENANT}


def test_azure_variables_of_a_pod_are_ignored() -> None:
    pod = PRODUCTION | {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": TENANT}
    given = read_environment(pod | {"ENTRANCE_CLIENT_ID": ENTRA_DOUBLE["CLIENT_ID"]}).entrance

    assert given == {"AUTHORITY_HOST": MICROSOFT, "TENANT_ID": TENANT, "CLIENT_ID": ENTRA_DOUBLE["CLIENT_ID"]}


def test_the_secret_of_entra_double_can_be_another() -> None:
    given = read_environment(DEVELOPMENT | {"ENTRANCE_CLIENT_SECRET": "another"}).entrance

    assert given == ENTRA_DOUBLE | {"CLIENT_SECRET": "another"}


@pytest.mark.parametrize(("value", "expected"), [("django", True), ("token", False), ("", False)])
def test_the_session_is_the_token_by_default(value: str, expected: bool) -> None:
    assert read_environment(PRODUCTION | {"LOGBOOK_SESSION": value}).has_django_session is expected


def test_the_group_of_the_writers_is_optional() -> None:
    assert read_environment(PRODUCTION).writers_group == ""
    assert read_environment(PRODUCTION | {"LOGBOOK_WRITERS_GROUP": TENANT}).writers_group == TENANT


@pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), ("0", False), ("", False), ("off", False)])
def test_a_flag_is_read(text: str, value: bool) -> None:
    assert read_environment(PRODUCTION | {"DJANGO_DEBUG": text}).debug is value


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DJANGO_DEBUG", "maybe", "DJANGO_DEBUG is 'maybe'; set it to 1 or 0."),
        ("LOGBOOK_SESSION", "cookie", "LOGBOOK_SESSION is 'cookie'; set it to django or token."),
        (
            "LOGBOOK_PUBLIC_URL",
            "http://logbook.example",
            "LOGBOOK_PUBLIC_URL is 'http://logbook.example'; set it to https",
        ),
        (
            "LOGBOOK_PUBLIC_URL",
            "https://logbook.example/",
            "LOGBOOK_PUBLIC_URL is 'https://logbook.example/'; set it to",
        ),
        ("DATABASE_URL", "nonsense://x", "DATABASE_URL is not readable"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL is not readable"),
        ("CACHE_URL", "file:///tmp", "CACHE_URL is not readable"),
    ],
)
def test_an_invalid_value_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read_environment(PRODUCTION | {name: value})

    assert sentence in str(refusal.value)


def test_the_address_that_people_see_is_optional() -> None:
    assert read_environment(PRODUCTION).public_url == ""
    given = read_environment(PRODUCTION | {"LOGBOOK_PUBLIC_URL": "https://logbook.example:8443"})
    assert given.public_url == "https://logbook.example:8443"


def test_redis_is_a_cache_that_processes_share() -> None:
    assert read_environment(PRODUCTION | {"CACHE_URL": "redis://cache.example"}).has_shared_cache
    assert not read_environment(PRODUCTION).has_shared_cache


def test_hosts_are_separated_by_commas_or_spaces() -> None:
    hosts = read_environment(PRODUCTION | {"DJANGO_ALLOWED_HOSTS": "a.example, b.example c.example"}).allowed_hosts

    assert hosts == ["a.example", "b.example", "c.example"]


def test_a_postgres_url_selects_postgresql() -> None:
    database = read_environment(PRODUCTION | {"DATABASE_URL": "postgres://me:secret@db.example:5433/log"}).database

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "log")
    assert database["OPTIONS"]["pool"] == {"min_size": 2, "max_size": 20}


def test_sqlite_waits_for_locks() -> None:
    database = read_environment(PRODUCTION | {"DATABASE_URL": "sqlite:////tmp/log.sqlite3"}).database

    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_a_redis_url_selects_redis() -> None:
    cache = read_environment(PRODUCTION | {"CACHE_URL": "redis://cache.example:6379/1"}).cache

    assert cache == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://cache.example:6379/1",
    }


def test_so_the_live_list_reaches_all_processes() -> None:
    layer = read_environment(PRODUCTION | {"CACHE_URL": "redis://cache.example:6379/1"}).channel_layer

    assert layer["BACKEND"] == "channels_redis.core.RedisChannelLayer"
    assert layer["CONFIG"]["hosts"] == [{"address": "redis://cache.example:6379/1"}]
    assert read_environment(PRODUCTION).channel_layer["BACKEND"] == "channels.layers.InMemoryChannelLayer"


def test_repr_shows_no_secret() -> None:
    shown = repr(read_environment(PRODUCTION | {"DATABASE_URL": "postgres://me:s3cret@db.example/log"}))

    assert "a-long-random-text" not in shown
    assert "s3cret" not in shown


def test_manage_py_reports_a_missing_variable_in_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, BACKEND / "manage.py", "check"], env={"HOME": str(tmp_path)}, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Logbook is not configured. DJANGO_SECRET_KEY is not set")
    assert "Traceback" not in done.stderr
