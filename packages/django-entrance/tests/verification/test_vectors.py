"""Every token of the attack corpus, rebuilt with keys, ids and a clock of our own: what becomes of it, and why.

Beside each stands its control: the twin without the flaw, which is let in.
"""

import socket
import threading
import time
from pathlib import Path

import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.display import one_line
from django_entrance.verification.errors import Refused, every_reason
from django_entrance.verification.identify import identify
from outside_watch import watching_outside
from scripted import ADA, NOW, PUBLIC_HOST, STRANGER, TENANT, ScriptedAuthority, as_json, base64url, token, trust
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
#: How many of each group are refused, and how many are let in.
COUNTS = {
    "A header": (109, 0),
    "B structure": (56, 1),
    "C signature": (30, 1),
    "D issuer": (50, 2),
    "E audience and time": (42, 3),
    "F access": (26, 5),
    "G identity": (17, 40),
}

#: Rows for which the corpus allows either answer.
LEFT_TO_US = "55 127 357 371 388 406-407 425 435 456-457 462-463 474-475 477-478 488 491-492 494"

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
def test_vector(case: Case, authority: Authority, published: ScriptedAuthority) -> None:
    """The right answer, quickly; and nothing that a token says makes us open a connection, a file or a program."""
    text, control = case.text(), case.control()
    fetched = list(published.requests)
    expected = {LET_IN: 200, NOT_OURS: 401, **STATUS}[case.outcome]
    with watching_outside() as doings:
        assert outcome(text, authority) == (case.outcome, expected)
        assert quickest(text, authority) < MOST_SECONDS
    assert (doings, published.requests) == ([], fetched)
    assert outcome(control, authority) == (LET_IN, 200)
    assert case.outcome == LET_IN or text != control


@pytest.mark.parametrize("case", [case for case in CASES if case.outcome == LET_IN], ids=str)
def test_whoever_is_let_in_gains_nothing_by_what_else_is_said(case: Case, authority: Authority) -> None:
    found = identify(case.text(), [authority], now=NOW)
    assert found is not None
    assert (found.tenant_id, found.object_id) == (TENANT, ADA)
    assert (found.app_roles <= {"Admin", "admin"}, found.is_application) == (True, False)
    assert [one_line(text) for text in (found.name, found.username)] == [found.name, found.username]


def test_control_the_watch_sees_what_is_done_outside(tmp_path: Path) -> None:
    def visit() -> None:
        socket.create_connection(address).close()

    with socket.create_server(("127.0.0.1", 0)) as server, watching_outside() as doings:
        address = server.getsockname()
        visit()
        visitor = threading.Thread(target=visit)
        visitor.start()
        visitor.join()
        (tmp_path / "file").write_text("")
    assert [doing.split()[0] for doing in doings] == ["socket.getaddrinfo", "socket.connect"] * 2 + ["open"]


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
    are_let_in = [case.outcome == LET_IN for case in module.CASES]
    assert (are_let_in.count(False), are_let_in.count(True)) == COUNTS[group]


def test_the_whole_corpus_is_here() -> None:
    outcomes = [case.outcome for case in CASES]
    assert len(CASES) == len({case.number for case in CASES}) == 382
    assert outcomes.count(LET_IN) == 52
    assert {*outcomes} - {LET_IN, NOT_OURS} <= STATUS.keys()


def test_every_choice_of_ours_is_explained() -> None:
    assert sorted(case.number for case in CASES if case.choice) == numbers(LEFT_TO_US)


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
        assert words(spoilt(case.text), authority) == words(spoilt(token), authority)


def words(text: str, authority: Authority) -> str:
    with pytest.raises(Refused) as refusal:
        identify(text, [authority], now=NOW)
    return str(refusal.value)


def test_all_unknown_key_ids_together_cause_one_fetch() -> None:
    published = publish()
    authority = trust(published)
    unknown = [case for case in CASES if case.outcome == "signing_key_unknown"]
    for case in (*unknown, *unknown):
        assert outcome(case.text(), authority)[0] == "signing_key_unknown"
    assert (len(unknown), len(published.requests)) == (20, 2 * 2), "two documents at first, and once for the unknown"


@pytest.fixture(scope="module")
def of_several_tenants() -> Authority:
    """An authority for all organisations, of which one is allowed; its keys are those of the one tenant's."""
    document = {"issuer": f"{PUBLIC_HOST}/{{tenantid}}/v2.0", "jwks_uri": f"{PUBLIC_HOST}/organizations/keys"}
    bodies = {
        "/organizations/v2.0/.well-known/openid-configuration": as_json(document),
        "/organizations/keys": as_json({"keys": publish().keys}),
    }
    return trust(ScriptedAuthority(bodies=bodies), tenant="organizations", allowed_tenants=[TENANT])


#: Their issuer has the form of one of ours there, so it is we who refuse them.
REFUSED_THERE = dict.fromkeys((283, 284, 316, 317), "tenant_refused") | {318: "personal_account"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_where_several_tenants_are_trusted_the_same_are_let_in(case: Case, of_several_tenants: Authority) -> None:
    assert outcome(case.text(), of_several_tenants)[0] == REFUSED_THERE.get(case.number, case.outcome)


def test_control_the_sound_block_verifies(authority: Authority) -> None:
    """The malformed PKCS #1 blocks of group C are one change away from this one."""
    assert outcome(signature.SOUND_BLOCK(), authority) == (LET_IN, 200)
