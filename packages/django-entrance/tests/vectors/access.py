"""Group F: what the token allows, to whom, and what kind of token it is."""

from scripted import ADA, API, K1, SPA, claims_v2, header_of, token

from vectors.cases import LET_IN, NOT_OURS, Case, Text, claiming, spread, with_claims, with_claims_v1

DAEMON = "dae00000-0000-4000-8000-000000000009"
PRINCIPAL = "5e4f0000-0000-4000-8000-00000000000c"


def app_only(**changes: object) -> Text:
    """An application's own token: its service principal is object and subject, and there is an app role."""
    claims = {"azp": DAEMON, "oid": PRINCIPAL, "sub": PRINCIPAL, "scp": None, "name": None, "preferred_username": None}
    return with_claims(**claims | changes)


def client_assertion() -> str:
    claims = {
        "aud": "https://login.microsoftonline.com/x",
        "iss": SPA,
        "sub": SPA,
        "exp": claims_v2()["exp"],
        "jti": "1",
    }
    return token(claims, header=header_of(K1))


CASES = [
    *spread(
        "scp",
        "scope_missing",
        {
            389: ("missing", None),
            390: ("empty", ""),
            391: ("another scope", "User.Read"),
            392: ("ours and more", "access_as_user2"),
            393: ("ours with a letter before it", "xaccess_as_user"),
            394: ("in other case", "Access_As_User"),
            397: ("as a whole address", f"api://{API}/access_as_user"),
            398: ("a list", ["access_as_user"]),
            399: ("an object", {"access_as_user": True}),
            400: ("a number", 5),
        },
    ),
    *spread(
        "scp",
        "scope_missing",
        {395: ("with commas", "User.Read,access_as_user"), 396: ("with tabs", "User.Read\taccess_as_user")},
        control=with_claims(scp="User.Read access_as_user"),
    ),
    claiming(404, "the scope's name among the roles", "scope_missing", scp=None, roles=["access_as_user"]),
    claiming(405, "scp: ours last of several", LET_IN, scp="User.Read openid access_as_user"),
    claiming(406, "roles: a text", LET_IN, roles="Admin", choice="it counts as no role"),
    claiming(407, "roles: objects and nulls", LET_IN, roles=[{}, None, 5], choice="they count as no roles"),
    claiming(408, "roles: in other case than usual", LET_IN, roles=["admin"]),
    claiming(409, "wids: the template of global administrators", LET_IN, wids=["62e90394-69f5-4237-9190-012177145e10"]),
    claiming(410, "azp: a client that is not on the list", "client_refused", azp=API),
    claiming(412, "azp: a list with ours", "client_refused", azp=[SPA]),
    claiming(413, "azp: in capitals", "client_refused", azp=SPA.upper()),
    claiming(416, "idtyp: APP", "application_refused", idtyp="APP", control=with_claims(idtyp="user")),
    Case(number=418, title="an application's token", text=app_only(idtyp="app"), outcome="application_refused"),
    Case(number=419, title="an application's token without idtyp", text=app_only(), outcome="application_refused"),
    Case(
        number=420,
        title="an application whose id is a person's",
        text=app_only(oid=ADA, sub=ADA),
        outcome="application_refused",
    ),
    Case(
        number=422,
        title="appid: a client that is not on the list",
        text=with_claims_v1(appid=API),
        outcome="client_refused",
        control=with_claims_v1(),
    ),
    claiming(423, "an ID token", "id_token", aud=SPA, azp=None, azpacr=None, scp=None, nonce="n"),
    claiming(425, "an access token with a nonce", "id_token", nonce="n", choice="only ID tokens have one"),
    claiming(
        426,
        "a logout token",
        "id_token",
        events={"http://schemas.openid.net/event/backchannel-logout": {}},
        sid="s",
        scp=None,
    ),
    Case(number=427, title="a client's assertion", text=client_assertion, outcome=NOT_OURS),
    claiming(428, "a token bound to a key", "proof_of_possession", cnf={"kid": "x"}),
]
