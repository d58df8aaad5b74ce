"""What a registration becomes: every item that the settings decide on, on top of what others have added."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django_entrance.entra.http_client import Answer
from django_entrance.entra.registration.applying import plan
from django_entrance.entra.registration.calls import Refused
from django_entrance.entra.registration.changes import Change
from django_entrance.entra.registration.difference import difference, is_same
from django_entrance.entra.registration.found import Found, RegistrationMissing, read_registrations
from django_entrance.entra.registration.strangers import RegistrationStrange
from django_entrance.entra.registration.wanted import Choices, Key, Wanted, unique_name
from django_entrance.management.registering_credential import key_of
from empty_tenant import ACCESS, DIRECTORY, made, settings_for
from entra_double import RunningEntra
from entra_double._world.registration import AppRegistration, GroupClaims, OptionalClaim, Platform, RedirectUri
from registrations import SECRET, WHERE, WORKLOAD, answer, calls_of, certificate_file, graph_of, run, wanted_of
from scripted import K1, K2

pytestmark = pytest.mark.entra(directory=DIRECTORY)

GROUP = "22220000-0000-4000-a000-000000000001"


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any, empty_environment: None) -> RunningEntra:
    settings.DEBUG = True
    settings.ENTRANCE = settings_for(entra_server)
    return entra_server


def registration(entra: RunningEntra, part: str = "api") -> AppRegistration:
    wanted = unique_name("Logbook", part)
    return next(each for each in entra.emulator.directory.applications if each.unique_name == wanted)


def change(entra: RunningEntra, part: str = "api", **fields: Any) -> None:
    entra.add(replace(registration(entra, part), **fields))


def name_in_settings(entra: RunningEntra, settings: Any) -> None:
    """Write the client ids into the settings: what has only our name may have nothing of others."""
    ids = {"CLIENT_ID": registration(entra).client_id, "SPA_CLIENT_ID": registration(entra, "front-end").client_id}
    settings.ENTRANCE = settings.ENTRANCE | ids | {"TENANT_ID": "contoso.example"}


def uris(known: AppRegistration, platform: Platform) -> set[str]:
    return {each.uri for each in known.redirect_uris if each.platform is platform}


@pytest.mark.parametrize(("contexts", "is_there"), [({"delete": "c1"}, True), ({}, False)])
def test_the_claim_of_more_proof_is_there_where_it_is_asked_for(
    entra: RunningEntra, settings: Any, contexts: dict[str, str], is_there: bool
) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"AUTHENTICATION_CONTEXTS": contexts}
    run(entra)
    api = registration(entra)
    for claims in (api.access_token_claims, api.id_token_claims):
        assert ("acrs" in {each.name for each in claims}) == is_there


def test_the_api_has_everything_that_the_settings_say(entra: RunningEntra) -> None:
    run(entra)
    api = registration(entra)
    assert api.name == "Logbook"
    assert api.access_token_version == 2
    assert api.app_id_uris == (f"api://{api.client_id}",)
    assert [each.value for each in api.scopes] == ["access_as_user"]
    assert [each.value for each in api.app_roles] == list(ACCESS["app_roles"])
    assert {each.name for each in api.access_token_claims} == {
        *("email", "family_name", "given_name", "upn", "acct", "login_hint", "sid", "xms_edov", "idtyp", "xms_cc")
    }
    assert {each.name for each in api.id_token_claims} >= {"email", "upn", "sid", "login_hint", "acct"}
    kinds = next(each for each in api.access_token_claims if each.name == "idtyp")
    assert kinds.additional_properties == {"include_user_token"}
    assert uris(api, Platform.WEB) == {WHERE.callback}
    assert uris(api, Platform.SPA) == set()
    assert api.logout_uri == WHERE.front_channel
    entry = entra.emulator.directory.service_principal(api.tenant_id, api.client_id)
    assert entry is not None
    assert entry.assignment_required
    assert entry.tags == ("WindowsAzureActiveDirectoryIntegratedApp",)


def test_the_front_end_may_use_the_api_without_consent(entra: RunningEntra) -> None:
    run(entra)
    api, spa = registration(entra), registration(entra, "front-end")
    assert uris(spa, Platform.SPA) == {WHERE.bridge, WHERE.signed_out}
    assert uris(spa, Platform.WEB) == set()
    assert [(each.client_id, *each.scopes) for each in api.pre_authorised] == [(spa.client_id, "access_as_user")]
    asked = {each.resource_id: set(each.scopes) for each in spa.required_access}
    assert asked[api.client_id] == {"access_as_user"}
    assert not spa.is_confidential


def test_what_others_added_stays(entra: RunningEntra, settings: Any) -> None:
    run(entra)
    name_in_settings(entra, settings)
    api = registration(entra)
    theirs = RedirectUri(platform=Platform.WEB, uri="https://other.contoso.example/callback")
    change(
        entra,
        redirect_uris=(theirs,),
        access_token_claims=(OptionalClaim(name="ctry"), OptionalClaim(name="idtyp")),
        app_roles=(*(replace(each, enabled=False, for_people=False) for each in api.app_roles[:1]),),
        logout_uri="https://other.contoso.example/out",
        group_claims=frozenset({GroupClaims.SECURITY}),
        access_token_version=1,
        pre_authorised=(),
        scopes=(replace(api.scopes[0], id="4c0a9e25-f6d8-4b17-a3c2-7e5d8b6fa00a"),),
    )
    outcome = run(entra)
    assert [each.key for each in outcome.done] == ["API, properties", "pre-authorisation"]
    mended = registration(entra)
    assert uris(mended, Platform.WEB) == {theirs.uri, WHERE.callback}
    assert {"ctry", "idtyp", "email"} <= {each.name for each in mended.access_token_claims}
    assert [(each.value, each.enabled, each.for_people) for each in mended.app_roles] == [
        ("Editor", True, True),
        ("Admin", True, True),
    ]
    assert mended.app_roles[0].id == api.app_roles[0].id
    assert mended.logout_uri == "https://other.contoso.example/out"
    assert mended.group_claims == {GroupClaims.SECURITY}
    assert mended.access_token_version == 2
    assert run(entra).done == ()


def test_an_address_on_the_wrong_platform_moves(entra: RunningEntra) -> None:
    run(entra)
    change(entra, "front-end", redirect_uris=(RedirectUri(platform=Platform.WEB, uri=WHERE.bridge),))
    change(entra, redirect_uris=(RedirectUri(platform=Platform.SPA, uri=WHERE.callback),))
    run(entra)
    spa, api = registration(entra, "front-end"), registration(entra)
    assert (uris(spa, Platform.WEB), uris(api, Platform.SPA)) == (set(), set())
    assert WHERE.bridge in uris(spa, Platform.SPA)
    assert WHERE.callback in uris(api, Platform.WEB)


def test_groups_are_listed_and_asked_for_where_access_names_some(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ACCESS": {"groups": {GROUP: {"groups": ["finance"]}}}}
    outcome = run(entra)
    assert registration(entra).group_claims == {GroupClaims.ASSIGNED}
    assert "consent: GroupMember.Read.All" in [each.key for each in outcome.done]
    assert made(entra.emulator.directory)["assignments"] == 1
    change(entra, group_claims=frozenset({GroupClaims.ROLES}))
    assert run(entra).left == ()
    assert registration(entra).group_claims == {GroupClaims.ROLES, GroupClaims.ASSIGNED}
    settings.ENTRANCE = settings.ENTRANCE | {"OVERAGE": "refuse"}
    assert wanted_of().graph_roles == ()


def test_a_certificate_is_added_once_beside_others(entra: RunningEntra, settings: Any, tmp_path: Path) -> None:
    first = key_of(str(certificate_file(tmp_path / "a.pem", K1)))
    second = key_of(str(certificate_file(tmp_path / "b.pem", K2)))
    for key in (first, first, second):
        outcome = run(entra, credential=key)
        assert (outcome.left, outcome.secret) == ((), "")
        name_in_settings(entra, settings)
    assert [each.key_id for each in registration(entra).certificates] == [first.id, second.id]
    assert isinstance(first, Key)
    assert first.data not in repr(first)


def test_a_certificate_of_others_is_not_in_what_has_only_our_name(entra: RunningEntra, tmp_path: Path) -> None:
    run(entra, credential=key_of(str(certificate_file(tmp_path / "a.pem", K1))))
    with pytest.raises(RegistrationStrange, match="the certificate CN="):
        run(entra, credential=key_of(str(certificate_file(tmp_path / "b.pem", K2))))


@pytest.mark.parametrize("status", [400, 403])
def test_workloads_that_cannot_be_read_stop_what_was_found_by_name_only(
    entra: RunningEntra, settings: Any, status: int
) -> None:
    run(entra)
    path = "federatedIdentityCredentials"
    refused = calls_of(entra, before=lambda now, method, url: answer(status, "X") if path in url else None)
    with pytest.raises(Refused, match=str(status)):
        run(entra, refused)
    ids = {"CLIENT_ID": registration(entra).client_id, "SPA_CLIENT_ID": registration(entra, "front-end").client_id}
    settings.ENTRANCE = settings.ENTRANCE | ids
    assert run(entra, refused).done == ()


def test_a_result_that_cannot_be_read_is_an_error_where_no_secret_would_be_lost(entra: RunningEntra) -> None:
    run(entra)
    reads: list[str] = []

    def only_once(number: int, method: str, url: str) -> Any:
        reads.append(url)
        return answer(400, "X") if "uniqueName" in url and reads.count(url) > 1 else None

    with pytest.raises(Refused, match="400"):
        run(entra, calls_of(entra, before=only_once))
    assert run(entra).done == ()


def test_a_workload_is_federated_once(entra: RunningEntra) -> None:
    for _ in range(2):
        assert run(entra, credential=WORKLOAD).left == ()
    assert [(each.issuer, each.subject) for each in registration(entra).federated] == [
        (WORKLOAD.issuer, WORKLOAD.subject)
    ]


def test_a_second_secret_is_made_only_if_asked_for(entra: RunningEntra) -> None:
    assert run(entra).secret
    assert not run(entra).secret
    assert run(entra, credential=replace(SECRET, is_another=True)).secret
    assert len(registration(entra).secrets) == 2


def test_pages_alone_need_one_registration(entra: RunningEntra) -> None:
    outcome = run(entra, has_front_end=False, credential=None)
    assert made(entra.emulator.directory)["applications"] == 1
    assert outcome.found.spa is None
    assert [each.key for each in outcome.done if "consent" in each.key] == ["consent: the API signs people in"]


def test_ids_of_the_settings_are_found_by_them(entra: RunningEntra, settings: Any) -> None:
    run(entra)
    ids = {"TENANT_ID": "contoso.example", "CLIENT_ID": registration(entra).client_id}
    spa = registration(entra, "front-end").client_id
    settings.ENTRANCE = settings.ENTRANCE | ids | {"SPA_CLIENT_ID": spa}
    assert run(entra, name="Renamed").done == ()
    settings.ENTRANCE = settings.ENTRANCE | {"SPA_CLIENT_ID": "2b8a6f05-d3c1-47e9-9f34-5e1d7c0b5005"}
    with pytest.raises(RegistrationMissing, match=r"^SPA_CLIENT_ID 2b8a6f05-\S+ is no application registration"):
        run(entra)


def test_one_registration_may_be_both(entra: RunningEntra, settings: Any) -> None:
    run(entra, has_front_end=False)
    client_id = registration(entra).client_id
    ids = {"TENANT_ID": "contoso.example", "CLIENT_ID": client_id, "SPA_CLIENT_ID": client_id}
    settings.ENTRANCE = settings.ENTRANCE | ids
    assert run(entra).found.spa is None
    assert uris(registration(entra), Platform.SPA) == {WHERE.bridge, WHERE.signed_out}


@pytest.mark.parametrize(("required", "after"), [(None, True), (False, False), (True, True)])
def test_assignment_is_required_for_a_new_api_and_as_it_is_later(
    entra: RunningEntra, required: bool | None, after: bool
) -> None:
    outcome = run(entra, assignment_required=required)
    assert outcome.found.api_entry is not None
    assert outcome.found.api_entry["appRoleAssignmentRequired"] is after
    again = run(entra, assignment_required=not after)
    assert [each.key for each in again.done] == ["API, assignment required"]
    assert run(entra, assignment_required=None).done == ()


def test_without_consent_nothing_is_granted(entra: RunningEntra) -> None:
    assert run(entra, consent=False).left == ()
    assert made(entra.emulator.directory)["grants"] == 1, "that of the administrator's own client"


def test_a_grant_that_lacks_a_scope_is_extended(entra: RunningEntra, settings: Any) -> None:
    run(entra)
    settings.ENTRANCE = settings.ENTRANCE | {"REQUIRED_SCOPES": ["access_as_user", "Log.Write"]}
    outcome = run(entra)
    assert [each.method for each in outcome.done if each.place == "grants"] == ["PATCH"]
    assert "Log.Write" in {scope for each in entra.emulator.directory.grants for scope in each.scopes}
    assert [each.scopes for each in registration(entra).pre_authorised] == [{"access_as_user", "Log.Write"}]


def test_the_plan_is_what_is_done(entra: RunningEntra) -> None:
    planned = [each.key for each in plan(wanted_of(), Found(graph_entry={"id": "<id of Graph>"}))]
    assert [each.key for each in run(entra).done] == planned
    told = plan(wanted_of(), Found())[0].as_json()
    assert told["call"]["path"] == "/applications(uniqueName='django-entrance-logbook-api')"
    assert {"property": "api.requestedAccessTokenVersion", "before": None, "after": 2} in told["properties"]


def test_a_list_has_no_order_and_members_of_graphs_own_do_not_count() -> None:
    assert is_same(
        [{"value": "a", "origin": "Application", "x": None}, {"value": "b"}], [{"value": "b"}, {"value": "a"}]
    )
    assert not is_same([{"value": "a"}], [{"value": "a"}, {"value": "b"}])
    assert is_same(None, [])


@pytest.mark.parametrize("where", ["organizations", "common", "consumers"])
def test_the_audience_follows_the_tenant(entra: RunningEntra, settings: Any, where: str) -> None:
    expected = {"organizations": "AzureADMultipleOrgs", "common": "AzureADandPersonalMicrosoftAccount"}
    settings.ENTRANCE = settings.ENTRANCE | {
        "TENANT_ID": where,
        **({} if where == "consumers" else {"ALLOWED_TENANTS": "*"}),
        "ALLOW_PERSONAL_ACCOUNTS": where != "organizations",
    }
    assert wanted_of().audience == expected.get(where, "PersonalMicrosoftAccount")


def test_answers_that_are_no_graphs_are_refused(entra: RunningEntra) -> None:
    def given(text: str) -> Any:
        return calls_of(entra, before=lambda now, method, url: Answer(200, {}, text))

    for text in ("<html>", "[]"):
        with pytest.raises(Refused, match="expected JSON of Graph, got status 200 with another body"):
            read_registrations(wanted_of(), graph_of(entra, given(text)))
    with pytest.raises(Refused, match="Graph answered 400"):
        read_registrations(wanted_of(), graph_of(entra, calls_of(entra, before=lambda *_: answer(400))))


def test_without_any_answer_the_run_ends(entra: RunningEntra) -> None:
    def broken(*_: Any) -> Any:
        raise ConnectionError

    calls = calls_of(entra, before=broken)
    with pytest.raises(Refused, match="no answer of Graph"):
        read_registrations(wanted_of(), graph_of(entra, calls))
    assert calls.waits == [2.0, 4.0, 8.0, 16.0, 32.0]


def test_choices_have_defaults() -> None:
    assert Choices(name="x") == Choices(name="x", sites=(), has_front_end=True)
    assert isinstance(next(iter(plan(wanted_of_nothing(), Found()))), Change)
    both = replace(wanted_of_nothing(), has_front_end=True)
    api: dict[str, Any] = {"id": "1", "appId": "2"}
    keys = [each.key for each in difference(both, Found(api=api, api_entry={"id": "3"}))]
    assert keys == ["API, properties", "front end"]


def wanted_of_nothing() -> Any:
    return Wanted(
        name="x",
        client_id=None,
        spa_client_id=None,
        has_front_end=False,
        is_one_registration=False,
        audience="AzureADMyOrg",
        app_id_uri="https://api.contoso.example",
        scopes=(),
        roles=(),
        access_token_claims=(),
        id_token_claims=(),
        has_groups=False,
        graph_roles=(),
        web_redirect_uris=(),
        spa_redirect_uris=(),
        front_channel=None,
        assignment_required=None,
        credential=None,
        consent=False,
    )
