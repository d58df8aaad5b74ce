"""The project with an authority that answers at once: no one listens there."""

from project_settings import *  # noqa: F403
from project_settings import ENTRANCE

ENTRANCE = ENTRANCE | {"AUTHORITY_HOST": "http://localhost:1"}
