"""Leaves these tests to their own settings; ``test_coexistence.py`` runs them in a process of their own."""

from django.conf import settings

collect_ignore_glob = [] if "allauth" in settings.INSTALLED_APPS else ["test_*.py"]
