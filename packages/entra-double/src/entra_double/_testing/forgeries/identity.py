"""Forgeries of who a token speaks of: ids that are none, and texts that people or attackers chose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from entra_double._testing.forgeries.forgery import Expect, Forgery, Value, claiming, family
from entra_double._testing.forging import MISSING

_GROUP: Final = "identity"
_GROUPS = "40010000-0000-4000-a000-{:012x}"


def _claims(name: str, corpus: str, says: str, changes: Mapping[str, Value], expect: Expect = "refuse") -> Forgery:
    return claiming(_GROUP, name, corpus, says, changes, expect=expect)


def _overage(endpoint: str) -> dict[str, Value]:
    return {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": endpoint}}}


def _groups(count: int) -> list[str]:
    return [_GROUPS.format(number) for number in range(count)]


_OBJECTS: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("429", "left out", MISSING),
    "empty": ("431", "an empty text", ""),
    "none": ("432", "the word None", "None"),
    "no_guid": ("433", "no GUID", "ada"),
    "zeros": ("434", "zeros", "00000000-0000-0000-0000-000000000000"),
    "braced": ("436", "in braces", lambda bench: f"{{{bench.text('oid')}}}"),
    "newline": ("438", "a line feed behind it", lambda bench: f"{bench.text('oid')}\n"),
    "object": ("441", "an object", {}),
    "long": ("443", "ten thousand characters", "a" * 10_000),
    "sql": ("444", "SQL", "' OR 1=1--"),
}

_SUBJECTS: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("445", "left out", MISSING),
    "null": ("446", "null", None),
    "number": ("447", "a number", 5),
}

_USERNAMES: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("450", "left out", MISSING),
    "long": ("454", "three hundred characters", "a" * 300),
    "empty": ("455", "an empty text", ""),
    "homoglyph": ("458", "a local administrator's, with a Cyrillic letter", "\u0430dmin"),
    "local": ("459", "a local administrator's", "admin"),
    "capitals": ("460", "a local administrator's, in capitals", "ADMIN"),
    "full_width": ("461", "a local administrator's, in full width", "\uff41\uff44\uff4d\uff49\uff4e"),
    "html": ("464", "a script", "<script>alert(1)</script>"),
    "direction": ("465", "a change of direction", "\u202enimda"),
}

_ODD_USERNAMES: Mapping[str, tuple[str, str, Value]] = {
    "list": ("456", "a list", ["ada"]),
    "object": ("457", "an object", {"ada": 1}),
    "nul": ("462", "a NUL inside", "ad\x00a"),
    "line": ("463", "a line of a log", "ada\r\n2026-11-24 INFO admin logged in"),
}

_NAMES: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("451", "left out", MISSING),
    "scripts": (
        "453",
        "Arabic, an emoji, marks above",
        "\u0622\u062f\u0627 \U0001f989 A\u0301\u0302\u0303\u0304da",
    ),
    "format": ("467", "a format", "%s %n {0.__class__}"),
    "formula": ("468", "a formula of a spreadsheet", "=cmd|'/C calc'!A0"),
}

_ADDRESSES: Mapping[str, tuple[str, str, Value]] = {
    "of_somebody": ("471", "somebody else's", "victim@fabrikam.example"),
    "no_address": ("473", "no address", "not an address"),
}

_ENDPOINTS: Mapping[str, tuple[str, str]] = {
    "elsewhere": ("484", "https://evil.example/groups"),
    "metadata_address": ("485", "http://169.254.169.254/"),
    "file": ("486", "file:///etc/passwd"),
}

FORGERIES: tuple[Forgery, ...] = (
    *family(_GROUP, "oid", _OBJECTS),
    _claims("oid_capitals", "435", "oid: in capitals", {"oid": lambda bench: bench.text("oid").upper()}, "either"),
    *family(_GROUP, "sub", _SUBJECTS),
    _claims(
        "sub_placeholder",
        "449",
        "sub: the placeholder of B2C, without oid",
        {"sub": "Not supported currently. Use oid claim.", "oid": MISSING},
    ),
    *family(_GROUP, "preferred_username", _USERNAMES, expect="accept"),
    *family(_GROUP, "preferred_username", _ODD_USERNAMES, expect="either"),
    _claims("upn_of_guest", "452", "upn: a guest's", {"upn": "ada_fabrikam.example#EXT#@contoso.example"}, "accept"),
    *family(_GROUP, "name", _NAMES, expect="accept"),
    _claims("name_large", "466", "name: a hundred thousand characters", {"name": "a" * 100_000}),
    _claims(
        "names_long",
        "469",
        "given_name and family_name: two hundred characters",
        {"given_name": "a" * 200, "family_name": "b" * 200},
        "accept",
    ),
    *family(_GROUP, "email", _ADDRESSES, expect="accept"),
    _claims(
        "email_unverified",
        "472",
        "email: somebody else's, verified as text only",
        {"email": "victim@contoso.example", "xms_edov": "1"},
        "accept",
    ),
    _claims("email_list", "474", "email: a list", {"email": ["ada@contoso.example"]}, "either"),
    _claims(
        "email_header", "475", "email: a header", {"email": "ada@contoso.example\r\nBcc: x@evil.example"}, "either"
    ),
    _claims("groups_199", "476", "groups: 199", {"groups": _groups(199)}, "accept"),
    _claims(
        "groups_2000", "477", "groups: 2 000, more than the service ever sends", {"groups": _groups(2000)}, "either"
    ),
    _claims("groups_text", "478", "groups: a text", {"groups": _groups(1)[0]}, "either"),
    _claims(
        "groups_source",
        "481",
        "groups: the word src1, and overage",
        {"groups": "src1"} | _overage("https://graph.microsoft.com/v1.0/users/x/getMemberObjects"),
        "accept",
    ),
    _claims("groups_names", "482", "groups: names of local groups", {"groups": ["Editors", "admins"]}, "accept"),
    _claims(
        "groups_doubled",
        "483",
        "groups: one twice, in both cases of letters",
        {"groups": [_groups(11)[10], _groups(11)[10].upper(), _groups(11)[10]]},
        "accept",
    ),
    *(
        _claims(
            f"overage_{end}",
            at,
            f"overage: {endpoint}; nothing may be fetched from there",
            _overage(endpoint),
            "accept",
        )
        for end, (at, endpoint) in _ENDPOINTS.items()
    ),
    _claims(
        "overage_of_others",
        "487",
        "overage: of scp, roles and oid",
        {
            "_claim_names": {"scp": "src1", "roles": "src1", "oid": "src1"},
            "_claim_sources": {"src1": {"endpoint": "x"}},
        },
        "accept",
    ),
    _claims("overage_types", "488", "overage: of wrong types", {"_claim_names": [], "_claim_sources": "x"}, "either"),
    _claims("hasgroups", "489", "hasgroups without groups", {"hasgroups": True}, "accept"),
    _claims("groups_and_overage", "490", "groups and overage", {"groups": _groups(2)} | _overage("x"), "accept"),
    _claims("uti_missing", "491", "uti: left out", {"uti": MISSING}, "either"),
    _claims("uti_list", "492", "uti: a list", {"uti": ["x"]}, "either"),
    _claims("many_claims", "493", "ten thousand more claims", {f"c{n}": n for n in range(10_000)}),
    _claims("claims_challenge_types", "494", "xms_cc and acrs: of wrong types", {"xms_cc": 5, "acrs": {}}, "either"),
)
