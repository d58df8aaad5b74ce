from importlib.util import find_spec

collect_ignore = [] if find_spec("msgraph") else ["test_samples_of_msgraph.py"]
"""Microsoft's SDK is in an environment of its own: `nox --session msgraph`."""
