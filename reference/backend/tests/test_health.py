import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from config.health import main


@contextmanager
def answering(status: int) -> Iterator[HTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.headers["Host"] == "logbook.contoso.com" else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOWED_HOSTS", "logbook.contoso.com, other.contoso.com")


def test_a_worker_that_answers_is_healthy() -> None:
    with answering(200) as server:
        assert main(server.server_port) == 0


def test_one_that_answers_with_an_error_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(500) as server:
        assert main(server.server_port) == 1
    assert "Expected status 200 from /entrance/config.json for logbook.contoso.com, got 500." in capsys.readouterr().err


def test_one_that_does_not_listen_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with answering(200) as server:
        port = server.server_port
    assert main(port) == 1
    assert "The worker does not answer" in capsys.readouterr().err
