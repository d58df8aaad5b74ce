"""Leaves the tests of Graphene to their own environment (``nox --session graphene``)."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("graphene_django") else ["test_graphene_django.py", "test_graphene_doors.py"]
