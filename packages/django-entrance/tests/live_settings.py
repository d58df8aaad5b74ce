"""The settings of ``live_site``: the project of the tests, with the database and the authority of the test."""

import json
import os

from project_settings import *  # noqa: F403  # it is the same project
from redis_server import redis_layers

DATABASES = {"default": json.loads(os.environ["LIVE_SITE_DATABASE"])}
ENTRANCE = json.loads(os.environ["LIVE_SITE_ENTRANCE"])
ALLOWED_HOSTS = ["127.0.0.1"]

if "LIVE_SITE_REDIS" in os.environ:
    CHANNEL_LAYERS = redis_layers(os.environ["LIVE_SITE_REDIS"])
