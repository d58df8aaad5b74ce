"""The certificate authorities that `serve --tls` keeps, and how clients of the command find theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from entra_double import Emulator
from entra_double._cli import make_parser
from entra_double._cli.authorities import authority_for, serving_certificate
from entra_double._cli.running_server import running_server


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("https://localhost:8400", ""),
        ("https://127.0.0.1", ""),
        ("https://[::1]:8400", ""),
        ("https://Entra.Test:8400", "entra.test"),
        ("https://[2001:db8::1]", "2001_db8__1"),
        ("https://nobody.test", ""),
    ],
)
def test_a_client_command_trusts_the_authority_of_the_host_that_it_asks(
    url: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for base_url in ("https://localhost:8400", "https://entra.test:8400", "https://[2001:db8::1]"):
        serving_certificate(Emulator(base_url=base_url))
    options = make_parser().parse_args(["users", "--url", url])
    assert running_server(options).ca == tmp_path / "entra-double" / folder / "ca.pem"


@pytest.mark.parametrize("host", ["login.microsoftonline.com", "Graph.Microsoft.com", "[2001:db8::2]"])
def test_an_authority_of_several_names_is_found_by_each(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    names = ("login.microsoftonline.com", "graph.microsoft.com", "2001:db8::2")
    serving_certificate(Emulator(base_url=f"https://{names[0]}:8443", hosts=names[1:]))
    serving_certificate(Emulator())
    state = tmp_path / "entra-double"
    (state / "torn").mkdir()
    (state / "torn" / "ca.pem").write_text("torn")
    (state / "unlimited").mkdir()
    (state / "unlimited" / "ca.pem").write_bytes((state / "server.pem").read_bytes())
    assert authority_for(f"https://{host}:8443") == state / "-".join(sorted(names)).replace(":", "_") / "ca.pem"
    assert authority_for("https://login.microsoftonline.de:8443") == state / "ca.pem"
    serving_certificate(Emulator(base_url=f"https://{host.lower()}:8443"))
    assert authority_for(f"https://{host}:8443").parent.name == host.lower().strip("[]").replace(":", "_")


def test_the_certificate_of_the_command_is_kept_beside_its_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    files = serving_certificate(Emulator())
    assert [file.parent for file in files] == [tmp_path / "entra-double"] * 2
    assert "for localhost only" in capsys.readouterr().out
