"""The pytest plugin, in sessions of its own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, code: str, **outcomes: int) -> None:
    """Run a session in which no other plugin is, and warnings are errors."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-W", "error", "--strict-markers", "-p", "entra_local.pytest_plugin")
    result.assert_outcomes(**outcomes)


def test_entra_is_as_at_start_for_each_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    run(
        pytester,
        monkeypatch,
        """
        import json
        import pytest

        DISCOVERY = "/c0470500-0000-4000-a000-000000000001/v2.0/.well-known/openid-configuration"
        seen = []

        def test_one(entra, entra_token):
            seen.append(entra.fetch(entra.base_url + DISCOVERY))
            assert entra_token("grace@contoso.example").count(".") == 2
            entra.advance(86_400)
            entra.emulator.outages.begin(__import__("entra_local").Outage(endpoint="any", kind="unavailable"))

        def test_two(entra):
            assert entra.emulator.clock_offset == 0
            assert entra.fetch(entra.base_url + DISCOVERY) == seen[0]
            assert entra.requests[-1]["path"] == DISCOVERY
            assert len(entra.requests) == 1

        @pytest.mark.entra(api_token_version=1)
        def test_three(entra_token):
            import base64
            claims = json.loads(base64.urlsafe_b64decode(entra_token().split(".")[1] + "=="))
            assert claims["ver"] == "1.0"
        """,
        passed=3,
    )


def test_the_server_is_one_for_the_session_and_as_at_start(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        pytester,
        monkeypatch,
        """
        from urllib.request import urlopen

        seen = []

        def test_one(entra_server):
            seen.append(entra_server.base_url)
            assert urlopen(f"{entra_server.base_url}/health").status == 200
            entra_server.emulator.clock_offset = 5

        def test_two(entra_server):
            assert [entra_server.base_url] == seen
            assert entra_server.emulator.clock_offset == 0
        """,
        passed=2,
    )


def test_a_misspelt_wish_is_an_error_of_the_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    run(
        pytester,
        monkeypatch,
        """
        import pytest

        @pytest.mark.entra(token_version=1)
        def test_one(entra):
            pass
        """,
        errors=1,
    )
