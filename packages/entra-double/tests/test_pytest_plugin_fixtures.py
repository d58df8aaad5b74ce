"""The fixtures, as a project that has installed entra-double gets them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from entra_double import FORGERIES, Emulator, EntraServer, RunningEntra
from entra_double._testing.entra import Entra
from entra_double._world.seed import seed
from entra_double.pytest_plugin import late_problem_of, problem_of, problem_with

from .single_page_app import GRACE, KEYS, TENANT, payload

SMALL = seed(api_token_version=1).remove(*seed().people[2:])


def test_an_entra_without_wishes_is_of_version_2(entra_token: Callable[..., str]) -> None:
    assert payload(entra_token())["ver"] == "2.0"


@pytest.mark.entra(api_token_version=1)
def test_a_mark_tells_what_the_entra_is_to_be(entra_token: Callable[..., str]) -> None:
    assert payload(entra_token("grace@contoso.example"))["ver"] == "1.0"


@pytest.mark.entra(directory=SMALL, at=2_000_000_000)
def test_a_mark_gives_it_a_world_and_a_moment(entra: Entra, entra_token: Callable[..., str]) -> None:
    assert entra.emulator.directory is SMALL
    claims = payload(entra_token())
    assert claims["ver"] == "1.0"
    assert 2_000_000_000 <= int(str(claims["iat"])) + 300 < 2_000_000_600


@pytest.mark.entra(directory=SMALL, api_token_version=2, at=2_000_000_000)
def test_a_server_follows_the_mark_as_well(entra_server: RunningEntra) -> None:
    assert [person.username for person in entra_server.emulator.directory.people] == [
        "ada@contoso.example",
        "grace@contoso.example",
    ]
    assert payload(entra_server.token())["ver"] == "2.0"
    assert 2_000_000_000 <= entra_server.emulator.now() < 2_000_000_600


@pytest.mark.entra(directory=Path(__file__).parent / "small_world.toml")
@pytest.mark.parametrize("fixture", ["entra", "entra_server"])
def test_a_world_may_come_from_a_file(request: pytest.FixtureRequest, fixture: str) -> None:
    held = request.getfixturevalue(fixture)
    assert [person.username for person in held.emulator.directory.people] == ["pat@adatum.example"]


@pytest.mark.entra(at=2_000_000_000, token_version=1)
def test_an_unknown_word_in_the_mark_is_told_with_those_that_there_are(request: pytest.FixtureRequest) -> None:
    says = "the marker entra does not know token_version; there are directory, api_token_version, at"
    with pytest.raises(pytest.fail.Exception, match=says):
        request.getfixturevalue("entra")


def test_without_the_mark_the_server_is_as_at_start(entra_server: RunningEntra) -> None:
    assert len(entra_server.emulator.directory.people) == 5
    assert entra_server.emulator.clock_offset == 0


def test_the_token_is_of_the_same_entra(entra: Entra, entra_token: Callable[..., str]) -> None:
    keys = entra.fetch(f"{entra.base_url}{KEYS}")
    assert jwt.get_unverified_header(entra_token())["kid"].encode() in keys


def test_a_forgery_is_of_the_same_entra(entra: Entra, entra_forgery: Callable[..., str]) -> None:
    token = entra_forgery("signature_other_key", "grace@contoso.example")
    assert payload(token)["oid"] == GRACE
    assert payload(token)["iss"] == f"{entra.base_url}/{TENANT}/v2.0"
    assert FORGERIES["signature_other_key"].expect == "refuse"


@pytest.mark.parametrize("ahead", [5, 50])
def test_the_server_is_rolled_back(entra_server: RunningEntra, ahead: int) -> None:
    assert entra_server.emulator.clock_offset == 0
    assert entra_server.requests == []
    keys = entra_server.emulator.keys.published
    entra_server.advance(ahead)
    entra_server.rotate_keys()
    assert keys != entra_server.emulator.keys.published
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{entra_server.base_url}/health").status_code == 200
        assert client.get(f"{entra_server.base_url}{KEYS}").status_code == 200
    assert len(entra_server.requests) == 1


def test_keys_of_the_server_are_those_of_before(entra_server: RunningEntra) -> None:
    assert len(entra_server.emulator.keys.published) == 2


def test_a_test_has_one_emulator_whatever_it_asks_for(
    entra_token: Callable[..., str], entra_forgery: Callable[..., str], entra: Entra, entra_server: RunningEntra
) -> None:
    assert entra is entra_server
    keys = entra_server.fetch(f"{entra_server.base_url}{KEYS}")
    for token in (entra_token(), entra_forgery("signature_flipped"), entra.application_token()):
        assert jwt.get_unverified_header(token)["kid"].encode() in keys
        assert payload(token)["iss"] == f"{entra_server.base_url}/{TENANT}/v2.0"


def test_a_server_that_comes_late_is_told_of() -> None:
    assert late_problem_of(["entra", "request"]) is None
    told = late_problem_of(["entra", "entra_server"])
    assert told
    assert told.startswith("entra_server was asked for by getfixturevalue after entra")


def test_a_server_that_the_plugin_did_not_start_is_told_of() -> None:
    """Tokens in process are none of the server's: an API that trusts it refuses all of them, forged or not."""
    held = Emulator()
    assert problem_of({"entra": held}, held, is_marked=False) is None
    with EntraServer() as other:
        told = problem_of({"entra": held}, held, is_marked=False)
        assert told
        assert told.startswith("an EntraServer runs that neither entra-double nor a fixture entra_server has started")
        assert late_problem_of(["entra"]) == told
        assert problem_of({"entra": other.emulator}, other.emulator, is_marked=False) is None
        assert problem_of({"entra": held, "entra_server": held}, held, is_marked=False) is None
    assert late_problem_of(["entra"]) is None


def test_two_emulators_and_a_marker_that_nothing_follows_are_told_of() -> None:
    own, other = Emulator(), Emulator()
    told = problem_of({"entra": own, "entra_server": other}, other, is_marked=False)
    assert told
    assert told.startswith("entra and entra_server are two emulators here")
    assert problem_of({"entra_server": own}, None, is_marked=False) is None
    assert problem_of({}, None, is_marked=True) is None
    told = problem_of({"entra_server": own}, None, is_marked=True)
    assert told
    assert told.startswith("nothing follows the marker entra in this test")


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"at": 1, "api_token_version": 1}, None),
        ({"at": "2027"}, "the marker entra: at is a whole number of seconds since 1970, not '2027'"),
        ({"at": True}, "the marker entra: at is a whole number of seconds since 1970, not True"),
        ({"api_token_version": 3}, "the marker entra: api_token_version is 1 or 2, not 3"),
        ({"version": 1}, "the marker entra does not know version; there are directory, api_token_version, at"),
    ],
)
def test_what_a_mark_cannot_be_is_told(wishes: dict[str, object], told: str | None) -> None:
    assert problem_with([((), {}), ((), wishes)]) == told


def test_what_is_wrong_with_a_mark_ends_the_test(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.entra("v1"))
    with pytest.raises(pytest.fail.Exception, match="the marker entra does not know 'v1'"):
        request.getfixturevalue("entra")


class TestAServerOfTheProject:
    @pytest.fixture(scope="class")
    @classmethod
    def entra_server(cls) -> Iterator[EntraServer]:
        with EntraServer() as server:
            yield server

    @pytest.mark.entra(api_token_version=1)
    def test_it_follows_the_marker(self, entra_server: EntraServer, entra: Entra) -> None:
        entra.advance(86_400)
        assert entra.emulator is entra_server.emulator
        assert payload(entra.token())["ver"] == "1.0"

    def test_it_is_as_at_start(self, entra: Entra, entra_server: EntraServer) -> None:
        assert (entra_server.emulator.clock_offset, payload(entra.token())["ver"]) == (0, "2.0")


def test_a_server_that_is_there_first_gives_the_tokens(request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("entra_server")
    assert request.getfixturevalue("entra") is server
