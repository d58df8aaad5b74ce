"""Runs ``manage.py entrance doctor``, and serves the authorities and sites that it examines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def run_doctor(*options: str, problems: int = 0) -> str:
    """Run the command and return its output; it must find that many problems."""
    output = StringIO()
    if not problems:
        call_command("entrance", "doctor", *options, stdout=output)
    else:
        with pytest.raises(CommandError, match=f"^{problems} problems? found.$"):
            call_command("entrance", "doctor", *options, stdout=output)
    return output.getvalue()


@contextmanager
def serving_with(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free loopback port, and hand out its origin."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
