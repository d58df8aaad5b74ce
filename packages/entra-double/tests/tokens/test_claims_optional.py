"""Claims that come only where the registration asks for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from entra_double import Emulator
from entra_double._world.registration import Audience, OptionalClaim
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import permit, read_scopes
from entra_double._world.seed import CONTOSO

from ..single_page_app import ADA, API, KATHERINE, NOW, SCOPE, SPA, SinglePageApp, payload
from ..worlds import change, change_person

UPN_OF_KATHERINE = "katherine_fabrikam.example#EXT#@contoso.example"


def delegation(emulator: Emulator, person_id: str = ADA, **fields: Any) -> Delegation:
    client, person = emulator.directory.application(CONTOSO, SPA), emulator.directory.person(CONTOSO, person_id)
    assert client
    assert person
    openid = frozenset({"openid", "profile"})
    return replace(Delegation(person=person, client=client, session_id="the session", openid=openid), **fields)


def access_claims(emulator: Emulator, given: Delegation, *wanted: OptionalClaim) -> dict[str, object]:
    """Give the claims of an access token for Logbook API, whose registration asks for `wanted` alone."""
    change(emulator, API, access_token_claims=wanted)
    asked = read_scopes(SCOPE, directory=emulator.directory, tenant=CONTOSO, client=given.client).only()
    asked = permit(asked, directory=emulator.directory, tenant_id=CONTOSO.id, client=given.client, person_id=None)
    return payload(emulator.issue_access_token(given, asked, emulator.access_validity()))


def id_claims(emulator: Emulator, given: Delegation, *wanted: OptionalClaim) -> dict[str, object]:
    return payload(emulator.issue_id_token(replace(given, client=change(emulator, SPA, id_token_claims=wanted)), None))


def wish(name: str, *properties: str) -> OptionalClaim:
    return OptionalClaim(name=name, additional_properties=frozenset(properties))


@pytest.mark.parametrize(
    ("claim", "fields", "expected"),
    [
        (wish("acct"), {}, 0),
        (wish("email"), {}, "ada@contoso.example"),
        (wish("email"), {"email": "countess@contoso.example"}, "countess@contoso.example"),
        (wish("upn"), {}, "ada@contoso.example"),
        (wish("given_name"), {}, "Ada"),
        (wish("family_name"), {}, "Lovelace"),
        (wish("idtyp", "include_user_token"), {}, "user"),
        (wish("ipaddr"), {}, "127.0.0.1"),
        (wish("sid"), {}, "the session"),
        (wish("ctry"), {"country": "GB"}, "GB"),
        (wish("xms_pl"), {"language": "en-GB"}, "en-GB"),
        (wish("tenant_ctry"), {}, "NL"),
        (wish("tenant_region_scope"), {}, "EU"),
        (wish("verified_primary_email"), {}, ["ada@contoso.example"]),
        (wish("wids"), {"directory_roles": ("r1",)}, ["r1", "b79fbf4d-3ef9-4689-8143-76b194e85509"]),
    ],
)
def test_a_claim_comes_where_it_is_asked_for_and_nowhere_else(
    emulator: Emulator, claim: OptionalClaim, fields: dict[str, Any], expected: object
) -> None:
    change_person(emulator, ADA, **fields)
    given = delegation(emulator)
    for read in (access_claims, id_claims):
        assert read(emulator, given, claim)[claim.name] == expected
        assert claim.name not in read(emulator, given)


@pytest.mark.parametrize(
    ("claim", "fields"),
    [
        (wish("ctry"), {}),
        (wish("xms_pl"), {}),
        (wish("idtyp"), {}),
        (wish("auth_time"), {}),
        (wish("acrs"), {}),
        (wish("xms_cc"), {}),
        (wish("verified_primary_email"), {"email_verified": False}),
        (wish("xms_edov"), {}),
        (wish("onprem_sid"), {}),
        (wish("nonsense"), {}),
    ],
)
def test_a_claim_that_does_not_hold_is_left_out(
    emulator: Emulator, claim: OptionalClaim, fields: dict[str, Any]
) -> None:
    change_person(emulator, ADA, **fields)
    assert claim.name not in access_claims(emulator, delegation(emulator), claim)


@pytest.mark.parametrize(
    ("claim", "fields", "expected"),
    [
        (wish("auth_time"), {"authenticated_at": NOW - 100}, NOW - 100),
        (wish("acrs"), {"contexts": frozenset({"c2", "c1"})}, ["c1", "c2"]),
        (wish("xms_cc"), {"capabilities": ("CP1",)}, ["CP1"]),
    ],
)
def test_what_the_sign_in_has_met_comes_where_it_is_asked_for(
    emulator: Emulator, claim: OptionalClaim, fields: dict[str, Any], expected: object
) -> None:
    given = delegation(emulator, **fields)
    assert access_claims(emulator, given, claim)[claim.name] == expected
    assert claim.name not in access_claims(emulator, given)


def test_login_hint_is_for_id_tokens_only(emulator: Emulator) -> None:
    given, claim = delegation(emulator), wish("login_hint")
    assert "login_hint" in id_claims(emulator, given, claim)
    assert "login_hint" not in access_claims(emulator, given, claim)


def test_names_need_the_scope_profile(emulator: Emulator) -> None:
    given = delegation(emulator, openid=frozenset({"openid"}))
    wanted = (wish("given_name"), wish("family_name"))
    assert not access_claims(emulator, given, *wanted).keys() & {"given_name", "family_name"}


def test_a_guest_is_told_by_acct(emulator: Emulator) -> None:
    assert access_claims(emulator, delegation(emulator, KATHERINE), wish("acct"))["acct"] == 1


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ((), None),
        (("include_externally_authenticated_upn",), UPN_OF_KATHERINE),
        (("include_externally_authenticated_upn_without_hash",), UPN_OF_KATHERINE.replace("#", "_")),
    ],
)
def test_a_guest_has_a_upn_where_the_registration_says_so(
    emulator: Emulator, properties: tuple[str, ...], expected: str | None
) -> None:
    claims = access_claims(emulator, delegation(emulator, KATHERINE), wish("upn", *properties))
    assert claims.get("upn") == expected


@pytest.mark.parametrize("verified", [True, False])
def test_xms_edov_says_whether_somebody_vouches_for_the_address_beside_it(emulator: Emulator, verified: bool) -> None:
    change_person(emulator, ADA, email_verified=verified)
    change_person(emulator, KATHERINE, email_verified=verified)
    both = (wish("email"), wish("xms_edov"))
    assert access_claims(emulator, delegation(emulator), *both)["xms_edov"] is verified
    assert access_claims(emulator, delegation(emulator, KATHERINE), wish("xms_edov"))["xms_edov"] is verified


def test_an_address_that_is_kept_back_takes_xms_edov_with_it(emulator: Emulator) -> None:
    change_person(emulator, ADA, email_verified=False)
    change(emulator, API, audience=Audience.MANY)
    claims = access_claims(emulator, delegation(emulator), wish("email"), wish("xms_edov"))
    assert not claims.keys() & {"email", "xms_edov"}


def test_a_tenant_that_is_gone_has_no_country(emulator: Emulator) -> None:
    given = delegation(emulator)
    given = replace(given, person=replace(given.person, tenant_id="gone"))
    assert "tenant_ctry" not in id_claims(emulator, given, wish("tenant_ctry"))


async def test_the_session_id_comes_where_the_registration_says_so(app: SinglePageApp, emulator: Emulator) -> None:
    change(emulator, SPA, id_token_claims=(wish("sid"),))
    answer = await app.sign_in()
    tokens = (await app.redeem(answer["code"])).json()
    assert payload(tokens["id_token"])["sid"] == answer["session_state"]


def test_who_asked_for_the_audience_by_uri_may_have_it_as_a_guid(emulator: Emulator) -> None:
    emulator.use_access_token_version(1)
    change(emulator, API, access_token_claims=(wish("aud"),))
    assert payload(emulator.access_token("ada@contoso.example"))["aud"] == f"api://{API}"
    change(emulator, API, access_token_claims=(wish("aud", "use_guid"),))
    assert payload(emulator.access_token("ada@contoso.example"))["aud"] == API
