"""Group G: whom the token speaks of. What is for display may be anything; ids may not."""

from typing import Any

from scripted import ADA, NULL, OTHER_TENANT, Json

from vectors.cases import LET_IN, claiming, spread, with_claims

B2C_SUBJECT = "Not supported currently. Use oid claim."
VICTIM = "victim@contoso.example"
GROUPS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(2000)]


def overage(endpoint: str, *names: str) -> dict[str, Any]:
    return {
        "groups": None,
        "_claim_names": dict.fromkeys(names or ("groups",), "src1"),
        "_claim_sources": {"src1": {"endpoint": endpoint}},
    }


def many(count: int) -> Json:
    return {f"x{number}": number for number in range(count)}


REFUSED = [
    *spread(
        "oid",
        "object_id_refused",
        {
            429: ("missing", None),
            431: ("empty", ""),
            432: ("None", "None"),
            433: ("no GUID", "ada"),
            434: ("nothing but zeros", "00000000-0000-0000-0000-000000000000"),
            436: ("in braces", f"{{{ADA}}}"),
            438: ("a line feed behind it", f"{ADA}\n"),
            441: ("an object", {"$ne": 1}),
            443: ("10 000 characters", "a" * 10_000),
            444: ("SQL", "' OR '1'='1"),
        },
    ),
    *spread("sub", "subject_refused", {445: ("missing", None), 446: ("null", NULL), 447: ("a number", 5)}),
    claiming(
        449,
        "sub: B2C's placeholder, and no oid",
        "object_id_refused",
        sub=B2C_SUBJECT,
        oid=None,
        control=with_claims(sub=B2C_SUBJECT),
    ),
    claiming(466, "name: 100 kB", "token_too_large", name="x" * 100_000, control=with_claims(name="x" * 10_000)),
    claiming(
        477,
        "groups: 2 000",
        "token_too_large",
        groups=GROUPS,
        control=with_claims(groups=GROUPS[:199]),
        choice="Entra writes 199 at most",
    ),
    claiming(493, "10 000 further claims", "token_too_large", control=with_claims(**many(200)), **many(10_000)),
]

FOR_DISPLAY: dict[int, tuple[str, dict[str, Any]]] = {
    435: ("oid: in capitals, the same person", {"oid": ADA.upper()}),
    450: ("no preferred_username", {"preferred_username": None}),
    451: ("no name", {"name": None}),
    452: ("a guest's upn", {"upn": "ravi_fabrikam.example#EXT#@contoso.example", "acct": 1}),
    453: ("name: Arabic, emoji, combining marks", {"name": "\u0622\u062f\u0627 \U0001f989 e\u0301"}),
    454: ("preferred_username: 300 characters", {"preferred_username": "a" * 300}),
    455: ("preferred_username: empty", {"preferred_username": ""}),
    456: ("preferred_username: a list", {"preferred_username": ["ada"]}),
    457: ("preferred_username: an object", {"preferred_username": {"a": 1}}),
    458: ("preferred_username: a look-alike of an administrator", {"preferred_username": "\u0430dmin"}),
    459: ("preferred_username: a local administrator", {"preferred_username": "admin"}),
    460: ("preferred_username: ADMIN", {"preferred_username": "ADMIN"}),
    461: ("preferred_username: full-width letters", {"preferred_username": "\uff41\uff44\uff4d\uff49\uff4e"}),
    462: ("preferred_username: a NUL in it", {"preferred_username": "a\x00b"}),
    463: ("preferred_username: a forged log line", {"preferred_username": "a\r\nINFO all is well"}),
    464: ("preferred_username: HTML", {"preferred_username": "<img onerror=alert(1)>"}),
    465: ("preferred_username: right to left", {"preferred_username": "\u202enimda"}),
    467: ("name: a format string", {"name": "%s %n {0.__class__}"}),
    468: ("name: a formula", {"name": "=cmd|'/C calc'!A0"}),
    469: ("names longer than the model's", {"given_name": "x" * 200, "family_name": "y" * 200}),
    471: ("email: a victim's address", {"email": VICTIM}),
    472: ("email: a victim's address, said to be verified", {"email": VICTIM, "xms_edov": "1"}),
    473: ("email: no address", {"email": "no address"}),
    474: ("email: a list", {"email": [VICTIM]}),
    475: ("email: a header", {"email": f"a@b.example\r\nBcc: {VICTIM}"}),
    476: ("groups: 199", {"groups": GROUPS[:199]}),
    478: ("groups: a text", {"groups": "all"}),
    481: ("groups: overage and a text", overage("https://graph.windows.net/x") | {"groups": "src1"}),
    482: ("groups: names of local groups", {"groups": ["Administrators"]}),
    483: ("groups: twice, and in capitals", {"groups": [GROUPS[1], GROUPS[1], GROUPS[1].upper()]}),
    484: ("overage: a foreign address", overage("https://evil.example/")),
    485: ("overage: the cloud's own metadata", overage("http://169.254.169.254/")),
    486: ("overage: a file", overage("file:///etc/passwd")),
    487: ("overage: of scp, roles and oid", overage("https://evil.example/", "scp", "roles", "oid") | {"groups": None}),
    488: ("overage: other types", {"_claim_names": 5, "_claim_sources": ["x"]}),
    489: ("hasgroups without groups", {"hasgroups": True}),
    490: ("groups and overage", overage("https://graph.windows.net/x") | {"groups": GROUPS[:2]}),
    491: ("no uti", {"uti": None}),
    492: ("uti: a list", {"uti": ["x"]}),
    494: ("xms_cc and acrs of other types", {"xms_cc": 5, "acrs": {"c1": 1}, "idp": OTHER_TENANT}),
}

#: Why those of them are let in that a stricter reading would refuse.
CHOICES = {
    435: "a GUID's case means nothing, and the id is kept in small letters",
    **dict.fromkeys((456, 457, 462, 463, 474, 475), "what is for display is left out unless it is text, and cleaned"),
    **dict.fromkeys((478, 488, 491, 492, 494), "it is not read, so it can do no harm"),
}

CASES = [
    *REFUSED,
    *(
        claiming(number, title, LET_IN, choice=CHOICES.get(number, ""), **changes)
        for number, (title, changes) in FOR_DISPLAY.items()
    ),
]
