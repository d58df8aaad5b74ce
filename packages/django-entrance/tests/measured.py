"""Listens to what is measured, and holds each value to what its label says of itself."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django_entrance import metrics
from django_entrance.metrics import METRICS, Label, LabelValue, Metric
from django_entrance.verification.errors import every_reason

ANY_REASON = "|".join(each.reason for each in every_reason())
SHAPES = {
    "a name of `AUTHORITIES`": r"[a-z][a-z0-9 _-]{0,30}",
    "a [reason](../reference/refusals.md)": ANY_REASON,
    "the host of an authority": r"[a-z0-9.:-]{1,80}",
    "a reason, or the name of an exception; none after a good answer": rf"{ANY_REASON}|[A-Z][A-Za-z]{{1,40}}",
    "Graph's status; none without an answer": "[1-5][0-9]{2}",
}
"""What the values of a label look like that lists none."""


class Measured(NamedTuple):
    metric: Metric
    labels: dict[str, LabelValue]
    amount: float


class Measurements(list[Measured]):
    """What was measured. An instance is a listener."""

    def __call__(self, metric: Metric, values: tuple[LabelValue, ...], amount: float) -> None:
        named = zip(metric.labels, values, strict=False)
        self.append(Measured(metric, {label.name: value for label, value in named}, amount))

    def of(self, metric: Metric) -> list[tuple[LabelValue, ...]]:
        """Return the values of each measurement of a metric."""
        return [tuple(each.labels.values()) for each in self if each.metric is metric]


def is_bounded(label: Label, value: LabelValue) -> bool:
    if label.values:
        return value in label.values
    may_be_none = "none " in label.bounded_by
    return may_be_none if value is None else bool(re.fullmatch(SHAPES[label.bounded_by], str(value)))


def faults(measured: Measured) -> list[str]:
    metric, labels, amount = measured
    every = {label.name: label for label in metric.labels}
    wrong = [f"{name}={value}" for name, value in labels.items() if not is_bounded(every[name], value)]
    wrong += [f"no {name}" for name in every.keys() - labels.keys()] + [f"{amount}"] * (amount < 0)
    return [f"{metric.name}: {each}" for each in wrong] if metric in METRICS else [f"{metric.name} is unknown"]


@contextmanager
def measuring() -> Iterator[Measurements]:
    heard, listeners = Measurements(), metrics.listeners
    listeners.append(heard)
    try:
        yield heard
    finally:
        listeners.remove(heard)
