"""Counts for Prometheus: add ``"django_entrance.contrib.prometheus"`` to ``INSTALLED_APPS``."""
