"""The samples of docs/howto/measure.md run, and its rules for alerts name what there is."""

import json
import logging
import logging.config
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import metrics_page
import pytest
import yaml
from django.test import RequestFactory, override_settings
from django_entrance import metrics
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.metrics import METRICS, REFUSALS, measure
from django_entrance.verification.errors import MalformedRequest, every_reason
from sampling import HOWTO, ROOT, samples

PAGE = HOWTO / "measure.md"
PROMETHEUS_APP, VIEW, OPENTELEMETRY_APP, GUNICORN, LOGGING = samples(PAGE, "python")
RULES = yaml.safe_load(samples(PAGE, "yaml")[0])["groups"][0]["rules"]
SELECTOR = re.compile(r"(entrance_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|=)"([^"]*)"')
OF_EVERY_SERIES = {"le"}

GUNICORN_WORKER = """
import django
django.setup()
exec(open({file!r}).read())
post_fork(None, None)
from opentelemetry.metrics import get_meter_provider
from django_entrance.metrics import KEY_FETCHES, REFUSALS, measure
measure(REFUSALS, "token_expired", "bearer")
measure(KEY_FETCHES, "login.microsoftonline.com", "authority", None, amount=0.3)
get_meter_provider().shutdown()
"""

SETTINGS = """
from project_settings import *
{sample}
"""


@pytest.mark.parametrize(
    ("sample", "framework"), [(PROMETHEUS_APP, "prometheus"), (OPENTELEMETRY_APP, "opentelemetry")]
)
def test_an_app_is_installed(sample: str, framework: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, Any] = {"INSTALLED_APPS": []}
    exec(sample, names)
    listeners: list[metrics.Listener] = []
    monkeypatch.setattr(f"django_entrance.contrib.{framework}.apps.listeners", listeners)
    with override_settings(INSTALLED_APPS=names["INSTALLED_APPS"]):
        assert len(listeners) == 1


def test_the_view_serves_what_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_entrance.contrib.prometheus.apps import registered

    names: dict[str, Any] = {}
    exec(VIEW, names)
    monkeypatch.setattr(metrics, "listeners", [registered()])
    measure(REFUSALS, "token_expired", "page")
    answer = names["metrics"](RequestFactory().get("/metrics"))
    assert answer["Content-Type"].startswith("text/plain")
    assert b'entrance_refusals_total{entrance_door="page",entrance_reason="token_expired"}' in answer.content


def test_the_view_sums_up_processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names: dict[str, Any] = {}
    exec(VIEW, names)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert names["metrics"](RequestFactory().get("/metrics")).content == b""


def test_a_worker_exports_what_is_measured_after_its_fork(tmp_path: Path) -> None:
    """Django has started before the provider is set, as in a server that loads the application first."""
    (tmp_path / "gunicorn.conf.py").write_text(GUNICORN)
    (tmp_path / "otel_settings.py").write_text(SETTINGS.format(sample=OPENTELEMETRY_APP))
    script = GUNICORN_WORKER.format(file=str(tmp_path / "gunicorn.conf.py"))
    own = {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]), "DJANGO_SETTINGS_MODULE": "otel_settings"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ | own)
    assert run.returncode == 0, run.stderr
    [resource] = json.loads(run.stdout)["resource_metrics"]
    [scope] = resource["scope_metrics"]
    found = {each["name"]: each["data"]["data_points"][0] for each in scope["metrics"]}
    assert found["entrance.refusals"]["attributes"] == {"entrance.reason": "token_expired", "entrance.door": "bearer"}
    assert found["entrance.key_fetch.duration"]["explicit_bounds"][0] == 0.005


def test_a_line_of_the_log_is_json_with_the_documented_members(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(LOGGING, names)
    log = logging.getLogger("django_entrance")
    before = log.handlers[:], log.level, log.propagate
    try:
        logging.config.dictConfig({**names["LOGGING"], "incremental": False})
        log_refusal(RequestFactory().get("/log/?code=1"), MalformedRequest())
    finally:
        log.handlers[:], log.level, log.propagate = before
    line = json.loads(capsys.readouterr().err)
    shown = json.loads(samples(PAGE, "json")[0])
    assert shown.keys() <= line.keys()
    assert (line["levelname"], line["entrance_reason"], line["entrance_status"]) == (
        "INFO",
        "authorization_malformed",
        400,
    )
    assert line["entrance_path"] == "/log/"
    listed = re.findall(r"`(entrance_\w+)`", (HOWTO / "see-who-was-refused.md").read_text())
    assert set(listed) == {name for name in line if name.startswith("entrance_")}


def selectors(expression: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield each series of an expression, with the values that its labels may have."""
    for name, matchers in SELECTOR.findall(re.sub(r"by \([^)]*\)", "", expression)):
        yield name, {label: values.split("|") for label, _, values in MATCHER.findall(matchers)}


def faults(expression: str) -> list[str]:
    """Return what an expression names that is not measured."""
    series = {name: metric for metric in METRICS for name in metrics_page.series_of(metric)}
    wrong = []
    grouped = {each.strip() for names in re.findall(r"by \(([^)]*)\)", expression) for each in names.split(",")}
    for name, matched in selectors(expression):
        if name not in series:
            wrong.append(name)
            continue
        labels = {label.name.replace(".", "_"): label for label in series[name].labels}
        wrong += sorted((matched.keys() | grouped) - labels.keys() - OF_EVERY_SERIES)
        for label, values in matched.items():
            known = labels[label].values if label in labels else ()
            reasons = [each.reason for each in every_reason()] if label == "entrance_reason" else []
            wrong += sorted(set(values).difference(known, reasons))
    return wrong


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_names_series_labels_and_values_that_there_are(rule: dict[str, Any]) -> None:
    assert list(selectors(rule["expr"])), "it reads something of ours"
    assert faults(rule["expr"]) == []
    assert rule["annotations"]["summary"].endswith((".", "?"))


def test_control_other_names_are_found() -> None:
    assert faults('rate(entrance_refused_total{entrance_reason="token_expired"}[5m])') == ["entrance_refused_total"]
    assert faults('rate(entrance_refusals_total{entrance_reason="token_old"}[5m])') == ["token_old"]
    assert faults("sum by (entrance_user) (rate(entrance_refusals_total[5m]))") == ["entrance_user"]


def test_every_alert_is_about_something_that_the_page_lists() -> None:
    listed = re.findall(r"^\| `(entrance[\w.]+)` \|", PAGE.read_text(), flags=re.MULTILINE)
    assert listed == [metric.name for metric in METRICS]
    assert (ROOT / "docs" / "howto" / "operate.md").is_file()
