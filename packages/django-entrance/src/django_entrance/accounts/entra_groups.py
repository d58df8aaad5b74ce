"""Reads the groups that a token names, and whether they were too many to be named."""

from django_entrance.verification.identity import Identity
from django_entrance.verification.issuers import GUID

NO = frozenset({"false", "none", "0", ""})


def group_ids(identity: Identity) -> frozenset[str]:
    """Return the object ids of the groups in the ``groups`` claim, in lower case. Names of groups give nothing."""
    groups = identity.claims.all.get("groups")
    ids = {each.lower() for each in groups if isinstance(each, str)} if isinstance(groups, list) else set()
    return frozenset(each for each in ids if GUID.fullmatch(each))


def has_overage(identity: Identity) -> bool:
    """Return whether Entra left groups out since they were too many: ``_claim_names`` or ``hasgroups`` say so.

    A list beside one of them may be incomplete, so it does not count. The address in ``_claim_sources`` is never asked
    (Microsoft, "Configure group claims", group overages).
    """
    claims = identity.claims.all
    names = claims.get("_claim_names")
    is_elsewhere = isinstance(names, dict | list | str) and "groups" in names
    return is_elsewhere or str(claims.get("hasgroups")).lower() not in NO
