"""Reads the groups that a token names, and whether they were too many to be named."""

import re

from django_entrance.verification.identity import Identity

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def group_ids(identity: Identity) -> frozenset[str]:
    """Return the object ids of the groups in the ``groups`` claim, in lower case. Names of groups give nothing."""
    groups = identity.claims.all.get("groups")
    ids = {each.lower() for each in groups if isinstance(each, str)} if isinstance(groups, list) else set()
    return frozenset(each for each in ids if GUID.fullmatch(each))


def has_overage(identity: Identity) -> bool:
    """Return whether Entra left the groups out since they were too many: ``_claim_names`` or ``hasgroups`` say so.

    The address in ``_claim_sources`` is never asked (Microsoft, "Configure group claims", group overages).
    """
    claims = identity.claims.all
    if "groups" in claims:
        return False
    names = claims.get("_claim_names")
    return (isinstance(names, dict) and "groups" in names) or claims.get("hasgroups") in (True, "true", "True")
