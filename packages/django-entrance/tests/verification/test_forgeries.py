"""Our verifier refuses every forgery of entra-double with an error of its tree, and accepts the controls."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

import pytest
from django_entrance.verification import Authority, Refused, TokenRefused, identify, trusted
from entra_double import FORGERIES, Emulator, Entra

TENANT = "c0470500-0000-4000-a000-000000000001"
API = "a9100000-0000-4000-a000-000000000002"
SPA = "5ba00000-0000-4000-a000-000000000003"
ADA = "ada00000-0000-4000-a000-000000000011"

#: Texts that name no issuer of ours; a protected view answers 401, and other authentication may be asked before.
NOBODYS = {
    *(name for name in FORGERIES if name.startswith("iss_") and name != "iss_v1"),
    "alg_none_two_segments",
    "cty_nested",
    "empty",
    "two_segments",
    "four_segments_empty",
    "four_segments",
    "jwe_direct",
    "jwe",
    "payload_empty",
    "segments_swapped",
    "jws_json",
    "full_width_dots",
    "percent_dots",
    "word_undefined",
    "word_null",
    "payload_not_json",
    "payload_list",
    "payload_text",
    "payload_number",
    "payload_null",
    "payload_bom",
    "payload_comment",
    "payload_single_quotes",
    "other_tenant",
    "personal_account",
    "client_assertion",
}


@pytest.fixture
def authority(entra: Entra) -> Authority:
    return trusting(entra)


def trusting(entra: Entra, *, allow_development_tokens: bool = False) -> Authority:
    return trusted(
        tenant=TENANT,
        client_id=API,
        spa_client_id=SPA,
        host=entra.base_url,
        allowed_clients=[SPA],
        required_scopes=["access_as_user"],
        fetch=entra.fetch,
        allow_development_tokens=allow_development_tokens,
    )


def named(expect: str) -> list[str]:
    return [name for name, forgery in FORGERIES.items() if forgery.expect == expect]


@pytest.mark.parametrize("name", [name for name in named("refuse") if name not in NOBODYS])
def test_it_is_refused_with_its_status(entra: Entra, authority: Authority, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        identify(entra.forgery(name), [authority])
    assert refusal.value.status == FORGERIES[name].status
    assert isinstance(refusal.value, TokenRefused) is (FORGERIES[name].status == 401)
    assert refusal.value.reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("consumer_key", "key_issuer_refused"),
        ("key_retired", "signing_key_unknown"),
        ("signature_stolen_kid", "signature_wrong"),
        ("hs256_pem", "algorithm_refused"),
        ("id_token", "id_token"),
        ("exp_past", "time_refused"),
        ("expired", "token_expired"),
        ("app_only", "application_refused"),
    ],
)
def test_it_is_refused_for_what_is_wrong_with_it(entra: Entra, authority: Authority, name: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        identify(entra.forgery(name), [authority])
    assert refusal.value.reason == reason


@pytest.mark.parametrize("name", sorted(NOBODYS))
def test_what_names_nobody_of_ours_is_not_ours(entra: Entra, authority: Authority, name: str) -> None:
    assert (FORGERIES[name].expect, FORGERIES[name].status) == ("refuse", 401)
    assert identify(entra.forgery(name), [authority]) is None


@pytest.mark.parametrize("name", named("accept"))
def test_a_control_is_let_in(entra: Entra, authority: Authority, name: str) -> None:
    identity = identify(entra.forgery(name), [authority])
    assert identity is not None
    assert (identity.object_id, identity.is_application) == (ADA, False)


@pytest.mark.parametrize("name", named("either"))
def test_what_may_be_either_never_fails(entra: Entra, authority: Authority, name: str) -> None:
    token = entra.forgery(name)
    with suppress(Refused):
        identity = identify(token, [authority])
        assert identity is not None
        assert identity.object_id == ADA


def test_in_production_a_token_of_entra_double_is_refused_for_what_it_is(entra: Entra) -> None:
    """Whoever trusts an emulator over https by mistake trusts nobody."""
    public = Entra(Emulator(base_url="https://login.example", keys=entra.emulator.keys))
    strict, lenient = trusting(public), trusting(public, allow_development_tokens=True)
    for token in (public.token(), public.token(version=1)):
        with pytest.raises(TokenRefused) as refusal:
            identify(token, [strict])
        assert (refusal.value.reason, refusal.value.status) == ("development_token", 401)
        assert "aio" not in str(refusal.value)
        identity = identify(token, [lenient])
        assert identity is not None
        assert identity.object_id == ADA


DAEMON = "dae00000-0000-4000-a000-000000000004"


@pytest.fixture
def open_door(entra: Entra) -> Authority:
    """An API that lets in every client, and the daemon as an application: only what an agent is keeps it out."""
    return trusted(tenant=TENANT, client_id=API, host=entra.base_url, applications=[DAEMON], fetch=entra.fetch)


@pytest.mark.parametrize("claims", [{}, {"idtyp": None}], ids=["with idtyp", "without"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("agent", ["acting", "account"])
def test_the_agents_of_entra_double_are_refused(
    entra: Entra,
    open_door: Authority,
    agent: Literal["acting", "account"],
    version: Literal[1, 2],
    claims: dict[str, Any],
) -> None:
    with pytest.raises(Refused) as refusal:
        identify(entra.token("ada", agent=agent, version=version, **claims), [open_door])
    assert (refusal.value.reason, refusal.value.status) == ("agent_refused", 403)
    person = identify(entra.token("ada", version=version, **claims), [open_door])
    assert person is not None
    assert (person.object_id, person.is_application) == (ADA, False)


@pytest.mark.parametrize("claims", [{}, {"idtyp": None}], ids=["with idtyp", "without"])
def test_an_agent_of_entra_double_on_its_own_is_refused(
    entra: Entra, open_door: Authority, claims: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refusal:
        identify(entra.application_token(DAEMON, agent=True, **claims), [open_door])
    assert (refusal.value.reason, refusal.value.status) == ("agent_refused", 403)
    application = identify(entra.application_token(DAEMON, **claims), [open_door])
    assert application is not None
    assert application.is_application
