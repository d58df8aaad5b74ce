"""The app for OpenTelemetry, read by its SDK."""

from typing import Any

import pytest
from django.test import override_settings
from django_entrance import metrics
from django_entrance.contrib.opentelemetry.apps import Instruments, registered
from django_entrance.metrics import BUCKETS, GRAPH_CALLS, METRICS, REFUSALS, measure
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    reader = InMemoryMetricReader()
    meter = MeterProvider(metric_readers=[reader]).get_meter("django_entrance")
    monkeypatch.setattr(metrics, "listeners", [Instruments(meter)])
    return reader


def read(reader: InMemoryMetricReader) -> dict[str, Any]:
    data = reader.get_metrics_data()
    assert data is not None
    [resource] = data.resource_metrics
    [scope] = resource.scope_metrics
    return {each.name: each for each in scope.metrics}


def test_a_count_has_its_attributes(reader: InMemoryMetricReader) -> None:
    measure(REFUSALS, "token_expired", "bearer")
    measure(REFUSALS, "token_expired", "bearer")
    [metric] = read(reader).values()
    [point] = metric.data.data_points
    assert (metric.name, metric.unit, point.value) == ("entrance.refusals", "{refusal}", 2)
    assert dict(point.attributes) == {"entrance.reason": "token_expired", "entrance.door": "bearer"}


def test_a_duration_is_in_seconds_and_leaves_out_what_is_not_known(reader: InMemoryMetricReader) -> None:
    measure(GRAPH_CALLS, "person", "GET", 200, None, amount=0.3)
    [metric] = read(reader).values()
    [point] = metric.data.data_points
    assert (metric.unit, point.sum, point.explicit_bounds) == ("s", 0.3, BUCKETS)
    known = {"entrance.graph.purpose": "person", "http.request.method": "GET", "http.response.status_code": 200}
    assert dict(point.attributes) == known


def test_every_metric_is_recorded(reader: InMemoryMetricReader) -> None:
    for metric in METRICS:
        measure(metric, *("x" for _ in metric.labels))
    assert {(each.name, each.unit) for each in read(reader).values()} == {(each.name, each.unit) for each in METRICS}


def test_the_app_listens_once(monkeypatch: pytest.MonkeyPatch) -> None:
    listeners: list[metrics.Listener] = []
    monkeypatch.setattr("django_entrance.contrib.opentelemetry.apps.listeners", listeners)
    for _ in range(2):  # Django sets its apps up again, as each override does
        with override_settings(INSTALLED_APPS=["django_entrance.contrib.opentelemetry"]):
            assert listeners == [registered()]
