"""Group D: issuer, tenant and version; one exact text each."""

from django_entrance.verification.issuers import PERSONAL_ACCOUNTS
from scripted import NULL, OTHER_TENANT, PUBLIC_HOST, TENANT, claims_v2, header_of, token

from vectors.cases import CONSUMERS, LET_IN, NOT_OURS, OTHERS, Case, claiming, spread, with_claims, with_claims_v1

OURS = f"{PUBLIC_HOST}/{TENANT}/v2.0"
V1 = f"https://sts.windows.net/{TENANT}/"


def elsewhere(number: int, title: str, tenant: str, key: object = None) -> Case:
    """A token that is good for another tenant."""
    issuer = f"{PUBLIC_HOST}/{tenant}/v2.0"
    signer = OTHERS if key is None else key
    assert isinstance(signer, type(OTHERS))
    return Case(
        number=number,
        title=title,
        text=lambda: token(claims_v2(iss=issuer, tid=tenant), key=signer, header=header_of(signer)),
        outcome=NOT_OURS,
    )


CASES = [
    Case(number=255, title="a plain v2.0 token", text=with_claims(), outcome=LET_IN),
    Case(number=256, title="a plain v1.0 token", text=with_claims_v1(), outcome=LET_IN),
    *spread(
        "iss",
        NOT_OURS,
        {
            257: ("a slash at the end", f"{OURS}/"),
            258: ("without the version", f"{PUBLIC_HOST}/{TENANT}"),
            261: ("the host in capitals", OURS.replace("login", "LOGIN")),
            262: ("the GUID in capitals", OURS.replace(TENANT, TENANT.upper())),
            263: ("V2.0", OURS.replace("v2", "V2")),
            264: ("the port written out", OURS.replace(".com", ".com:443")),
            268: ("a backslash", OURS.replace(".com/", ".com\\@evil.example/")),
            269: ("a look-alike host", OURS.replace("log", "l\u043eg")),
            270: ("a path that goes up", f"{PUBLIC_HOST}/x/../{TENANT}/v2.0"),
            271: ("a query", f"{OURS}?x=1"),
            272: ("a fragment", f"{OURS}#x"),
            273: ("percent signs", OURS.replace("v2.0", "v2%2E0")),
            274: ("a space at the end", f"{OURS} "),
            276: ("a NUL at the end", f"{OURS}\x00"),
            277: ("the template", OURS.replace(TENANT, "{tenantid}")),
            278: ("another template", OURS.replace(TENANT, "{tid}")),
            280: ("organizations", OURS.replace(TENANT, "organizations")),
            281: ("consumers", OURS.replace(TENANT, "consumers")),
            282: ("the tenant's domain", OURS.replace(TENANT, "contoso.example")),
            283: ("another tenant", OURS.replace(TENANT, OTHER_TENANT)),
            284: ("personal accounts", OURS.replace(TENANT, PERSONAL_ACCOUNTS)),
            285: ("v1.0 without its slash", V1.rstrip("/")),
            287: ("the cloud of the US government", OURS.replace(".com", ".us")),
            288: ("the cloud in China", OURS.replace("login.microsoftonline.com", "login.partner.microsoftonline.cn")),
            290: ("an emulator", f"http://localhost:8400/{TENANT}/v2.0"),
            291: ("empty", ""),
            293: ("its first letter", "h"),
            294: ("missing", None),
            296: ("a number", 5),
            297: ("a list with ours and another", [OURS, "https://evil.example"]),
            298: ("a list of ours", [OURS]),
            299: ("an object", {"iss": OURS}),
            300: ("true", True),
        },
    ),
    claiming(286, "the v1.0 issuer in a v2.0 token", "version_refused", iss=V1),
    *spread(
        "tid",
        "tenant_refused",
        {
            301: ("missing", None),
            302: ("null", NULL),
            306: ("in braces", f"{{{TENANT}}}"),
            309: ("empty", ""),
            313: ("a line feed behind it", f"{TENANT}\n"),
            314: ("the tenant's domain", "contoso.example"),
            315: ("a path", f"../{TENANT}"),
        },
    ),
    Case(
        number=316,
        title="another tenant's token, signed by a key of everybody's",
        text=lambda: token(claims_v2(iss=f"{PUBLIC_HOST}/{OTHER_TENANT}/v2.0", tid=OTHER_TENANT)),
        outcome=NOT_OURS,
    ),
    elsewhere(317, "another tenant's token, signed by its own key", OTHER_TENANT),
    elsewhere(318, "a personal account's token, signed by their key", PERSONAL_ACCOUNTS, CONSUMERS),
    claiming(319, "a known person, and no tenant", "tenant_refused", tid=None),
    *spread(
        "ver",
        "version_refused",
        {
            320: ("missing", None),
            321: ("1.0 under a v2.0 issuer", "1.0"),
            324: ("cut short", "2"),
            326: ("a list", ["2.0"]),
        },
    ),
    Case(
        number=327,
        title="2.0 under a v1.0 issuer",
        text=with_claims_v1(ver="2.0"),
        outcome="version_refused",
        control=with_claims_v1(),
    ),
]
