"""Fixtures of the tests of Microsoft Graph."""

from __future__ import annotations

import httpx
import pytest
from entra_double import Emulator

from ..graph_client import WRITE, Graph


@pytest.fixture
def graph(http: httpx.AsyncClient, emulator: Emulator) -> Graph:
    return Graph(http, emulator)


@pytest.fixture
def admin(graph: Graph) -> Graph:
    return graph.person(WRITE)
