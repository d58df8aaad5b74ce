"""Every named forgery: refused by a strict verifier for a reason of its own, while the controls are accepted."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import jwt
import pytest
from entra_double import FORGERIES, Emulator, Entra, Refusal
from entra_double._testing import forgeries
from entra_double._testing.forgeries import forge, signatures, texts
from entra_double._testing.forgeries.good_token import stranger
from entra_double._tokens.signing import KeyRing, make_signing_key
from entra_double._world.ids import CONSUMERS
from entra_double._world.seed import SITE_CLIENT_ID

from ..single_page_app import ADA, API, BASE_URL, GRACE, NOW, SPA, TENANT, payload
from ..strict_verifier import Api, PublishedKey, Refused

CORPUS: dict[str, str] = json.loads((Path(__file__).parents[1] / "corpus_ids.json").read_text())
OMITTED = "omitted: "


@pytest.fixture(scope="module")
def held() -> Entra:
    keys = KeyRing(make_signing_key(), make_signing_key())
    return Entra(Emulator(base_url=BASE_URL, keys=keys, clock=lambda: NOW))


@pytest.fixture(scope="module")
def api(held: Entra) -> Api:
    held.forgery("consumer_key")  # the keys of personal accounts are published once somebody needs them
    published = json.loads(held.fetch(f"{BASE_URL}/{TENANT}/discovery/v2.0/keys"))["keys"]
    return Api(
        keys={jwk["kid"]: PublishedKey(key=jwt.PyJWK(jwk, "RS256").key, issuer=jwk["issuer"]) for jwk in published},
        versions={f"{BASE_URL}/{TENANT}/v2.0": "2.0", f"https://sts.windows.net/{TENANT}/": "1.0"},
        tenant=TENANT,
        audience=API,
        scope="access_as_user",
        client=SPA,
    )


def named(expect: str) -> list[str]:
    return [name for name, forgery in FORGERIES.items() if forgery.expect == expect]


@pytest.mark.parametrize("name", named("refuse"))
def test_it_is_refused(held: Entra, api: Api, name: str) -> None:
    with pytest.raises(Refused) as refused:
        api.verify(held.forgery(name), NOW)
    assert refused.value.status == FORGERIES[name].status


@pytest.mark.parametrize("name", named("accept"))
def test_a_control_is_accepted(held: Entra, api: Api, name: str) -> None:
    assert api.verify(held.forgery(name), NOW)["oid"] == ADA


@pytest.mark.parametrize("name", named("either"))
def test_what_may_be_either_never_fails(held: Entra, api: Api, name: str) -> None:
    token = held.forgery(name)
    with suppress(Refused):
        assert str(api.verify(token, NOW)["oid"]).lower() == ADA


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("consumer_key", "issuer of the key"),
        ("signature_other_key", "signature"),
        ("key_retired", "key"),
        ("alg_none", "form"),
        ("iss_slash", "issuer"),
        ("app_only", "application"),
        ("expired", "time"),
    ],
)
def test_it_is_refused_for_what_is_wrong_with_it(held: Entra, api: Api, name: str, why: str) -> None:
    with pytest.raises(Refused, match=f"^{why}$"):
        api.verify(held.forgery(name), NOW)


def test_how_many_there_are() -> None:
    assert Counter(forgery.expect for forgery in FORGERIES.values()) == {"refuse": 325, "accept": 37, "either": 21}
    assert all(forgery.says for forgery in FORGERIES.values())


def test_every_forgery_that_is_made_by_code_has_its_row() -> None:
    assert not signatures.MADE.keys() & texts.MADE.keys()
    assert signatures.MADE.keys() | texts.MADE.keys() < FORGERIES.keys()


def test_the_whole_corpus_is_there_or_named_as_left_out() -> None:
    made = {number: name for name, forgery in FORGERIES.items() for number in forgery.corpus}
    omitted = {number: why for number, why in CORPUS.items() if why.startswith(OMITTED)}
    assert made == {number: name for number, name in CORPUS.items() if number not in omitted}
    assert (len(CORPUS), list(omitted)) == (382, ["317"])
    assert all(len(why) > len(OMITTED) + 20 for why in omitted.values())


def test_only_what_the_name_says_is_different(held: Entra) -> None:
    good, forged = payload(held.forgery("good")), payload(held.forgery("aud_star"))
    fresh = {"exp", "aio", "rh", "sid", "uti", "xms_ftd", "aud"}
    assert {name: value for name, value in forged.items() if name not in fresh} == {
        name: value for name, value in good.items() if name not in fresh
    }
    assert list(good) == list(forged)


def test_it_is_of_the_person_client_and_scope_that_are_asked_for(held: Entra) -> None:
    assert payload(held.forgery("aud_star", "grace@contoso.example"))["oid"] == GRACE
    assert payload(held.forgery("good", client=SITE_CLIENT_ID))["azp"] == SITE_CLIENT_ID
    assert payload(held.forgery("scp_suffix", scope="profile"))["scp"] == "profile2"
    with pytest.raises(Refusal, match="65001"):
        held.forgery("good", client=API)
    with pytest.raises(Refusal, match="50105"):
        held.forgery("good", "mallory@contoso.example")


def test_an_unknown_name_is_an_error(held: Entra) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'FORGERY'"):
        _ = forgeries.FORGERY
    with pytest.raises(ValueError, match="there is no forgery 'alg_nine'"):
        held.forgery("alg_nine")


def test_a_second_key_is_needed_for_what_is_about_two() -> None:
    lonely = Emulator(keys=KeyRing(make_signing_key()))
    with pytest.raises(ValueError, match="expected two published keys, got one"):
        forge(lonely, "next_key")
    assert forge(lonely, "alg_none")


def test_the_keys_of_forgers_are_published_nowhere(held: Entra) -> None:
    document = held.fetch(f"{BASE_URL}/{TENANT}/discovery/v2.0/keys").decode()
    assert stranger() is stranger()
    assert stranger().key_id not in document
    assert held.emulator.keys_for(CONSUMERS).published[0].key_id != held.emulator.keys.published[0].key_id
