"""A module that cannot be imported without an environment variable."""

import os

os.environ["A_VARIABLE"]
