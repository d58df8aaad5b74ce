"""ALLOW_GUESTS: everyone, no guests, or guests of named home tenants; a guest without a readable home is of none."""

from typing import Any

import pytest
from agent_claims import reason
from django_entrance.verification.errors import GuestRefused
from django_entrance.verification.identify import identify
from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from scripted import NOW, OTHER_TENANT, TENANT, Json, ScriptedAuthority, claims_v1, claims_v2, token, trust

HOME = f"https://sts.windows.net/{OTHER_TENANT}/"
REFUSED = "403 guest_refused"


@pytest.mark.parametrize("make", [claims_v1, claims_v2], ids=["v1.0", "v2.0"])
@pytest.mark.parametrize(
    ("claims", "by_list"),
    [
        ({"idp": HOME}, "a person"),
        ({"idp": HOME.upper().replace("HTTPS", "https")}, "a person"),
        ({"idp": HOME, "acct": 1}, "a person"),
        ({"idp": f"https://login.microsoftonline.us/{OTHER_TENANT}/v2.0", "acct": 1}, "a person"),
        ({"idp": f"https://sts.chinacloudapi.cn/{OTHER_TENANT}/"}, "a person"),
        ({"acct": 1}, REFUSED),
        ({"acct": 1, "idp": TENANT}, REFUSED),
        ({"acct": 1, "idp": ["x"]}, REFUSED),
        ({"idp": "https://sts.windows.net/7e4a0000-0000-4000-8000-00000000000d/"}, REFUSED),
        ({"idp": "live.com"}, REFUSED),
        ({"idp": "mail"}, REFUSED),
        ({"idp": f"https://idp.fabrikam.example/{OTHER_TENANT}/"}, REFUSED),
        ({"idp": f"https://sts.windows.net.fabrikam.example/{OTHER_TENANT}/"}, REFUSED),
        ({"idp": f"{HOME}x"}, REFUSED),
        ({"idp": f"{HOME}\n"}, REFUSED),
        ({"idp": f"https://stsxwindows.net/{OTHER_TENANT}/"}, REFUSED),
        ({"idp": OTHER_TENANT}, REFUSED),
    ],
    ids=str,
)
def test_guests_of_a_named_home_enter(published: ScriptedAuthority, make: Any, claims: Json, by_list: str) -> None:
    guest = make(**claims)
    assert reason(trust(published, allow_guests=[OTHER_TENANT.upper()]), guest) == by_list
    assert reason(trust(published), guest) == "a person"
    assert reason(trust(published, allow_guests=False), guest) == REFUSED


@pytest.mark.parametrize(
    "claims", [{}, {"acct": 0}, {"acct": 0, "idp": HOME}, {"idp": f"https://sts.windows.net/{TENANT}/"}], ids=str
)
def test_members_enter_whichever_guests_may(published: ScriptedAuthority, claims: Json) -> None:
    for allowed in (True, False, [OTHER_TENANT], []):
        assert reason(trust(published, allow_guests=allowed), claims_v2(**claims)) == "a person"


def test_guests_with_personal_accounts_have_the_tenant_of_personal_accounts(published: ScriptedAuthority) -> None:
    door = trust(published, allow_guests=[PERSONAL_ACCOUNTS])
    assert reason(door, claims_v2(idp="live.com")) == "a person"
    assert reason(door, claims_v2(idp="google.com")) == REFUSED


@pytest.mark.parametrize(
    ("claims", "home"), [({}, TENANT), ({"idp": HOME}, OTHER_TENANT), ({"acct": 1}, ""), ({"idp": "mail"}, "")], ids=str
)
def test_the_identity_has_the_home_tenant(published: ScriptedAuthority, claims: Json, home: str) -> None:
    identity = identify(token(claims_v2(**claims)), [trust(published)], now=NOW)
    assert identity is not None
    assert identity.home_tenant_id == home


@pytest.mark.parametrize(
    ("idp", "actual"), [(f"https://sts.windows.net/{TENANT[:-1]}d/", f"{TENANT[:-1]}d"), ("mail", "no home tenant")]
)
def test_the_refusal_names_the_home(published: ScriptedAuthority, idp: str, actual: str) -> None:
    with pytest.raises(GuestRefused) as refusal:
        identify(token(claims_v2(idp=idp)), [trust(published, allow_guests=[OTHER_TENANT])], now=NOW)
    assert (refusal.value.expected, refusal.value.actual) == ("a guest of a home tenant in ALLOW_GUESTS", actual)


@pytest.mark.parametrize(
    ("kind", "is_guest"), [(0, False), ("0", False), (1, True), ("1", True), ("guest", True), ([1], True), (None, True)]
)
def test_a_kind_of_account_that_cannot_be_read_is_no_members(
    published: ScriptedAuthority, kind: Any, is_guest: bool
) -> None:
    claims = claims_v2() | {"acct": kind}
    assert reason(trust(published, allow_guests=False), claims) == (REFUSED if is_guest else "a person")
