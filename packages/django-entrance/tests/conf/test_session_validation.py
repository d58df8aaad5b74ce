from typing import Any

import pytest
from django_entrance.conf.loading import current_settings
from entrance_settings import check_and_load

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"SESSION_LIFETIME": 60}, []),
        ({"SESSION_LIFETIME": 59}, ["E026"]),
        ({"SESSION_RECHECK": 60}, []),
        ({"SESSION_RECHECK": 0}, ["E026"]),
        ({"SESSION_RECHECK": -1, "SESSION_LIFETIME": -1}, ["E026", "E026"]),
        ({"SESSION_LIFETIME": "3600"}, ["E003"]),
        ({"SESSION_RECHECK": 3600.5}, ["E003"]),
        ({"SESSION_RECHECK": True}, ["E003"]),
        ({"SIGN_IN_ON_GET": 1}, ["E003"]),
        ({"PUBLIC_URL": "https://app.contoso.example"}, []),
        ({"PUBLIC_URL": "https://app.contoso.example/"}, []),
        ({"PUBLIC_URL": "https://app.contoso.example:8443"}, []),
        ({"PUBLIC_URL": "http://localhost:8000"}, []),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, []),
        ({"PUBLIC_URL": "http://app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "http://localhost.evil.example"}, ["E027"]),
        ({"PUBLIC_URL": "app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "//app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "ftp://app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "https://"}, ["E027"]),
        ({"PUBLIC_URL": "https://app.contoso.example/app"}, ["E027"]),
        ({"PUBLIC_URL": "https://app.contoso.example?a=1"}, ["E027"]),
        ({"PUBLIC_URL": "https://app.contoso.example#a"}, ["E027"]),
        ({"PUBLIC_URL": "https://ada@app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "https://:pw@app.contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": "https://app.contoso.example:port"}, ["E027"]),
        ({"PUBLIC_URL": "https://[app"}, ["E027"]),
        ({"PUBLIC_URL": "https://app.contoso.example\n"}, ["E027"]),
        ({"PUBLIC_URL": "https://app contoso.example"}, ["E027"]),
        ({"PUBLIC_URL": 5}, ["E003"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


def test_the_public_address_is_an_origin(settings: Any) -> None:
    check_and_load(settings, {"PUBLIC_URL": "https://App.Contoso.example/"}, [])
    assert current_settings().PUBLIC_URL == "https://app.contoso.example"


def test_without_them_a_session_lives_a_working_day(settings: Any) -> None:
    check_and_load(settings, {}, [])
    own = current_settings()
    assert (own.SESSION_LIFETIME, own.SESSION_RECHECK, own.SIGN_IN_ON_GET, own.PUBLIC_URL) == (
        28_800,
        3_600,
        False,
        None,
    )
