"""Logbook's settings, with sessions that ask Entra again after three seconds."""

from config.settings import *  # noqa: F403 these are all of its settings
from config.settings import ENTRANCE

ENTRANCE = ENTRANCE | {"SESSION_RECHECK": 3}
