"""Group claims by mode, their names, and what stands in their place when there are too many."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entra_double import Emulator
from entra_double._world.policies import Assignment
from entra_double._world.principals import Group
from entra_double._world.registration import GroupClaims, OptionalClaim
from entra_double._world.seed import CONTOSO

from ..single_page_app import ADA, API, GRACE, KATHERINE, SPA, TENANT, payload
from ..worlds import change
from .test_claims_optional import access_claims, delegation, wish

EDITORS = "11110000-0000-4000-a000-000000000001"
STAFF = "11110000-0000-4000-a000-000000000002"
NEWS = "11110000-0000-4000-a000-000000000003"
DEFAULT_USER = "b79fbf4d-3ef9-4689-8143-76b194e85509"


@pytest.fixture(autouse=True)
def _groups(emulator: Emulator) -> None:
    """Grace is an editor, editors are staff and assigned to Logbook API; the news go to her directly."""
    groups = (
        Group(
            object_id=EDITORS,
            tenant_id=TENANT,
            name="Editors",
            members=frozenset({GRACE}),
            sam_account_name="editors",
            dns_domain="contoso.example",
            netbios_domain="CONTOSO",
        ),
        Group(object_id=STAFF, tenant_id=TENANT, name="Staff", members=frozenset({EDITORS})),
        Group(object_id=NEWS, tenant_id=TENANT, name="News", members=frozenset({GRACE, ADA}), security=False),
    )
    assigned = (Assignment(principal_id=group, tenant_id=TENANT, client_id=API) for group in (EDITORS, STAFF))
    emulator.directory = replace(emulator.directory, groups=groups).put(*assigned)


def claims_of(
    emulator: Emulator, *wanted: OptionalClaim, modes: set[GroupClaims], person: str = GRACE
) -> dict[str, object]:
    change(emulator, API, group_claims=frozenset(modes))
    return access_claims(emulator, delegation(emulator, person), *wanted)


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        (set(), None),
        ({GroupClaims.SECURITY}, [EDITORS, STAFF]),
        ({GroupClaims.ALL}, [EDITORS, STAFF, NEWS]),
        ({GroupClaims.ASSIGNED}, [EDITORS]),
        ({GroupClaims.ROLES}, None),
        ({GroupClaims.SECURITY, GroupClaims.ASSIGNED}, [EDITORS, STAFF]),
    ],
)
def test_the_mode_says_which_groups_are_named(
    emulator: Emulator, modes: set[GroupClaims], expected: list[str] | None
) -> None:
    assert claims_of(emulator, modes=modes).get("groups") == expected


@pytest.mark.parametrize(
    ("modes", "has_wids"),
    [
        ({GroupClaims.ROLES}, True),
        ({GroupClaims.SECURITY}, True),
        ({GroupClaims.ALL}, True),
        ({GroupClaims.ASSIGNED}, False),
        (set(), False),
    ],
)
def test_some_modes_bring_directory_roles(emulator: Emulator, modes: set[GroupClaims], has_wids: bool) -> None:
    assert claims_of(emulator, modes=modes).get("wids") == ([DEFAULT_USER] if has_wids else None)


def test_who_is_in_no_group_has_neither_groups_nor_a_sign(emulator: Emulator) -> None:
    claims = claims_of(emulator, modes={GroupClaims.ALL}, person=KATHERINE)
    assert not claims.keys() & {"groups", "hasgroups", "_claim_names"}


@pytest.mark.parametrize(
    ("properties", "modes", "expected"),
    [
        (("sam_account_name",), GroupClaims.SECURITY, ["editors", STAFF]),
        (("dns_domain_and_sam_account_name",), GroupClaims.SECURITY, ["contoso.example\\editors", STAFF]),
        (("netbios_domain_and_sam_account_name",), GroupClaims.SECURITY, ["CONTOSO\\editors", STAFF]),
        (("cloud_displayname",), GroupClaims.SECURITY, [EDITORS, STAFF]),
        (("nonsense",), GroupClaims.SECURITY, [EDITORS, STAFF]),
    ],
)
def test_a_group_that_is_synchronised_has_other_names(
    emulator: Emulator, properties: tuple[str, ...], modes: GroupClaims, expected: list[str]
) -> None:
    assert claims_of(emulator, wish("groups", *properties), modes={modes})["groups"] == expected


def test_groups_of_the_cloud_have_display_names_if_they_are_assigned(emulator: Emulator) -> None:
    emulator.directory = emulator.directory.put(
        Group(object_id=STAFF, tenant_id=TENANT, name="Staff", members=frozenset({GRACE}))
    )
    wanted = wish("groups", "cloud_displayname", "sam_account_name")
    assert claims_of(emulator, wanted, modes={GroupClaims.ASSIGNED})["groups"] == ["editors", "Staff"]


def test_groups_that_are_emitted_as_roles_displace_the_app_roles(emulator: Emulator) -> None:
    claims = claims_of(emulator, wish("groups", "emit_as_roles"), modes={GroupClaims.SECURITY})
    assert claims["roles"] == [EDITORS, STAFF]
    assert "groups" not in claims
    assert claims_of(emulator, modes={GroupClaims.SECURITY})["roles"] == ["Writer"]


def many(emulator: Emulator, number: int) -> None:
    ids = (f"22220000-0000-4000-a000-{n:012}" for n in range(number))
    groups = (Group(object_id=known, tenant_id=TENANT, name=known, members=frozenset({GRACE})) for known in ids)
    emulator.directory = replace(emulator.directory, groups=tuple(groups))


def test_two_hundred_groups_are_named_and_one_more_is_not(emulator: Emulator) -> None:
    many(emulator, 200)
    claims = claims_of(emulator, modes={GroupClaims.ALL})
    assert len(claims["groups"]) == 200  # type: ignore[arg-type]
    many(emulator, 201)
    claims = claims_of(emulator, modes={GroupClaims.ALL})
    assert not claims.keys() & {"groups", "hasgroups"}
    assert claims["_claim_names"] == {"groups": "src1"}
    address = f"https://graph.windows.net/{TENANT}/users/{GRACE}/getMemberObjects"
    assert claims["_claim_sources"] == {"src1": {"endpoint": address}}


def test_a_tenant_may_name_fewer(emulator: Emulator) -> None:
    emulator.directory = emulator.directory.put(replace(CONTOSO, most_groups=2))
    assert len(claims_of(emulator, modes={GroupClaims.SECURITY})["groups"]) == 2  # type: ignore[arg-type]
    assert "_claim_names" in claims_of(emulator, modes={GroupClaims.ALL})


@pytest.mark.parametrize(("number", "is_named"), [(5, True), (6, False)])
def test_a_token_that_comes_through_the_browser_names_five(emulator: Emulator, number: int, is_named: bool) -> None:
    many(emulator, number)
    client = change(emulator, SPA, group_claims=frozenset({GroupClaims.ALL}))
    given = replace(delegation(emulator, GRACE), client=client)
    claims = payload(emulator.issue_id_token(given, None, through_browser=True))
    assert ("groups" in claims, claims.get("hasgroups")) == (is_named, None if is_named else True)
    assert "_claim_names" not in claims
    assert "groups" in payload(emulator.issue_id_token(given, None))


def test_a_group_that_was_given_a_role_hands_it_to_its_direct_members(emulator: Emulator) -> None:
    role = next(known for known in change(emulator, API).app_roles if known.value == "Admin")
    emulator.directory = emulator.directory.put(
        Assignment(principal_id=STAFF, tenant_id=TENANT, client_id=API, role_id=role.id)
    )
    assert claims_of(emulator, modes=set())["roles"] == ["Writer"]
    emulator.directory = emulator.directory.put(
        Assignment(principal_id=EDITORS, tenant_id=TENANT, client_id=API, role_id=role.id)
    )
    assert claims_of(emulator, modes=set())["roles"] == ["Writer", "Admin"]


def test_without_its_tenant_two_hundred_is_the_limit(emulator: Emulator) -> None:
    client = change(emulator, SPA, group_claims=frozenset({GroupClaims.ALL}))
    given = replace(delegation(emulator, GRACE), client=client)
    given = replace(given, person=replace(given.person, tenant_id="gone"))
    assert len(payload(emulator.issue_id_token(given, None))["groups"]) == 3  # type: ignore[arg-type]
