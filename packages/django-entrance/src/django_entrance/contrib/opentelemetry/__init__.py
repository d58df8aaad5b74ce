"""Counts for OpenTelemetry: add ``"django_entrance.contrib.opentelemetry"`` to ``INSTALLED_APPS``."""
