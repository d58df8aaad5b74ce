"""A module of a project that cannot be imported where a variable of the environment is missing."""

import os

os.environ["A_VARIABLE"]
