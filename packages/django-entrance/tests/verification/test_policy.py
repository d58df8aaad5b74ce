import pytest
from scripted import API, SPA, TENANT, ScriptedAuthority, trust


def test_client_id_and_its_uri_are_always_audiences(published: ScriptedAuthority) -> None:
    authority = trust(published, audiences=["https://api.contoso.example"])
    assert authority.policy.audiences == {API, f"api://{API}", "https://api.contoso.example"}
    authority = trust(published, app_id_uri="api://contoso/logbook")
    assert authority.policy.audiences == {API, f"api://{API}", "api://contoso/logbook"}


@pytest.mark.parametrize("tenant", ["organizations", "common", "Common"])
@pytest.mark.parametrize("no_tenants", [None, (), ""])
def test_to_name_no_tenant_never_means_everybody(
    published: ScriptedAuthority, tenant: str, no_tenants: tuple[str, ...] | None
) -> None:
    said = f"^Expected allowed_tenants, since {tenant.lower()} has several; '\\*' accepts all of them.$"
    with pytest.raises(ValueError, match=said):
        trust(published, tenant=tenant, allowed_tenants=no_tenants)


IDS = {"client_id": API, "spa_client_id": SPA, "allowed_clients": [SPA], "allowed_tenants": [TENANT]}


@pytest.mark.parametrize("name", [*IDS, "applications"])
def test_an_id_is_a_guid_in_any_case(published: ScriptedAuthority, name: str) -> None:
    own = IDS | {"applications": [SPA]}
    upper = [each.upper() for each in own[name]] if isinstance(own[name], list) else str(own[name]).upper()
    assert trust(published, **IDS | {name: own[name]}).policy == trust(published, **IDS | {name: upper}).policy
    wrong = ["contoso.example"] if isinstance(own[name], list) else "contoso.example"
    with pytest.raises(ValueError, match=f"^Expected a GUID for {name}, got 'contoso.example'.$"):
        trust(published, **IDS | {name: wrong})


@pytest.mark.parametrize(("leeway", "is_possible"), [(-1, False), (0, True), (300, True), (301, False)])
def test_clocks_differ_by_five_minutes_at_most(published: ScriptedAuthority, leeway: int, is_possible: bool) -> None:
    if is_possible:
        assert trust(published, leeway=leeway).policy.leeway == leeway
    else:
        with pytest.raises(ValueError, match=f"^Expected a leeway of 0 to 300 seconds, got {leeway}.$"):
            trust(published, leeway=leeway)
