"""The pytest plugin, in sessions of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, code: str, **outcomes: int) -> pytest.RunResult:
    """Run a session in which no other plugin is, and warnings are errors."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(code)
    result = pytester.runpytest_subprocess("-W", "error", "--strict-markers", "-p", "entra_double.pytest_plugin")
    result.assert_outcomes(**outcomes)
    return result


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
            entra.emulator.outages.begin(__import__("entra_double").Outage(endpoint="any", kind="unavailable"))

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


def test_the_emulator_of_a_project_is_that_of_its_tokens(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project has its own `entra_server` for a module or a session, or its own `entra`: the others follow."""
    pytester.makeconftest(
        """
        import pytest
        from entra_double import EntraServer, RunningEntra

        @pytest.fixture(scope="session")
        def entra_server():
            with EntraServer() as server:
                yield server

        @pytest.fixture(scope="module")
        def settings(entra_server):
            return {"AUTHORITY_HOST": entra_server.base_url}
        """
    )
    run(
        pytester,
        monkeypatch,
        """
        import pytest
        from entra_double import EntraServer, RunningEntra

        def host_of(token):
            import base64, json
            return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["iss"].rsplit("/", 2)[0]

        def test_a_token_first(entra_token, settings):
            assert host_of(entra_token()) == settings["AUTHORITY_HOST"]

        def test_a_forgery_last(settings, entra_forgery):
            assert host_of(entra_forgery("alg_none")) == settings["AUTHORITY_HOST"]

        class TestAnEntraOfOnesOwn:
            @pytest.fixture
            def entra(self):
                with EntraServer() as server:
                    yield RunningEntra(server)

            def test_tokens_follow(self, entra_token, entra):
                assert host_of(entra_token()) == entra.base_url
        """,
        passed=3,
    )


@pytest.mark.parametrize("scope", ["function", "session"])
def test_a_server_that_joins_an_emulator_in_process_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    if scope == "session":
        pytester.makeconftest(
            """
            import pytest
            from entra_double import EntraServer

            @pytest.fixture(scope="session")
            def entra_server():
                with EntraServer() as server:
                    yield server
            """
        )
    result = run(
        pytester,
        monkeypatch,
        """
        def test_the_server_first(request):
            server = request.getfixturevalue("entra_server")
            assert request.getfixturevalue("entra").base_url == server.base_url

        def test_a_forgery_first(request, entra_forgery):
            assert entra_forgery("alg_none")
            request.getfixturevalue("entra_server")

        def test_the_next_is_not_concerned(entra_forgery):
            assert entra_forgery("alg_none")
        """,
        passed=3,
        errors=1 if scope == "function" else 0,
    )
    if scope == "function":
        result.stdout.fnmatch_lines(["entra_server was asked for by getfixturevalue after entra, *"])


SESSION_SERVER = """
    import base64, json
    import pytest
    from entra_double import EntraServer, RunningEntra

    def host_of(token):
        return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))["iss"].rsplit("/", 2)[0]

    @pytest.fixture(scope="session")
    def {name}():
        with EntraServer() as server:
            yield RunningEntra(server)
    """


def test_a_server_reached_once_for_the_session_is_that_of_every_forgery(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test of forgeries must not pass because they are of another emulator than the API trusts."""
    run(
        pytester,
        monkeypatch,
        SESSION_SERVER.format(name="entra_server")
        + """
    trusted = []

    @pytest.fixture(scope="session", autouse=True)
    def api(request):
        trusted.append(request.getfixturevalue("entra_server").base_url)

    def test_one(entra_forgery):
        assert host_of(entra_forgery("alg_none")) == trusted[0]

    def test_two(entra_forgery):
        assert host_of(entra_forgery("alg_none")) == trusted[0]

    def test_three(entra_token):
        assert host_of(entra_token("ada")) == trusted[0]
    """,
        passed=3,
    )


@pytest.mark.parametrize("scope", ["session", "function"])
@pytest.mark.parametrize("arguments", ["idp, entra_forgery", "entra_forgery, idp"])
def test_a_server_under_another_name_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, scope: str, arguments: str
) -> None:
    code = SESSION_SERVER.format(name="idp").replace('scope="session"', f'scope="{scope}"')
    result = run(
        pytester,
        monkeypatch,
        code
        + f"""
    def test_alone(entra_forgery):
        assert entra_forgery("alg_none")

    def test_beside(idp):
        assert idp.base_url

    def test_both({arguments}):
        assert entra_forgery("alg_none")
    """,
        passed=2,
        failed=1,
    )
    result.stdout.fnmatch_lines(["an EntraServer runs that neither entra-double nor a fixture entra_server *"])


def test_a_server_that_a_test_starts_and_leaves_running_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = SESSION_SERVER.format(name="idp")
    result = run(
        pytester,
        monkeypatch,
        code
        + """
    def test_late(entra_forgery, request):
        assert host_of(entra_forgery("alg_none")) != request.getfixturevalue("idp").base_url
    """,
        passed=1,
        errors=1,
    )
    result.stdout.fnmatch_lines(["an EntraServer runs that neither entra-double nor a fixture entra_server *"])


def test_an_entra_of_ones_own_beside_the_server_of_the_plugin_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run(
        pytester,
        monkeypatch,
        SESSION_SERVER.format(name="entra")
        + """
    def test_both(entra_server, entra_token):
        assert entra_token("ada")

    def test_one(entra, entra_token):
        assert host_of(entra_token("ada")) == entra.base_url
    """,
        passed=1,
        failed=1,
    )
    result.stdout.fnmatch_lines(["entra and entra_server are two emulators here, *"])


def test_a_server_of_the_project_follows_the_marker_and_is_rolled_back(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        pytester,
        monkeypatch,
        SESSION_SERVER.format(name="entra_server")
        + """
    @pytest.mark.entra(api_token_version=1)
    def test_marked(entra_server, entra):
        assert entra_server.emulator is entra.emulator
        assert json.loads(base64.urlsafe_b64decode(entra.token().split(".")[1] + "=="))["ver"] == "1.0"
        entra_server.advance(86_400)

    def test_next(entra_server, entra):
        assert json.loads(base64.urlsafe_b64decode(entra.token().split(".")[1] + "=="))["ver"] == "2.0"
        assert (entra_server.emulator.clock_offset, entra_server.requests) == (0, [])
    """,
        passed=2,
    )


def test_a_marker_that_nothing_follows_is_an_error(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(
        pytester,
        monkeypatch,
        SESSION_SERVER.format(name="entra_server")
        + """
    @pytest.mark.entra(api_token_version=1)
    def test_marked(entra_server):
        assert entra_server.base_url

    @pytest.mark.entra(api_token_version=1)
    def test_without_an_emulator():
        assert host_of

    def test_plain(entra_server):
        assert entra_server.base_url
    """,
        passed=2,
        failed=1,
    )
    result.stdout.fnmatch_lines(["nothing follows the marker entra in this test, *"])


def test_of_several_markers_each_wish_counts_the_nearest_first(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        pytester,
        monkeypatch,
        """
        import pytest

        pytestmark = pytest.mark.entra(api_token_version=1, at=1)

        @pytest.mark.entra(at=2_000_000_000)
        def test_one(entra):
            assert 0 <= entra.emulator.now() - 2_000_000_000 < 600
            assert 1 in {known.access_token_version for known in entra.emulator.directory.applications}

        class TestFar:
            pytestmark = pytest.mark.entra(nonsense=1)

            @pytest.mark.entra(at=2)
            def test_two(self, entra):
                pass
        """,
        passed=1,
        errors=1,
    )


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("at='2027'", "at is a whole number of seconds since 1970, not '2027'"),
        ("api_token_version=3", "api_token_version is 1 or 2, not 3"),
    ],
)
def test_what_a_mark_cannot_be_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, wish: str, says: str
) -> None:
    result = run(
        pytester,
        monkeypatch,
        f"""
        import pytest

        @pytest.mark.entra({wish})
        def test_one(entra):
            pass
        """,
        errors=1,
    )
    result.stdout.fnmatch_lines([f"the marker entra: {says}"])
    result.stdout.no_fnmatch_line("*Traceback*")


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


def test_forgeries_and_marks_in_a_session_of_its_own(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(
        pytester,
        monkeypatch,
        """
        import pytest
        from entra_double import FORGERIES

        def test_a_forgery(entra_forgery):
            assert entra_forgery("alg_none").endswith(".")

        @pytest.mark.parametrize("name", list(FORGERIES)[:3])
        def test_each(entra_forgery, name):
            assert entra_forgery(name)

        @pytest.mark.entra(at=2_000_000_000)
        def test_the_moment(entra, entra_server):
            assert 0 <= entra.emulator.now() - 2_000_000_000 < 600
            assert entra is entra_server

        def test_inside_a_running_loop(entra):
            import asyncio

            async def ask():
                return entra.request("GET", "/health").status

            assert asyncio.run(ask()) == 200
        """,
        passed=6,
    )


def test_a_directory_file_is_found_from_the_root(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    file = """
        [[tenants]]
        name = "Adatum"
        domain = "adatum.example"

        [[tenants.people]]
        name = "Pat"
        username = "pat@adatum.example"
    """
    pytester.makefile(".toml", world=file)
    pytester.mkdir("below")
    run(
        pytester,
        monkeypatch,
        """
        import pytest

        @pytest.mark.entra(directory="world.toml")
        @pytest.mark.parametrize("fixture", ["entra", "entra_server"])
        def test_one(request, fixture):
            held = request.getfixturevalue(fixture)
            assert [person.username for person in held.emulator.directory.people] == ["pat@adatum.example"]

        def test_two(entra_server):
            assert len(entra_server.emulator.directory.people) == 5
        """,
        passed=3,
    )


@pytest.mark.parametrize(("wish", "unknown"), [("at=1, token_version=1", "token_version"), ("'v1'", "'v1'")])
def test_what_a_mark_does_not_know_is_an_error(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, wish: str, unknown: str
) -> None:
    result = run(
        pytester,
        monkeypatch,
        f"""
        import pytest

        @pytest.mark.entra({wish})
        def test_one(entra_server):
            pass
        """,
        errors=1,
    )
    says = f"the marker entra does not know {unknown}; there are directory, api_token_version, at"
    result.stdout.fnmatch_lines([says])


def test_the_plugin_is_there_once_it_is_installed_and_can_be_switched_off(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(entra): pass")
    others = ("-p", "no:django", "-p", "no:cov")
    pytester.runpytest_subprocess(*others).assert_outcomes(passed=1)
    result = pytester.runpytest_subprocess(*others, "-p", "no:entra_double")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'entra' not found*"])


def test_the_fixtures_explain_themselves(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = pytester.runpytest_subprocess("-p", "entra_double.pytest_plugin", "--fixtures")
    result.stdout.fnmatch_lines_random([f"entra{end} *" for end in ("", "_token", "_forgery", "_server")])
    result = pytester.runpytest_subprocess("-p", "entra_double.pytest_plugin", "--markers")
    result.stdout.fnmatch_lines(["*@pytest.mark.entra(directory=None, api_token_version=None, at=None)*"])


def test_starting_pytest_imports_the_plugin_alone() -> None:
    """What every session pays for it: two modules that import nothing but pytest and the standard library."""
    script = "import pytest, importlib, typing; import entra_double.pytest_plugin"
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    imported = [line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()]
    after = imported[imported.index("pytest") + 1 :]
    assert [name for name in after if name not in sys.stdlib_module_names] == [
        "entra_double",
        "entra_double.pytest_plugin",
    ]
