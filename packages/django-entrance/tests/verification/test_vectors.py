"""Every token of the attack corpus, rebuilt with keys, ids and a clock of our own: what becomes of it, and why.

Beside each stands its control: the twin without the flaw, which is let in.
"""

import sys
import time
from collections.abc import Iterator

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.errors import Refused, every_reason
from django_entrance.verification.identify import identify
from scripted import ADA, NOW, STRANGER, ScriptedAuthority, base64url, trust
from vectors import access, audience_and_time, header, identity, issuer, signature, structure
from vectors.cases import LET_IN, NOT_OURS, Case, Text, publish

GROUPS = {
    "A header": (
        header,
        "1 3-25 27-34 36-38 40-45 47-67 69-75 78 80-82 84 87-93 95-98 100-104 106-108 110-115 117-118 120-121 124-129",
    ),
    "B structure": (
        structure,
        "130 132-136 138-140 142-144 146 151 154 157-158 160-162 164-165 167-173 175 178-179 181-184 188-189 191-195"
        " 197-203 206 209-213 215",
    ),
    "C signature": (signature, "216-217 219-221 223 225-237 239-242 244 246-248 250 252-254"),
    "D issuer": (
        issuer,
        "255-258 261-264 268-274 276-278 280-288 290-291 293-294 296-302 306 309 313-321 324 326-327",
    ),
    "E audience and time": (
        audience_and_time,
        "328-334 336-338 340-341 343 345-349 352 354-357 359-360 362-364 366 368-372 374-377 380 382 384-388",
    ),
    "F access": (access, "389-400 404-410 412-413 416 418-420 422-423 425-428"),
    "G identity": (identity, "429 431-436 438 441 443-447 449-469 471-478 481-494"),
}
CASES = [case for module, _ in GROUPS.values() for case in module.CASES]
STATUS = {refusal.reason: refusal.status for refusal in every_reason()}

MOST_SECONDS = 0.05
"""CPU time that no text may take, however it is made."""


@pytest.fixture(scope="module")
def published() -> ScriptedAuthority:
    return publish()


@pytest.fixture(scope="module")
def authority(published: ScriptedAuthority) -> Authority:
    """One organisation with its API; the keys are held already, and a stranger's key id was asked for a moment ago."""
    trusted = trust(published)
    with pytest.raises(Refused):
        trusted.keys.find("asked-for-before")
    with pytest.raises(Refused):
        trusted.keys.find("asked-for-again")
    return trusted


called: list[str] = []


def note_calls(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo", "open"} and watching:
        called.append(f"{event} {arguments!r}")


watching: list[bool] = []
sys.addaudithook(note_calls)


@pytest.fixture
def no_calls() -> Iterator[list[str]]:
    """Nothing that a token says makes us open a connection or a file."""
    called.clear()
    watching.append(True)
    yield called
    watching.clear()


def outcome(text: str, authority: Authority) -> tuple[str, int]:
    """What becomes of a text: reason and status, LET_IN or NOT_OURS. Any other exception fails the test."""
    try:
        found = identify(text, [authority], now=NOW)
    except Refused as refusal:
        return refusal.reason, refusal.status
    if found is None:
        return NOT_OURS, 401
    assert found.object_id == ADA
    return LET_IN, 200


def quickest(text: str, authority: Authority) -> float:
    """The least CPU time of three tries, in seconds."""
    times = []
    for _ in range(3):
        started = time.process_time()
        outcome(text, authority)
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_vector(case: Case, authority: Authority, published: ScriptedAuthority, no_calls: list[str]) -> None:
    text = case.text()
    no_calls.clear()
    fetched = list(published.requests)
    expected = {LET_IN: 200, NOT_OURS: 401, **STATUS}[case.outcome]
    assert outcome(text, authority) == (case.outcome, expected)
    assert quickest(text, authority) < MOST_SECONDS
    assert (no_calls, published.requests) == ([], fetched)
    assert outcome(case.control(), authority) == (LET_IN, 200)


def test_control_the_guard_sees_a_call(no_calls: list[str]) -> None:
    import socket

    socket.getaddrinfo("127.0.0.1", 1)
    assert no_calls


def numbers(spans: str) -> list[int]:
    found: list[int] = []
    for span in spans.split():
        first, _, last = span.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_the_group_is_complete(group: str) -> None:
    module, spans = GROUPS[group]
    assert sorted(case.number for case in module.CASES) == numbers(spans)


def test_the_whole_corpus_is_here() -> None:
    outcomes = [case.outcome for case in CASES]
    assert len(CASES) == len({case.number for case in CASES}) == 382
    assert outcomes.count(LET_IN) == 52
    assert {*outcomes} - {LET_IN, NOT_OURS} <= STATUS.keys()


def spoilt(text: Text) -> str:
    """The same header and claims, with somebody else's signature."""
    signed = text().rpartition(".")[0]
    return f"{signed}.{base64url(STRANGER.sign(signed.encode()))}"


@pytest.mark.parametrize(
    "case",
    [case for group in "DEFG" for name, (module, _) in GROUPS.items() if name[0] == group for case in module.CASES],
    ids=str,
)
def test_without_a_good_signature_nothing_is_learnt_of_the_claims(case: Case, authority: Authority) -> None:
    """The order oracle: whatever the claims say, one answer. Only whose token it would be is read before."""
    if case.outcome in {NOT_OURS, "token_too_large"}:
        assert outcome(spoilt(case.text), authority)[0] == case.outcome
    else:
        assert outcome(spoilt(case.text), authority) == ("signature_wrong", 401)


def test_control_the_sound_block_verifies(authority: Authority) -> None:
    """The malformed PKCS #1 blocks of group C are one change away from this one."""
    assert outcome(signature.SOUND_BLOCK(), authority) == (LET_IN, 200)
