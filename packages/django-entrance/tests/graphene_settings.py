"""The project of the tests in Graphene's own environment, which has none of the other frameworks."""

from importlib.util import find_spec

from project_settings import *  # noqa: F403
from project_settings import INSTALLED_APPS as USUAL

INSTALLED_APPS = [app for app in USUAL if find_spec(app.partition(".")[0])]
