"""The app for Prometheus, with the client of Prometheus: in one process, and in several."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from django_entrance import metrics
from django_entrance.contrib.prometheus.apps import Collectors, registered
from django_entrance.metrics import GRAPH_CALLS, GRAPH_RETRIES, METRICS, REFUSALS, measure
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

HOST = "login.microsoftonline.com"

COUNT_IN_A_PROCESS = """
import django
django.setup()
from django_entrance.metrics import KEY_FETCHES, REFUSALS, measure
measure(REFUSALS, "token_expired", "bearer")
measure(KEY_FETCHES, "login.microsoftonline.com", "authority", None, amount=0.3)
"""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    registry = CollectorRegistry()
    monkeypatch.setattr(metrics, "listeners", [Collectors(registry)])
    return registry


def test_counts_and_durations_are_there_under_the_documented_names(registry: CollectorRegistry) -> None:
    measure(REFUSALS, "token_expired", "bearer")
    measure(REFUSALS, "token_expired", "bearer")
    measure(GRAPH_RETRIES)
    measure(GRAPH_CALLS, "person", "GET", 200, None, amount=0.3)
    measure(GRAPH_CALLS, "person", "GET", None, "ReadTimeout", amount=5)
    text = generate_latest(registry).decode()
    assert 'entrance_refusals_total{entrance_door="bearer",entrance_reason="token_expired"} 2.0' in text
    assert "entrance_graph_retries_total 1.0" in text
    assert 'http_response_status_code="200"' in text
    labels = {"entrance_graph_purpose": "person", "http_request_method": "GET"}
    answered = labels | {"http_response_status_code": "200", "error_type": ""}
    unanswered = labels | {"http_response_status_code": "", "error_type": "ReadTimeout"}
    name = "entrance_graph_call_duration_seconds"
    assert registry.get_sample_value(f"{name}_sum", answered) == 0.3
    assert registry.get_sample_value(f"{name}_bucket", answered | {"le": "0.25"}) == 0
    assert registry.get_sample_value(f"{name}_bucket", answered | {"le": "0.5"}) == 1
    assert registry.get_sample_value(f"{name}_count", unanswered) == 1


def test_every_metric_is_collected(registry: CollectorRegistry) -> None:
    for metric in METRICS:
        measure(metric, *("x" for _ in metric.labels))
    names = {each.name for each in registry.collect()}
    assert names == {each.name.replace(".", "_") + "_seconds" * each.is_duration for each in METRICS}


def test_the_app_counts_in_the_registry_of_the_process_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "listeners", listeners := list(metrics.listeners))
    monkeypatch.setattr("django_entrance.contrib.prometheus.apps.listeners", listeners)
    labels = {"entrance_reason": "token_expired", "entrance_door": "login"}
    for _ in range(2):  # Django sets its apps up again, as each override does
        with override_settings(INSTALLED_APPS=["django_entrance.contrib.prometheus"]):
            assert listeners.count(registered()) == 1
    before = REGISTRY.get_sample_value("entrance_refusals_total", labels) or 0
    measure(REFUSALS, "token_expired", "login")
    assert REGISTRY.get_sample_value("entrance_refusals_total", labels) == before + 1


def test_several_processes_are_summed_up(tmp_path: Path) -> None:
    own = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "measuring_settings"}
    own |= {"PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNT_IN_A_PROCESS], check=True, env=os.environ | own, timeout=60)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(tmp_path))  # type: ignore[no-untyped-call]
    counted = {"entrance_reason": "token_expired", "entrance_door": "bearer"}
    assert registry.get_sample_value("entrance_refusals_total", counted) == 2
    fetched = {
        "server_address": HOST,
        "entrance_key_fetch_source": "authority",
        "error_type": "",
    }
    assert registry.get_sample_value("entrance_key_fetch_duration_seconds_count", fetched) == 2
