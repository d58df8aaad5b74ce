"""Counts what ``metrics`` measures in the registry of ``prometheus_client``, as OpenTelemetry's exporter names it."""

from __future__ import annotations

from functools import cache

from django.apps import AppConfig
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram

from django_entrance.metrics import BUCKETS, METRICS, LabelValue, Metric, listeners


class PrometheusConfig(AppConfig):
    name = "django_entrance.contrib.prometheus"
    label = "entrance_prometheus"

    def ready(self) -> None:
        if registered() not in listeners:
            listeners.append(registered())


@cache
def registered() -> Collectors:
    """Return the collectors in the registry of the process; Django may set up its apps several times."""
    return Collectors(REGISTRY)


class Collectors:
    """A collector for each metric. An instance is a listener."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.counters = {each: make_counter(each, registry) for each in METRICS if not each.is_duration}
        self.histograms = {each: make_histogram(each, registry) for each in METRICS if each.is_duration}

    def __call__(self, metric: Metric, values: tuple[LabelValue, ...], amount: float) -> None:
        texts = ["" if value is None else str(value) for value in values]
        if metric.is_duration:
            self.histograms[metric].labels(*texts).observe(amount)
        else:
            counter = self.counters[metric]
            (counter.labels(*texts) if texts else counter).inc(amount)


def make_counter(metric: Metric, registry: CollectorRegistry) -> Counter:
    """Return a counter; ``prometheus_client`` adds ``_total`` to its name."""
    return Counter(underscored(metric.name), metric.description, label_names(metric), registry=registry)


def make_histogram(metric: Metric, registry: CollectorRegistry) -> Histogram:
    name = f"{underscored(metric.name)}_seconds"
    return Histogram(name, metric.description, label_names(metric), registry=registry, buckets=BUCKETS)


def label_names(metric: Metric) -> list[str]:
    return [underscored(label.name) for label in metric.labels]


def underscored(name: str) -> str:
    return name.replace(".", "_")
