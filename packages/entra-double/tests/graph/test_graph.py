"""Every operation of Graph has its permissions, and its row in the documentation."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from entra_double import Emulator
from entra_double._graph import OPERATIONS
from entra_double._graph.call import Needs, Operation

from ..graph_client import DENIED, GRAPH_PERMISSIONS, Graph, error

PAGE = Path(__file__).parents[4] / "docs" / "entra-double" / "graph.md"


def row(operation: Operation) -> str:
    """Give the row of an operation in the table of the documentation."""
    cells = (
        f"`{operation.method} {operation.path}`",
        _either(operation.access.delegated),
        ", ".join(sorted(operation.access.oneself)) or "-",
        _either(operation.access.application),
    )
    return f"| {' | '.join(cells)} |"


def _either(needs: Needs) -> str:
    return "; and ".join(" or ".join(sorted(alternatives)) for alternatives in needs)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_an_operation_stands_in_the_documentation(operation: Operation) -> None:
    assert row(operation) in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
async def test_no_operation_is_open_to_who_has_no_permission(
    http: httpx.AsyncClient, emulator: Emulator, operation: Operation
) -> None:
    names = ("id", "app_id", "user", "assignment", "unique_name", "credential", "owner")
    path = operation.path.format(**dict.fromkeys(names, "x"))
    for caller in (Graph(http, emulator).person("openid"), Graph(http, emulator).application()):
        response = await http.request(operation.method, f"/v1.0{path}", headers=caller.headers, json={})
        assert error(response) == DENIED


def test_permissions_are_those_of_graph() -> None:
    needs = [need for operation in OPERATIONS for need in (*operation.access.delegated, *operation.access.application)]
    assert frozenset().union(*needs, *(operation.access.oneself for operation in OPERATIONS)) <= GRAPH_PERMISSIONS
