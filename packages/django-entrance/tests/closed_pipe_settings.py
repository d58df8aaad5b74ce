"""The project with an authority that answers at once: no one listens there."""

from project_settings import *  # noqa: F403
from project_settings import DATABASES, ENTRANCE

ENTRANCE = ENTRANCE | {"AUTHORITY_HOST": "http://localhost:1"}

DATABASES = DATABASES | {"default": DATABASES["people"]}  # the command runs without a test database
