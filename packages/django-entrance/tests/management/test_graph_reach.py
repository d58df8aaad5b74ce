"""``entrance doctor`` says whether this machine reaches Microsoft Graph."""

from typing import Any

from django_entrance.management.graph_reach import examine_graph
from scripted import ScriptedAuthority

SECRET = {"CLIENT_SECRET": "a-secret-that-no-one-knows"}


def test_any_answer_will_do(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | SECRET
    authority.bodies = {"/v1.0/me": b"{}"}
    try:
        assert list(examine_graph("default")) == [("default, Microsoft Graph", f"{authority.host} answers", "")]
    finally:
        authority.bodies = {}


def test_an_outage_and_no_server_are_found(authority: ScriptedAuthority, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | SECRET
    authority.down = True
    [finding] = examine_graph("default")
    assert finding.seen.endswith("/v1.0/me: expected status 200, got 503")
    settings.ENTRANCE = settings.ENTRANCE | {"GRAPH_HOST": "http://localhost:1"}
    [finding] = examine_graph("default")
    assert finding.remedy.startswith("No server answers there")


def test_without_a_credential_graph_is_never_asked(authority: ScriptedAuthority) -> None:
    assert list(examine_graph("default")) == []
    assert authority.requests == []
