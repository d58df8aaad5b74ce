"""Generates the table of docs/howto/measure.md from ``django_entrance.metrics``."""

from __future__ import annotations

from collections.abc import Iterator

from django_entrance.metrics import METRICS, Label, Metric


def metric_rows() -> Iterator[tuple[str, str, str]]:
    """Yield each metric with what it counts, and its labels with their values."""
    for metric in METRICS:
        labels = "; ".join(f"`{label.name}`: {values_of(label)}" for label in metric.labels)
        yield f"`{metric.name}`", f"{metric.description}. {kind_of(metric)}", labels or "none"


def kind_of(metric: Metric) -> str:
    return "A histogram, in seconds" if metric.is_duration else f"A counter, of `{metric.unit}`"


def values_of(label: Label) -> str:
    return ", ".join(f"`{value}`" for value in label.values) or label.bounded_by


def series_of(metric: Metric) -> tuple[str, ...]:
    """Return the names under which Prometheus has a metric."""
    name = metric.name.replace(".", "_")
    if metric.is_duration:
        return tuple(f"{name}_seconds_{part}" for part in ("bucket", "count", "sum"))
    return (f"{name}_total",)
