"""A server on loopback that misbehaves below HTTP: it drips, breaks off, sends too much, or points elsewhere."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(slots=True)
class Faulty:
    """``answer`` is sent as it stands; what follows it comes a byte at a time, for as long as the client listens."""

    answer: bytes = b""
    drip: bytes = b""
    requests: int = 0
    heard: bytes = b""
    host: str = ""
    asked: threading.Event = field(default_factory=threading.Event)
    ending: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        while not self.ending.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=[connection], daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                self.heard = connection.recv(65_536)
                self.requests += 1
                self.asked.set()
                connection.sendall(self.answer)
                while self.drip and not self.ending.wait(0.01):
                    connection.sendall(self.drip)
            except OSError:  # the client has had enough
                return


@contextmanager
def misbehaving(answer: bytes = b"", *, drip: bytes = b"") -> Iterator[Faulty]:
    faulty = Faulty(answer=answer, drip=drip)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        faulty.host = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=faulty.serve, args=[listener], daemon=True)
        thread.start()
        try:
            yield faulty
        finally:
            faulty.ending.set()
            listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def bomb(size: int) -> bytes:
    """A small answer that would be a large one, were it unpacked."""
    body = gzip.compress(b"x" * size)
    return OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
