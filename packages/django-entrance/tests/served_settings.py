"""The settings of ``served_site``: those of the live site, with the views of every framework."""

from live_settings import *  # noqa: F403  # it is the same project

ROOT_URLCONF = "door_urls"
