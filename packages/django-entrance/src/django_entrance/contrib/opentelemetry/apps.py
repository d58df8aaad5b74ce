"""Records what ``metrics`` measures through the metrics API of OpenTelemetry. The project chooses SDK and exporter."""

from __future__ import annotations

from functools import cache

from django.apps import AppConfig
from opentelemetry.metrics import Meter, get_meter

from django_entrance.metrics import BUCKETS, METRICS, LabelValue, Metric, listeners


class OpenTelemetryConfig(AppConfig):
    name = "django_entrance.contrib.opentelemetry"
    label = "entrance_opentelemetry"

    def ready(self) -> None:
        if registered() not in listeners:
            listeners.append(registered())


@cache
def registered() -> Instruments:
    """Return the instruments of the process; a meter provider that is set later counts, too."""
    return Instruments(get_meter("django_entrance"))


class Instruments:
    """An instrument for each metric. An instance is a listener."""

    def __init__(self, meter: Meter) -> None:
        self.counters = {
            each: meter.create_counter(each.name, each.unit, each.description)
            for each in METRICS
            if not each.is_duration
        }
        self.histograms = {
            each: meter.create_histogram(
                each.name, each.unit, each.description, explicit_bucket_boundaries_advisory=BUCKETS
            )
            for each in METRICS
            if each.is_duration
        }

    def __call__(self, metric: Metric, values: tuple[LabelValue, ...], amount: float) -> None:
        named = zip(metric.labels, values, strict=True)
        attributes = {label.name: value for label, value in named if value is not None}
        if metric.is_duration:
            self.histograms[metric].record(amount, attributes)
        else:
            self.counters[metric].add(amount, attributes)
