"""Forgeries of what a token allows, to which client, and of its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from entra_double._testing.forgeries.forgery import Expect, Forgery, Value, claiming, family
from entra_double._testing.forging import MISSING, Bench, as_json, compact, rs256

_GROUP: Final = "access"
_DAEMON = "dae00000-0000-4000-a000-0000000000ff"
_PRINCIPAL = "5e4f0000-0000-4000-a000-00000000000c"
_GLOBAL_ADMINISTRATORS = "62e90394-69f5-4237-9190-012177145e10"
_PERSONAL = ("name", "preferred_username", "email", "family_name", "given_name", "upn", "acct", "scp")


def _own(change: Callable[[str], object]) -> Value:
    """Change the scope of the good token."""
    return lambda bench: change(bench.scope_name)


def _client(change: Callable[[str], object]) -> Value:
    return lambda bench: change(bench.text("azp"))


def _app_only(**changes: Value) -> dict[str, Value]:
    """Make the claims of an application's own token: its service principal is object and subject."""
    left_out: dict[str, Value] = dict.fromkeys(_PERSONAL, MISSING)
    return left_out | {"azp": _DAEMON, "oid": _PRINCIPAL, "sub": _PRINCIPAL, "roles": ["Logbook.Read.All"]} | changes


def _forbidden(name: str, corpus: str, says: str, changes: Mapping[str, Value]) -> Forgery:
    return claiming(_GROUP, name, corpus, says, changes, status=403)


def _of_kind(name: str, corpus: str, says: str, changes: Mapping[str, Value], expect: Expect = "refuse") -> Forgery:
    return claiming(_GROUP, name, corpus, says, changes, expect=expect)


def _client_assertion(bench: Bench) -> str:
    client = bench.text("azp")
    claims = {"aud": bench.text("iss"), "iss": client, "sub": client, "exp": bench.claims["exp"], "jti": "1"}
    return compact(as_json(bench.header), as_json(claims), rs256(bench.key))


_SCOPES: Mapping[str, tuple[str, str, Value]] = {
    "empty": ("390", "an empty text", ""),
    "other": ("391", "another scope", "User.Read"),
    "suffix": ("392", "the right one and more", _own(lambda scope: f"{scope}2")),
    "prefix": ("393", "the right one with a letter before it", _own(lambda scope: f"x{scope}")),
    "case": ("394", "in other case of letters", _own(str.swapcase)),
    "commas": ("395", "with commas", _own(lambda scope: f"User.Read,{scope}")),
    "tabs": ("396", "with tabs", _own(lambda scope: f"User.Read\t{scope}")),
    "address": ("397", "as a whole address", lambda bench: f"api://{bench.text('aud')}/{bench.scope_name}"),
    "list": ("398", "a list", _own(lambda scope: [scope])),
    "object": ("399", "an object", _own(lambda scope: {scope: True})),
    "number": ("400", "a number", 5),
}

FORGERIES: tuple[Forgery, ...] = (
    _forbidden("scp_missing", "389", "scp: left out, and no roles", {"scp": MISSING, "roles": MISSING}),
    *family(_GROUP, "scp", _SCOPES, status=403),
    _forbidden(
        "roles_scope_name", "404", "the scope's name among the roles", {"scp": MISSING, "roles": _own(lambda it: [it])}
    ),
    claiming(
        _GROUP,
        "scp_last",
        "405",
        "scp: the right one, last of several",
        {"scp": _own(lambda scope: f"User.Read openid {scope}")},
        expect="accept",
    ),
    _of_kind("roles_text", "406", "roles: a text", {"roles": "Admin"}, "either"),
    _of_kind("roles_objects", "407", "roles: objects and nulls", {"roles": [{}, None, 5]}, "either"),
    _of_kind("roles_case", "408", "roles: in other case of letters", {"roles": ["admin"]}, "accept"),
    _of_kind(
        "wids_administrator",
        "409",
        "wids: the template of global administrators; it makes nobody a superuser",
        {"wids": [_GLOBAL_ADMINISTRATORS]},
        "accept",
    ),
    _forbidden("azp_other", "410", "azp: a client that nobody allowed", {"azp": _DAEMON}),
    _forbidden("azp_list", "412", "azp: a list with the right one", {"azp": _client(lambda client: [client])}),
    _forbidden("azp_capitals", "413", "azp: in capitals", {"azp": _client(str.upper)}),
    _forbidden("idtyp_capitals", "416", "idtyp: APP", {"idtyp": "APP"}),
    _forbidden("app_only", "418", "an application's own token", _app_only(idtyp="app")),
    _forbidden("app_only_without_idtyp", "419", "an application's own token without idtyp", _app_only()),
    _forbidden(
        "app_only_as_person",
        "420",
        "an application whose id is a person's",
        _app_only(idtyp="app", oid=lambda bench: bench.text("oid"), sub=lambda bench: bench.text("oid")),
    ),
    Forgery(
        name="v1_appid_other",
        group=_GROUP,
        corpus=("422",),
        says="appid: a client that nobody allowed, in a v1.0 token",
        status=403,
        forge=lambda bench: bench.token_v1(appid=_DAEMON),
    ),
    _of_kind(
        "id_token",
        "423",
        "an ID token",
        {"aud": _client(str), "azp": MISSING, "azpacr": MISSING, "scp": MISSING, "nonce": "n"},
    ),
    _of_kind("access_token_with_nonce", "425", "an access token with a nonce", {"nonce": "n"}, "either"),
    _of_kind(
        "logout_token",
        "426",
        "a logout token",
        {
            "aud": _client(str),
            "scp": MISSING,
            "sid": "s",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        },
    ),
    Forgery(
        name="client_assertion",
        group=_GROUP,
        corpus=("427",),
        says="a client's assertion",
        forge=_client_assertion,
    ),
    _of_kind("proof_of_possession", "428", "a token bound to a key, sent as a bearer", {"cnf": {"kid": "x"}}),
    Forgery(
        name="refresh_token",
        group=_GROUP,
        corpus=(),
        says="text in the form of a refresh token",
        forge=lambda _: "1.AXkA" + "x" * 30 + ".AgABAwEAAAA" + "x" * 80,
    ),
)
