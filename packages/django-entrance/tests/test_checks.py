"""The system checks, and what a wrong order of ``MIDDLEWARE`` causes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.checks import run_checks
from django.test import Client
from django_entrance.checks import (
    check_any_tenant,
    check_certificates,
    check_cors,
    check_exposed_headers,
    check_guests,
    check_middleware,
    check_public_address,
    check_redirect_bridge,
    check_settings,
    check_tokens,
    check_tokens_cache,
)
from django_entrance.frontend import views
from own_credentials import pem_of
from scripted import ADA, K2, TENANT, ScriptedAuthority
from sign_ins import ENTRA, bearer

DJANGO = "django.contrib.auth.middleware.AuthenticationMiddleware"
REMOTE = "django.contrib.auth.middleware.RemoteUserMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
FETCH = "django.middleware.cache.FetchFromCacheMiddleware"
UPDATE = "django.middleware.cache.UpdateCacheMiddleware"
SUSPENDED, AUDIT = "project_middleware.stop_suspended", "project_middleware.note_actor"
HEADER_USER, OWN_ENTRA = "project_middleware.HeaderUser", "project_middleware.OwnEntra"


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ([DJANGO, ENTRA, SUSPENDED, AUDIT, FETCH], []),
        ([SUSPENDED, DJANGO, ENTRA], []),
        ([UPDATE, DJANGO, MESSAGES, ENTRA, FETCH], []),
        ([DJANGO, REMOTE, ENTRA], []),
        ([DJANGO, HEADER_USER, ENTRA], []),
        ([DJANGO, OWN_ENTRA, SUSPENDED], []),
        ([DJANGO, "no.such.Middleware", ENTRA], [("entrance.W002", "no.such.Middleware")]),
        ([DJANGO, SUSPENDED, MESSAGES, AUDIT, ENTRA], [("entrance.W002", SUSPENDED), ("entrance.W002", AUDIT)]),
        ([DJANGO, SUSPENDED, OWN_ENTRA], [("entrance.W002", SUSPENDED)]),
        ([UPDATE, FETCH, DJANGO, ENTRA], [("entrance.W002", FETCH)]),
        ([DJANGO, FETCH, ENTRA], [("entrance.W002", FETCH)]),
        (
            ["django.middleware.cache.CacheMiddleware", DJANGO, ENTRA],
            [("entrance.W002", "django.middleware.cache.CacheMiddleware")],
        ),
        ([DJANGO, ENTRA, REMOTE], [("entrance.W003", REMOTE)]),
        ([DJANGO, ENTRA, f"{REMOTE.rpartition('.')[0]}.PersistentRemoteUserMiddleware"], []),
        ([DJANGO, ENTRA, DJANGO], [("entrance.W003", DJANGO)]),
        ([DJANGO, ENTRA, HEADER_USER], [("entrance.W003", HEADER_USER)]),
        ([OWN_ENTRA, DJANGO], [("entrance.E012", "EntraMiddleware")]),
    ],
)
def test_the_order_is_checked(settings: Any, order: Sequence[str], found: list[tuple[str, str]]) -> None:
    settings.MIDDLEWARE = order
    messages = check_middleware(None)
    assert [(message.id, message.msg.split(" ")[0]) for message in messages] == found
    assert all(ENTRA in str(message.hint) or DJANGO in str(message.hint) for message in messages)


def order_with(settings: Any, added: str, *, directly_after: bool) -> list[str]:
    order = [path for path in settings.MIDDLEWARE if path != ENTRA]
    place = order.index(DJANGO) + 1
    return [*order[:place], *([ENTRA, added] if directly_after else [added, ENTRA]), *order[place:]]


@pytest.mark.django_db
@pytest.mark.parametrize("directly_after", [True, False], ids=["directly after", "control: last"])
class TestWrongOrder:
    def test_a_suspended_person_is_stopped(
        self, authority: ScriptedAuthority, settings: Any, directly_after: bool
    ) -> None:
        headers = bearer(authority)
        Client().get("/", headers=headers)
        User.objects.get().groups.add(Group.objects.create(name="suspended"))
        settings.MIDDLEWARE = order_with(settings, SUSPENDED, directly_after=directly_after)
        assert Client().get("/", headers=headers).status_code == (403 if directly_after else 200)
        assert bool(check_middleware(None)) is not directly_after

    def test_an_audit_log_knows_the_actor(
        self, authority: ScriptedAuthority, settings: Any, directly_after: bool
    ) -> None:
        settings.MIDDLEWARE = order_with(settings, AUDIT, directly_after=directly_after)
        response = Client().get("/", headers=bearer(authority))
        assert response["X-Actor"] == ("ada@contoso.example" if directly_after else "")
        assert bool(check_middleware(None)) is not directly_after

    def test_a_cached_page_is_not_answered_to_a_deactivated_person(
        self, authority: ScriptedAuthority, settings: Any, directly_after: bool
    ) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}}
        settings.MIDDLEWARE = [UPDATE, *order_with(settings, FETCH, directly_after=directly_after)]
        client, headers = Client(), bearer(authority)
        for _ in range(2):
            assert client.get("/", headers=headers).json()["object_id"] == ADA
        User.objects.update(is_active=False)
        assert client.get("/", headers=headers).status_code == (403 if directly_after else 200)
        assert bool(check_middleware(None)) is not directly_after


@pytest.mark.parametrize("entrance", [({"TENANT_ID": TENANT},), [], "", 5], ids=repr)
def test_settings_that_are_not_a_dict_are_reported(settings: Any, entrance: object) -> None:
    settings.ENTRANCE = entrance
    [message] = check_settings(None)
    assert (message.id, message.hint) == ("entrance.E003", "Write ENTRANCE = {…}, without a comma at its end.")


def test_a_missing_middleware_is_reported(settings: Any) -> None:
    assert check_middleware(None) == []
    settings.MIDDLEWARE = [DJANGO]
    assert [message.id for message in check_middleware(None)] == ["entrance.E011"]


def test_a_second_authentication_middleware_is_named(settings: Any) -> None:
    settings.MIDDLEWARE = [DJANGO, ENTRA, DJANGO]
    [message] = check_middleware(None)
    assert str(message.hint).startswith("It is the second AuthenticationMiddleware: remove it")


def test_a_missing_script_of_the_redirect_page_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(views, "REDIRECT_BRIDGE", tmp_path / "redirect-bridge.js")
    assert [message.id for message in check_redirect_bridge(None)] == ["entrance.W001"]
    (tmp_path / "redirect-bridge.js").write_text("built")
    assert check_redirect_bridge(None) == []


@pytest.mark.parametrize(("allow_guests", "ids"), [(True, []), (False, ["entrance.W010"]), ([ADA], ["entrance.W010"])])
def test_who_limits_guests_is_told_of_the_claim_acct_before_deployment(
    settings: Any, allow_guests: Any, ids: list[str]
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ALLOW_GUESTS": allow_guests}
    assert [message.id for message in check_guests(None)] == ids
    assert [
        message.id for message in run_checks(include_deployment_checks=True) if message.id == "entrance.W010"
    ] == ids
    assert [message.id for message in run_checks() if message.id == "entrance.W010"] == []
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    assert check_guests(None) == [], "the settings have another problem, which comes first"


SUPERUSER = {"is_superuser": True}


@pytest.mark.parametrize(
    ("tenants", "access", "ids"),
    [
        (["*"], {"app_roles": {"Admin": SUPERUSER}}, ["entrance.W014"]),
        ([TENANT, "*"], {"app_roles": {"Admin": SUPERUSER, "Root": SUPERUSER}}, ["entrance.W014"] * 2),
        ([TENANT], {"app_roles": {"Admin": SUPERUSER}}, []),
        (["*"], {"app_roles": {"Admin": {"is_staff": True}}}, []),
        (["*"], {"groups": {ADA: SUPERUSER}}, []),
    ],
    ids=["any", "two roles", "listed", "staff", "group"],
)
def test_app_roles_of_any_tenant_make_no_superusers_unnoticed(
    settings: Any, tenants: list[str], access: Any, ids: list[str]
) -> None:
    several = {"TENANT_ID": "organizations", "ALLOWED_TENANTS": tenants, "ACCESS": access}
    settings.ENTRANCE = settings.ENTRANCE | several
    assert [message.id for message in check_any_tenant(None)] == ids
    assert [message.id for message in run_checks() if message.id == "entrance.W014"] == ids
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    assert check_any_tenant(None) == [], "the settings have another problem, which comes first"


def test_a_certificate_that_cannot_be_used_is_named(settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "entra.pem"
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_CERTIFICATE": str(file)}
    [found] = check_certificates(None)
    told = "CLIENT_CERTIFICATE of the authority 'default': the file cannot be read (FileNotFoundError)."
    assert (found.id, found.msg) == ("entrance.W013", told)
    assert "entrance.W013" in [message.id for message in run_checks()]
    file.write_text("-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\n")
    assert "no private key and certificate" in check_certificates(None)[0].msg
    file.write_text(file.read_text() + "-----BEGIN PRIVATE KEY-----\nM\n-----END PRIVATE KEY-----\n")
    assert "or the key is not RSA" in check_certificates(None)[0].msg
    file.write_bytes(b"".join(pem_of(K2)))
    assert check_certificates(None) == []
    settings.ENTRANCE = settings.ENTRANCE | {"LEEWAY": 900}
    file.unlink()
    assert check_certificates(None) == [], "the settings have another problem, which comes first"


@pytest.mark.parametrize(
    ("entrance", "django", "ids"),
    [
        ({}, {}, []),
        ({"CLIENT_SECRET": "not-a-secret"}, {}, ["entrance.W015"]),
        ({"CLIENT_SECRET": "not-a-secret", "PUBLIC_URL": "https://app.contoso.com"}, {}, []),
        ({"CLIENT_SECRET": "not-a-secret"}, {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, []),
        ({"CLIENT_SECRET": "not-a-secret"}, {"SECURE_SSL_REDIRECT": True}, []),
        ({"CLIENT_SECRET": "not-a-secret", "LEEWAY": 900}, {}, []),
    ],
)
def test_page_sign_in_behind_a_proxy_needs_the_sites_address(
    settings: Any, entrance: Any, django: Any, ids: list[str]
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | entrance
    for name, value in django.items():
        setattr(settings, name, value)
    assert [message.id for message in check_public_address(None)] == ids
    assert [message.id for message in run_checks() if message.id == "entrance.W015"] == []


@pytest.mark.parametrize(
    ("order", "found"),
    [([CORS, DJANGO, ENTRA], []), ([DJANGO, ENTRA, CORS], ["entrance.W018"]), ([DJANGO, ENTRA], []), ([CORS], [])],
)
def test_the_place_of_cors_headers_is_checked(settings: Any, order: list[str], found: list[str]) -> None:
    settings.MIDDLEWARE = order
    assert [message.id for message in check_cors(None)] == found


@pytest.mark.parametrize(
    ("order", "exposed", "found"),
    [
        ([CORS, DJANGO, ENTRA], [], ["entrance.W019"]),
        ([CORS, DJANGO, ENTRA], ["Retry-After"], ["entrance.W019"]),
        ([CORS, DJANGO, ENTRA], ("www-authenticate",), []),
        ([DJANGO, ENTRA], [], []),
    ],
)
def test_other_origins_may_read_the_challenge(settings: Any, order: list[str], exposed: Any, found: list[str]) -> None:
    settings.MIDDLEWARE, settings.CORS_EXPOSE_HEADERS = order, exposed
    assert [message.id for message in check_exposed_headers(None)] == found


@pytest.mark.parametrize(
    ("entrance", "backend", "ids"),
    [
        ({}, "locmem.LocMemCache", []),
        ({"TOKENS_CACHE": "default", "CLIENT_SECRET": "not-a-secret"}, "db.DatabaseCache", []),
        ({"TOKENS_CACHE": "default", "CLIENT_SECRET": "not-a-secret"}, "locmem.LocMemCache", ["entrance.W016"]),
        ({"TOKENS_CACHE": "default", "CLIENT_SECRET": "not-a-secret"}, "dummy.DummyCache", ["entrance.W016"]),
        ({"TOKENS_CACHE": "default"}, "db.DatabaseCache", ["entrance.W017"]),
        ({"TOKENS_CACHE": "default", "LEEWAY": 900}, "locmem.LocMemCache", []),
    ],
)
def test_tokens_for_other_apis_need_a_shared_cache_and_a_credential(
    settings: Any, entrance: Any, backend: str, ids: list[str]
) -> None:
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "tokens"}}
    settings.ENTRANCE = settings.ENTRANCE | entrance
    assert [message.id for message in [*check_tokens(None), *check_tokens_cache(None)]] == ids
    assert [message.id for message in run_checks() if message.id == "entrance.W016"] == []
