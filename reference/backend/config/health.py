"""Asks this machine's worker whether it answers: `python -m config.health`, for the health check of a container."""

import os
import sys
from http.client import HTTPConnection, HTTPException

PATH = "/entrance/config.json"
TIMEOUT = 4
"""Seconds, within the time that the container allows."""


def main(port: int = 8000) -> int:
    """Return the exit code: 0 if the worker answers with status 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    host = os.environ.get("DJANGO_ALLOWED_HOSTS", "localhost").replace(",", " ").split()[0]
    try:
        connection.request("GET", PATH, headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException) as problem:
        print(f"The worker does not answer: {problem}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    if status != 200:
        print(f"Expected status 200 from {PATH} for {host}, got {status}.", file=sys.stderr)
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*(int(port) for port in sys.argv[1:])))
