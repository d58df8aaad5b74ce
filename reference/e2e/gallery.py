"""Runs Vite's development server, which serves the gallery of the components."""

from collections.abc import Iterator
from contextlib import contextmanager

from e2e.new_project import ROOT, VITE
from e2e.new_project import running as running_command
from e2e.servers import free_ports

FRONT_END = ROOT / "reference" / "frontend"


@contextmanager
def running() -> Iterator[str]:
    """Yield the address of the gallery."""
    [port] = free_ports(1)
    address = f"http://localhost:{port}/gallery.html"
    with running_command(["node", VITE, "--port", str(port), "--strictPort"], FRONT_END, address):
        yield address
