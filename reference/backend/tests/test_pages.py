from pathlib import Path

import pytest
from django.test import AsyncClient, Client, override_settings
from pytest_django import Settings


@pytest.fixture
def front_end(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Logbook</title>")
    (tmp_path / "assets" / "index-B0tac_99.js").write_text("export {}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    settings.FRONT_END = tmp_path
    settings.STATICFILES_DIRS = [tmp_path]
    return tmp_path


def test_the_page_is_served_and_never_stale(front_end: Path) -> None:
    response = Client().get("/")

    assert b"<title>Logbook</title>" in response.content
    assert response["Cache-Control"] == "no-cache"
    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_the_policy_allows_its_own_origin_and_the_authority_only(front_end: Path, settings: Settings) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHORITY_HOST": "https://login.example"}

    policy = dict(part.split(" ", 1) for part in Client().get("/")["Content-Security-Policy"].split("; "))

    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self' https://login.example",
        "frame-src": "'self' https://login.example",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
        "form-action": "'self'",
    }


def test_the_page_keeps_access_to_its_sign_in_window(front_end: Path) -> None:
    assert Client().get("/")["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"


def test_the_page_needs_no_database_and_sets_no_cookie(front_end: Path) -> None:
    assert not Client().get("/").cookies


def test_a_front_end_that_is_not_built_names_the_command(tmp_path: Path, settings: Settings) -> None:
    settings.FRONT_END = tmp_path

    response = Client().get("/")

    assert response.status_code == 503
    assert b"make install" in response.content


@override_settings(WHITENOISE_AUTOREFRESH=True)
def test_a_hashed_file_is_kept_for_ever(front_end: Path) -> None:
    response = Client().get("/static/assets/index-B0tac_99.js")

    assert response.content == b"export {}"
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Content-Type"] == 'text/javascript; charset="utf-8"'


@override_settings(WHITENOISE_AUTOREFRESH=True)
async def test_another_file_is_not_and_comes_whole_over_asgi(front_end: Path) -> None:
    response = await AsyncClient().get("/static/favicon.svg")

    assert response.content == b"<svg/>"
    assert "immutable" not in response["Cache-Control"]


@override_settings(WHITENOISE_AUTOREFRESH=True)
@pytest.mark.parametrize("path", ["/static/../index.html", "/static/%2e%2e/settings.py", "/static/assets/", "/nothing"])
def test_nothing_else_is_served(front_end: Path, path: str) -> None:
    assert Client().get(path).status_code == 404


def test_the_front_end_can_read_its_configuration() -> None:
    config = Client().get("/entrance/config.json").json()

    assert config["clientId"] == "5ba00000-0000-4000-a000-000000000003"
    assert config["scopes"] == ["api://a9100000-0000-4000-a000-000000000002/access_as_user"]
