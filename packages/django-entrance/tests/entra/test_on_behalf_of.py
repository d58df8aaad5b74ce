"""``token_for``: real MSAL Python, against entra-double, through every door."""

import base64
import json
from typing import Any

import pytest
from browsing import ADA, NAVIGATION
from calling import (
    CP1,
    DOORS,
    GRACE,
    VIEWS,
    CallingPerson,
    access_token,
    asking,
    change_person,
    demand_device,
    drop_consent,
    grant_types,
    reason,
    revoke,
    use_project,
)
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django_entrance.entra.on_behalf_of import normal_scopes, token_for
from django_entrance.metrics import CACHE_LOOKUPS, TOKEN_REQUESTS
from entra_double import RunningEntra
from entra_double._world.seed import API_CLIENT_ID
from measured import Measurements
from sign_ins import start_session

pytestmark = pytest.mark.django_db(transaction=True)

AS_PAGE = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
"""Headers of a browser that opens a page."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_door_gets_a_token_of_its_person(calling: RunningEntra, door: str, view: str) -> None:
    answer = CallingPerson(calling, door, GRACE).get(f"{view}token/")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["oid"], told["appid"]) == (GRACE, API_CLIENT_ID)
    assert "User.Read" in told["scp"].split()


@pytest.mark.parametrize("door", DOORS)
def test_a_token_is_asked_for_once(calling: RunningEntra, measurements: Measurements, door: str) -> None:
    ada = CallingPerson(calling, door)
    with asking(calling, 1):
        assert ada.digest() == ada.digest() == ada.digest("/async/token/")
    grant = "refresh_token" if door == "page" else "on_behalf_of"
    assert measurements.of(TOKEN_REQUESTS) == [("default", grant, None)]
    lookups = [result for name, result in measurements.of(CACHE_LOOKUPS) if name == "api_tokens"]
    assert lookups == ["miss", "hit", "hit"]


def test_scopes_are_one_set_in_any_order_and_case(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    with asking(calling, 1):
        assert ada.digest(scopes="User.Read") == ada.digest(scopes="user.read User.Read")
    with asking(calling, 1):
        ada.digest(scopes=".default")


@pytest.mark.parametrize(
    "scopes",
    [
        "",
        "User.Read  Mail.Read",
        'User.Read"',
        "User.Read\nMail.Read",
        "openid",
        "User.Read offline_access",
        [],
        ["a b"],
    ],
)
def test_what_is_no_scope_of_an_api_is_refused(scopes: Any) -> None:
    with pytest.raises(ValueError, match="Expected scopes"):
        normal_scopes(scopes)


def test_control_scopes_are_taken_as_text_and_as_a_list() -> None:
    assert (
        normal_scopes("User.Read Mail.Read") == normal_scopes(["Mail.Read", "User.Read"]) == ("Mail.Read", "User.Read")
    )
    assert normal_scopes("api://a/b") == ("api://a/b",)


def test_a_session_goes_on_when_the_token_that_began_it_has_ended(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "session")
    first = ada.digest()
    assert grant_types(calling) == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert ada.digest(scopes=".default") != first
    assert grant_types(calling)[1:] == ["refresh_token"]


def test_a_page_session_uses_the_refresh_token_of_its_sign_in(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "page")
    ada.digest()
    ada.digest(scopes=".default")
    assert grant_types(calling) == ["authorization_code", "refresh_token", "refresh_token"]


def test_without_the_setting_no_refresh_token_is_asked_for(calling: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": None}
    CallingPerson(calling, "page")
    [asked] = [each for each in calling.requests if str(each["path"]).endswith("/token")]
    assert "offline_access" not in str(asked["parameters"])
    assert not cache._cache  # type: ignore[attr-defined]  # of the cache in memory


@pytest.mark.parametrize("door", DOORS)
def test_without_the_setting_it_says_what_to_write(calling: RunningEntra, settings: Any, door: str) -> None:
    ada = CallingPerson(calling, door)
    settings.ENTRANCE = settings.ENTRANCE | {"TOKENS_CACHE": None}
    with pytest.raises(ImproperlyConfigured, match='"TOKENS_CACHE": "default"'):
        ada.get("/token/")


def test_a_session_that_kept_nothing_is_confirmed_silently(calling: RunningEntra, settings: Any) -> None:
    """As one that began before ``TOKENS_CACHE`` was set, or whose cache was emptied."""
    ada = CallingPerson(calling, "page")
    person = ada.at_site
    cache.clear()
    answer = person.client.get("/token/", headers=NAVIGATION)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/entrance/sign-in/?recheck=1&next=%2Ftoken%2F")
    asked = person.client.get(answer["Location"], headers=NAVIGATION)
    assert person.come_back(person.at_microsoft(asked["Location"]))["Location"] == "/token/"
    assert ada.get("/token/").status_code == 200


def test_a_program_is_told_to_confirm_the_session(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "session")
    cache.clear()
    assert reason(ada.get("/token/")) == (401, "session_stale")
    assert reason(ada.get("/")) == (401, "session_stale")  # before the view now, for all that asks
    bearer = {"authorization": f"Bearer {access_token(calling)}"}
    assert ada.client.post("/entrance/session/", headers=bearer).status_code == 200
    assert ada.get("/token/").status_code == 200


def test_a_cache_that_forgets_ends_in_a_page_and_not_in_a_circle(calling: RunningEntra, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    person = CallingPerson(calling, "page").at_site
    for _ in range(10):
        answer = person.client.get("/token/", headers=NAVIGATION)
        assert answer.status_code == 302
        asked = person.client.get(answer["Location"], headers=NAVIGATION)
        if asked.status_code != 302:
            break
        if asked["Location"] != "/token/":
            person.come_back(person.at_microsoft(asked["Location"]))
    assert asked.status_code == 429
    assert b"sign_in_loop" in asked.content


@pytest.mark.parametrize("door", DOORS)
def test_a_policy_that_applies_to_the_other_api_becomes_a_challenge(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door, **CP1)
    demand_device(calling)
    answer = ada.get("/token/")
    if door == "page":
        assert reason(answer) == (403, "further_proof_needed")
        return
    assert reason(answer) == (401, "further_proof_needed")
    assert 'error="insufficient_claims", error_description=' in answer["WWW-Authenticate"]
    assert f'claims="{answer.json()["claims"]}"' in answer["WWW-Authenticate"]
    wanted = json.loads(base64.b64decode(answer.json()["claims"]))
    assert "capolids" in wanted["access_token"]


@pytest.mark.parametrize("door", ["bearer", "session"])
def test_a_client_without_the_capability_gets_no_challenge(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door)
    demand_device(calling)
    answer = ada.get("/token/")
    assert reason(answer) == (403, "further_proof_needed")
    assert "claims" not in answer.json()
    assert "claims=" not in answer["WWW-Authenticate"]


@pytest.mark.parametrize("door", DOORS)
def test_missing_consent_says_what_is_missing_and_where_to_grant_it(
    calling: RunningEntra, measurements: Measurements, door: str
) -> None:
    ada = CallingPerson(calling, door)
    drop_consent(calling)
    answer = ada.get("/token/")
    assert reason(answer) == (403, "consent_missing")
    [(_, _, error)] = measurements.of(TOKEN_REQUESTS)
    assert error == "consent_missing"
    detail = answer.json()["detail"]
    page = f"{calling.base_url}/c0470500-0000-4000-a000-000000000001/adminconsent?client_id={API_CLIENT_ID}"
    assert f"consent to User.Read for the application {API_CLIENT_ID}: {page}" in detail


def test_where_refusals_are_not_explained_it_tells_no_ids(calling: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": False}
    ada = CallingPerson(calling, "bearer")
    drop_consent(calling)
    detail = ada.get("/token/").json()["detail"]
    assert detail.startswith("An administrator of the tenant must add the permission")
    assert API_CLIENT_ID not in detail


@pytest.mark.parametrize("door", DOORS)
def test_an_outage_is_503_and_kept_tokens_outlive_it(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door)
    kept = ada.digest()
    with calling.outage("token", "unavailable"):
        assert ada.digest() == kept
        answer = ada.get("/token/", scopes=".default")
    assert reason(answer) == (503, "authority_unreachable")
    assert answer["Retry-After"] == "10"
    assert ada.get("/token/", scopes=".default").status_code == 200


def test_a_wrong_secret_is_our_own_fault(calling: RunningEntra, settings: Any) -> None:
    ada = CallingPerson(calling, "bearer")
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": "another"}
    answer = ada.get("/token/")
    assert reason(answer) == (503, "on_behalf_of_misconfigured")
    assert "AADSTS7000215" in answer.json()["detail"]


def test_without_a_credential_there_is_none(calling: RunningEntra, settings: Any) -> None:
    ada = CallingPerson(calling, "bearer")
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": None}
    assert reason(ada.get("/token/")) == (503, "on_behalf_of_misconfigured")


def test_a_certificate_that_is_gone_is_our_own_fault(calling: RunningEntra, settings: Any, tmp_path: Any) -> None:
    ada = CallingPerson(calling, "bearer")
    gone = {"CLIENT_SECRET": None, "CLIENT_CERTIFICATE": str(tmp_path / "gone.pem")}
    settings.ENTRANCE = {**settings.ENTRANCE, **gone}
    assert reason(ada.get("/token/")) == (503, "on_behalf_of_misconfigured")


def test_a_bearer_token_that_entra_no_longer_takes_is_to_be_renewed(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    calling.advance(7200)
    assert reason(ada.get("/token/")) == (401, "on_behalf_of_expired")


@pytest.mark.parametrize("door", ["session", "page"])
def test_a_page_that_lacks_consent_or_is_refused_says_so_to_its_person(calling: RunningEntra, door: str) -> None:
    """A script of the page gets the problem document, and another page is served as ever."""
    ada = CallingPerson(calling, door)
    drop_consent(calling)
    shown = ada.client.get("/token/", headers=AS_PAGE)
    assert (shown.status_code, shown["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "Consent to call another API is missing." in shown.content.decode()
    assert "adminconsent?client_id=" in shown.content.decode()
    assert reason(ada.client.get("/token/", headers={"accept": "application/json"})) == (403, "consent_missing")
    assert ada.client.get("/", headers=AS_PAGE).status_code == 200


def test_a_page_that_waits_for_microsoft_says_when_to_try_again(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "page")
    with calling.outage("token", "unavailable"):
        shown = ada.client.get("/token/", headers=AS_PAGE)
    assert (shown.status_code, shown["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert int(shown["Retry-After"]) > 0
    assert "This page is not available now" in shown.content.decode()
    assert "Try again in a moment." in shown.content.decode()
    assert ada.client.get("/token/", headers=AS_PAGE).status_code == 200


@pytest.mark.parametrize("door", ["session", "page"])
def test_a_session_whose_person_was_revoked_is_to_be_confirmed(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door)
    ada.digest()
    revoke(calling)
    assert reason(ada.get("/token/", scopes=".default")) == (401, "session_stale")


def test_a_disabled_person_is_refused_with_the_code(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    change_person(calling, enabled=False)
    answer = ada.get("/token/")
    assert reason(answer) == (403, "on_behalf_of_refused")
    assert "AADSTS50057" in answer.json()["detail"]
    assert "disabled at Microsoft" in answer.json()["detail"]


def test_nobody_and_a_password_user_have_no_token(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    ada.headers = {}
    assert reason(ada.get("/token/")) == (401, "not_signed_in")
    start_session(ada.client)
    answer = ada.get("/token/")
    assert reason(answer) == (403, "token_missing")
    page = ada.client.get("/token/", headers={"accept": "text/html"})
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "Sign in with Microsoft instead of a password." in page.content.decode()
    assert "Needed here" not in page.content.decode()
    assert "instead of a password" in answer.json()["detail"]


def test_an_application_has_no_person(calling: RunningEntra, settings: Any) -> None:
    User.objects.create(username="daemon")
    daemon = "dae00000-0000-4000-a000-000000000004"
    use_project(settings, calling, APPLICATIONS={daemon: "daemon"})
    caller = CallingPerson(calling, "bearer")
    caller.headers = {"authorization": f"Bearer {calling.application_token()}"}
    assert caller.get("/").json()["username"] == "daemon"
    assert reason(caller.get("/token/")) == (403, "application_refused")


@pytest.mark.parametrize("claims", ["nonsense", "bm8gSlNPTg==", "{", "[]", ""])
def test_claims_that_cannot_be_read_are_a_mistake(calling: RunningEntra, claims: str) -> None:
    request = RequestFactory().get("/")
    with pytest.raises(ValueError, match="claims of a challenge"):
        token_for(request, "User.Read", claims=claims)


def test_a_challenge_of_another_api_gets_a_new_token(calling: RunningEntra) -> None:
    ada = CallingPerson(calling, "bearer")
    first = ada.digest()
    with asking(calling, 1):
        second = ada.digest(claims='{"access_token":{"nbf":{"essential":true,"value":"1"}}}')
    assert first != second
    with asking(calling, 0):
        assert ada.digest() == second


def test_the_capability_goes_on_to_the_other_api(calling: RunningEntra) -> None:
    assert CallingPerson(calling, "bearer", **CP1).get("/token/").json()["xms_cc"] == ["cp1"]
    assert CallingPerson(calling, "bearer").get("/token/").json()["xms_cc"] is None


FRAMEWORKS = ("/rest/", "/problems/", "/ninja/")


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_each_framework_gets_a_token_and_answers_refusals(calling: RunningEntra, framework: str) -> None:
    ada = CallingPerson(calling, "bearer", **CP1)
    assert ada.get(f"{framework}token/").json()["oid"] == ADA
    with calling.outage("token", "unavailable"):
        answer = ada.get(f"{framework}token/", scopes=".default")
    assert (*reason(answer), answer["Retry-After"]) == (503, "authority_unreachable", "10")
    demand_device(calling)
    answer = ada.get(f"{framework}token/", scopes=".default")
    assert reason(answer) == (401, "further_proof_needed")
    assert answer.json()["claims"] in answer["WWW-Authenticate"]
