"""Group E: for whom the token is, and when."""

from scripted import API, NOW, NULL, SPA

from vectors.cases import LET_IN, Case, claiming, spread, with_claims

LEEWAY = 60

CASES: list[Case] = [
    *spread(
        "aud",
        "graph_token",
        {
            328: ("Microsoft Graph by its id", "00000003-0000-0000-c000-000000000000"),
            329: ("Microsoft Graph", "https://graph.microsoft.com"),
            330: ("Azure AD Graph", "https://graph.windows.net"),
        },
    ),
    claiming(332, "aud: the front end, as in an ID token", "id_token", aud=SPA),
    *spread(
        "aud",
        "audience_refused",
        {
            331: ("another API of the tenant", "b0700000-0000-4000-8000-00000000000b"),
            333: ("the beginning of ours", API[:-1]),
            334: ("ours and more", f"{API}x"),
            336: ("a slash at the end", f"api://{API}/"),
            337: ("a scope", f"api://{API}/access_as_user"),
            338: ("a star", "*"),
            340: ("a space", " "),
            341: ("the API's host", "https://logbook.example"),
            343: ("a NUL behind it", f"{API}\x00"),
            345: ("missing", None),
            346: ("null", NULL),
            347: ("a number", 5),
            348: ("true", True),
            349: ("an object", {API: 1}),
            352: ("a list in a list", [[API]]),
            354: ("a list of ours", [API]),
            355: ("a list with ours", [API, SPA]),
            356: ("in capitals", API.upper()),
        },
    ),
    claiming(357, "aud: the App ID URI in a v2.0 token", LET_IN, aud=f"api://{API}", choice="it names this API alone"),
    claiming(359, "exp: a year ago", "time_refused", exp=NOW - 365 * 86_400),
    claiming(360, "exp: past, within the leeway", LET_IN, exp=NOW - LEEWAY + 15),
    *spread(
        "exp",
        "time_refused",
        {
            362: ("negative", -1),
            363: ("missing", None),
            364: ("null", NULL),
            366: ("a date as text", "2027-01-15T08:00:00Z"),
            368: ("an object", {}),
            369: ("true", True),
            370: ("an empty text", ""),
            372: ("in milliseconds", (NOW + 3600) * 1000),
        },
    ),
    claiming(
        371,
        "exp: half a second more",
        "time_refused",
        exp=NOW + 3600.5,
        control=with_claims(exp=NOW + 3601),
        choice="Entra writes whole seconds",
    ),
    claiming(
        374,
        "nbf: beyond the leeway",
        "token_not_yet_valid",
        nbf=NOW + LEEWAY + 30,
        control=with_claims(nbf=NOW + LEEWAY - 15),
    ),
    claiming(375, "nbf: ahead, within the leeway", LET_IN, nbf=NOW + LEEWAY - 15),
    *spread(
        "nbf",
        "time_refused",
        {
            376: ("in the year 2099", 4_070_908_800),
            377: ("a text", str(NOW)),
            380: ("a list", [NOW]),
        },
    ),
    claiming(
        382,
        "nbf: after exp, though each alone would do",
        "time_refused",
        nbf=NOW + 30,
        exp=NOW + 10,
        control=with_claims(nbf=NOW + 10, exp=NOW + 30),
    ),
    *spread(
        "iat",
        "time_refused",
        {
            384: ("missing", None),
            385: ("a text", str(NOW)),
            386: ("a list", [NOW]),
            387: ("negative", -5),
        },
    ),
    claiming(
        388,
        "iat: three days ago",
        "time_refused",
        iat=NOW - 3 * 86_400,
        nbf=NOW - 3 * 86_400,
        control=with_claims(iat=NOW - 28 * 3600, nbf=NOW - 28 * 3600),
        choice="28 hours are the longest life that Entra gives",
    ),
]
