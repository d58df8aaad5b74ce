"""The sign-in in OpenAPI, as drf-spectacular and Ninja write it, read by a validator that knows neither."""

import json
from typing import Any

import pytest
import requests
from django.core.management import call_command
from django.test import Client
from django_entrance import apps
from django_entrance.frontend.openapi import needed_scopes, scheme_name, security_schemes
from entra_double import RunningEntra
from many_groups import settings_for
from openapi_spec_validator import validate
from scripted import API, OTHER_TENANT, TENANT

URI = f"api://{API}"


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.DEBUG = True
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "REQUIRED_SCOPES": ["access_as_user"]}


@pytest.fixture
def rest(settings: Any) -> None:
    settings.ROOT_URLCONF = "rest_urls"


def written(tmp_path: Any) -> Any:
    file = tmp_path / "schema.json"
    call_command("spectacular", "--file", str(file), "--format", "openapi-json", "--fail-on-warn")
    return json.loads(file.read_text())


@pytest.mark.usefixtures("rest")
def test_drf_spectacular_describes_the_sign_in(tmp_path: Any) -> None:
    schema = written(tmp_path)
    validate(schema)
    scheme = schema["components"]["securitySchemes"]["entra"]
    host = f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0"
    assert scheme["type"] == "oauth2"
    assert scheme["flows"]["authorizationCode"] == {
        "authorizationUrl": f"{host}/authorize",
        "tokenUrl": f"{host}/token",
        "scopes": {f"{URI}/access_as_user": "access_as_user"},
    }
    assert schema["paths"]["/signed-in/"]["get"]["security"][0] == {"entra": [f"{URI}/access_as_user"]}
    scoped = schema["paths"]["/scope/"]["get"]["security"][0]
    assert scoped == {"entra": [f"{URI}/access_as_user", f"{URI}/log.read"]}
    assert {} in schema["paths"]["/open/"]["get"]["security"]


@pytest.mark.parametrize(
    ("without", "expected"), [("none", ["django_entrance.contrib.rest_framework.openapi"]), ("drf_spectacular", [])]
)
def test_without_drf_spectacular_its_extension_is_not_imported(
    settings: Any, monkeypatch: pytest.MonkeyPatch, without: str, expected: list[str]
) -> None:
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != without]
    imported: list[str] = []
    monkeypatch.setattr(apps, "import_module", imported.append)
    apps.describe_in_openapi()
    assert imported == expected


@pytest.mark.usefixtures("rest")
def test_each_of_several_authorities_is_enough(tmp_path: Any, settings: Any) -> None:
    two = {"staff": {"TENANT_ID": TENANT, "CLIENT_ID": API}, "the customers": {"TENANT_ID": OTHER_TENANT}}
    settings.ENTRANCE = {"AUTHORITIES": two, "CLIENT_ID": API}
    schema = written(tmp_path)
    validate(schema)
    assert {"entra.staff", "entra.the_customers"} < set(schema["components"]["securitySchemes"])
    asked = schema["paths"]["/signed-in/"]["get"]["security"]
    assert asked[:2] == [{"entra.staff": []}, {"entra.the_customers": []}]


def test_ninja_describes_the_sign_in(settings: Any) -> None:
    settings.ROOT_URLCONF = "ninja_urls"
    schema = Client().get("/own/openapi.json").json()
    validate(schema)
    schemes = schema["components"]["securitySchemes"]
    assert schemes["EntraAuth"] == schemes["AsyncEntraAuth"] == security_schemes()["entra"]
    assert schema["paths"]["/own/any"]["get"]["security"] == [{"EntraAuth": []}]


def test_without_required_scopes_all_that_were_granted_are_requested(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "APP_ID_URI": "https://api.contoso.example"}
    flow = security_schemes()["entra"]["flows"]["authorizationCode"]
    assert flow["scopes"] == {"https://api.contoso.example/.default": ".default"}
    assert needed_scopes("entra", ["log.read", "log.read"]) == ["https://api.contoso.example/log.read"]


def test_the_addresses_are_those_of_the_discovery_document(entra_server: RunningEntra, settings: Any) -> None:
    """So that Swagger UI signs in against entra-double, too."""
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=None)
    tenant = settings.ENTRANCE["TENANT_ID"]
    url = f"{entra_server.base_url}/{tenant}/v2.0/.well-known/openid-configuration"
    document = requests.get(url, timeout=10).json()
    flow = security_schemes()["entra"]["flows"]["authorizationCode"]
    assert flow["authorizationUrl"] == document["authorization_endpoint"]
    assert flow["tokenUrl"] == document["token_endpoint"]


@pytest.mark.parametrize(
    ("authority", "name"), [("default", "entra"), ("staff-1.a", "entra.staff-1.a"), ("é /$", "entra.____")]
)
def test_names_of_schemes_are_as_openapi_allows(authority: str, name: str) -> None:
    assert scheme_name(authority) == name
