"""The compose example: its files agree with each other, the settings and nginx. `reference/e2e` runs the layout."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from config.environment import BACKEND, read_environment

ROOT = BACKEND.parents[1]
DEPLOY = ROOT / "reference" / "deploy"
DOCKERFILES = [DEPLOY / "Dockerfile", ROOT / "packages" / "entra-double" / "Dockerfile"]
WORKERS = ["worker-1", "worker-2"]
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")
TAG = re.compile(r"[\w./-]+:\d[\w.-]*")
OURS = {"logbook", "entra-double"}


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text())
    return content


def example() -> dict[str, str]:
    lines = (DEPLOY / "example.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def filled(values: dict[str, str]) -> dict[str, str]:
    """Return the environment of a worker, filled in from the example and made-up secrets."""
    given = {name: value or "made-up" for name, value in example().items()}
    return {name: REQUIRED.sub(lambda variable: given[variable[1]], value) for name, value in values.items()}


def instructions(dockerfile: Path) -> list[str]:
    return [line for line in dockerfile.read_text().splitlines() if re.match("[A-Z]+ ", line)]


def command_of(dockerfile: Path) -> list[str]:
    [line] = [each for each in instructions(dockerfile) if each.startswith("CMD ")]
    command: list[str] = json.loads(line.removeprefix("CMD "))
    return command


def test_nginx_gets_each_variable_of_its_configuration() -> None:
    used = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "nginx.conf.template").read_text()))

    assert used == set(compose()["services"]["proxy"]["environment"])


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_is_configured_for_production(worker: str) -> None:
    environment = read_environment(filled(compose()["services"][worker]["environment"]))

    assert (environment.debug, environment.has_django_session, environment.has_shared_cache) == (False, True, True)
    assert environment.public_url == f"https://{environment.allowed_hosts[0]}"
    assert environment.database["ENGINE"] == "django.db.backends.postgresql"
    assert environment.entrance.keys() >= {"TENANT_ID", "CLIENT_ID", "SPA_CLIENT_ID", "CLIENT_SECRET"}


def test_the_files_have_no_secret() -> None:
    secret = re.compile("SECRET|PASSWORD|KEY|DATABASE_URL")
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not secret.search(name) or REQUIRED.search(value) or value.startswith("/run/secrets/"), name
    assert [name for name, value in example().items() if secret.search(name) and value] == []


def test_the_example_names_each_variable_that_the_compose_file_requires() -> None:
    assert set(REQUIRED.findall((DEPLOY / "compose.yaml").read_text())) == set(example())


def test_only_the_proxy_is_reached_from_outside() -> None:
    services = compose()["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["proxy"]["networks"] == ["front"]
    assert services["database"]["networks"] == services["redis"]["networks"] == ["back"]
    assert compose()["networks"]["back"]["internal"] is True


@pytest.mark.parametrize("name", ["compose.yaml", "compose.local-entra.yaml"])
def test_each_image_has_a_tag_or_is_built_here(name: str) -> None:
    images = {service["image"] for service in compose(name)["services"].values() if "image" in service}

    assert [image for image in images - OURS if not TAG.fullmatch(image)] == []


@pytest.mark.parametrize("name", ["compose.yaml", "compose.local-entra.yaml"])
def test_each_folder_and_file_exists(name: str) -> None:
    content = compose(name)
    for service in content["services"].values():
        build = service.get("build")
        if build is not None:
            context, file = (build, "Dockerfile") if isinstance(build, str) else (build["context"], build["dockerfile"])
            assert (DEPLOY / context / file).is_file()
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source in content["volumes"] or (DEPLOY / source).is_file(), source


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=["logbook", "entra-double"])
def test_an_image_has_tagged_bases_a_user_and_a_health_check(dockerfile: Path) -> None:
    lines = instructions(dockerfile)
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    last = "\n".join(lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :])

    assert [base for base in bases if not TAG.fullmatch(base)] == []
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD \[", last, re.MULTILINE)


def test_a_worker_keeps_connections_longer_than_nginx() -> None:
    """Otherwise nginx sends a request into a connection that the worker is closing, and answers 502."""
    command = command_of(DEPLOY / "Dockerfile")
    kept = re.search(r"keepalive_timeout (\d+)s;", (DEPLOY / "nginx.conf.template").read_text())

    assert kept
    assert int(command[command.index("--timeout-keep-alive") + 1]) > int(kept[1])


def test_a_body_of_the_largest_size_reaches_django(settings: Any) -> None:
    allowed = re.search(r"client_max_body_size (\d+)k;", (DEPLOY / "nginx.conf.template").read_text())

    assert allowed
    assert int(allowed[1]) * 1024 == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
