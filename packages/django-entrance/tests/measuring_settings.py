"""The project, counted for Prometheus."""

from project_settings import *  # noqa: F403
from project_settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django_entrance.contrib.prometheus"]
