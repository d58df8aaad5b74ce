"""Settings of a Logbook that admits no guests."""

from config.settings import *  # noqa: F403
from config.settings import ENTRANCE

ENTRANCE = ENTRANCE | {"ALLOW_GUESTS": False}
