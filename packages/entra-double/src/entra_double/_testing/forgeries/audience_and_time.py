"""Forgeries of audience and times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from entra_double._testing.forgeries.forgery import Forgery, Value, claiming, family
from entra_double._testing.forging import MISSING
from entra_double._world.ids import GRAPH_CLIENT_ID

LEEWAY = 60
"""Seconds that an API forgives."""

_GROUP: Final = "audience and time"
_YEAR = 365 * 86_400


def _own(change: Callable[[str], object]) -> Value:
    """Change the audience of the good token."""
    return lambda bench: change(bench.text("aud"))


def _now(seconds: float) -> Value:
    return lambda bench: bench.now + seconds


_AUDIENCES: Mapping[str, tuple[str, str, Value]] = {
    "graph": ("328", "Microsoft Graph by its id", GRAPH_CLIENT_ID),
    "graph_address": ("329", "Microsoft Graph", "https://graph.microsoft.com"),
    "azure_ad_graph": ("330", "Azure AD Graph", "https://graph.windows.net"),
    "other_api": ("331", "another API of the tenant", "b0700000-0000-4000-a000-00000000000b"),
    "client": ("332", "the client's id, as in an ID token", lambda bench: bench.text("azp")),
    "prefix": ("333", "the beginning of the right one", _own(lambda aud: aud[:-1])),
    "suffix": ("334", "the right one and more", _own(lambda aud: f"{aud}x")),
    "slash": ("336", "a slash behind the App ID URI", _own(lambda aud: f"api://{aud}/")),
    "scope": ("337", "a scope", _own(lambda aud: f"api://{aud}/access_as_user")),
    "star": ("338", "a star", "*"),
    "space": ("340", "a space", " "),
    "host": ("341", "the host of an API", "https://logbook.example"),
    "nul": ("343", "a NUL behind it", _own(lambda aud: f"{aud}\x00")),
    "missing": ("345", "left out", MISSING),
    "null": ("346", "null", None),
    "number": ("347", "a number", 5),
    "true": ("348", "true", True),
    "object": ("349", "an object", _own(lambda aud: {aud: 1})),
    "list_in_list": ("352", "a list in a list", _own(lambda aud: [[aud]])),
    "list_of_one": ("354", "a list of the right one", _own(lambda aud: [aud])),
    "list": ("355", "a list with the right one and another", _own(lambda aud: [aud, GRAPH_CLIENT_ID])),
    "capitals": ("356", "in capitals", _own(str.upper)),
}

_ENDS: Mapping[str, tuple[str, str, Value]] = {
    "past": ("359", "a year ago", _now(-_YEAR)),
    "negative": ("362", "negative", -1),
    "missing": ("363", "left out", MISSING),
    "null": ("364", "null", None),
    "date": ("366", "a date as text", "2099-01-15T08:00:00Z"),
    "object": ("368", "an object", {}),
    "true": ("369", "true", True),
    "empty": ("370", "an empty text", ""),
    "milliseconds": ("372", "in milliseconds", lambda bench: (bench.now + 3600) * 1000),
}

_STARTS: Mapping[str, tuple[str, str, Value]] = {
    "beyond_leeway": ("374", "ahead, beyond the leeway", _now(LEEWAY + 30)),
    "far": ("376", "in the year 2099", 4_070_908_800),
    "text": ("377", "a text", lambda bench: str(bench.now)),
    "list": ("380", "a list", lambda bench: [bench.now]),
}

_ISSUED: Mapping[str, tuple[str, str, Value]] = {
    "missing": ("384", "left out", MISSING),
    "text": ("385", "a text", lambda bench: str(bench.now)),
    "list": ("386", "a list", lambda bench: [bench.now]),
    "negative": ("387", "negative", -5),
}

FORGERIES: tuple[Forgery, ...] = (
    *family(_GROUP, "aud", _AUDIENCES),
    claiming(
        _GROUP,
        "aud_app_id_uri",
        "357",
        "aud: the App ID URI in a v2.0 token",
        {"aud": _own(lambda aud: f"api://{aud}")},
        expect="either",
    ),
    claiming(
        _GROUP,
        "expired",
        "",
        "a good token whose hour ended an hour ago",
        {"iat": _now(-7500), "nbf": _now(-7500), "exp": _now(-3600)},
    ),
    *family(_GROUP, "exp", _ENDS),
    claiming(
        _GROUP,
        "exp_within_leeway",
        "360",
        "exp: past, within the leeway",
        {"exp": _now(15 - LEEWAY)},
        expect="accept",
    ),
    claiming(_GROUP, "exp_half_a_second", "371", "exp: not whole", {"exp": _now(3600.5)}, expect="either"),
    *family(_GROUP, "nbf", _STARTS),
    claiming(
        _GROUP,
        "nbf_within_leeway",
        "375",
        "nbf: ahead, within the leeway",
        {"nbf": _now(LEEWAY - 15)},
        expect="accept",
    ),
    claiming(
        _GROUP,
        "nbf_after_exp",
        "382",
        "nbf: after exp, though each alone would do",
        {"nbf": _now(30), "exp": _now(10)},
    ),
    *family(_GROUP, "iat", _ISSUED),
    claiming(
        _GROUP,
        "iat_days_ago",
        "388",
        "iat: three days ago; 28 hours are the longest life that the service gives",
        {"iat": _now(-3 * 86_400), "nbf": _now(-3 * 86_400)},
        expect="either",
    ),
)
