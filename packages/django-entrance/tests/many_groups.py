"""A directory of entra-double in which people are in too many groups, and the API may ask Microsoft Graph for them."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import requests
from django_entrance.bearer.authentication import identify_token
from django_entrance.verification.identity import Identity
from entra_double import Emulator, Entra
from entra_double._world.ids import GRAPH_CLIENT_ID
from entra_double._world.policies import Assignment
from entra_double._world.principals import Group
from entra_double._world.registration import AppRegistration, GroupClaims
from entra_double._world.seed import API_CLIENT_ID, API_SECRET, CONTOSO, SPA_CLIENT_ID
from loopback import QuietHandler, serving_requests
from token_watch import keep_secret

GRACE = "96ace000-0000-4000-a000-000000000012"
ADA = "ada00000-0000-4000-a000-000000000011"
GROUP_MEMBER_READ_ALL = "98830695-27a2-44f7-8c18-0c3ebc9698f6"
CHECKS = "checkMemberGroups"


def group_id(number: int) -> str:
    return f"22220000-0000-4000-a000-{number:012}"


#: Grace is in the even ones of these, and in all others below 250.
MAPPED = [group_id(number) for number in range(45)]

Json = dict[str, Any]


def make_world(emulator: Emulator) -> None:
    """Put Grace into more groups than a token names, and let the API read memberships."""
    groups = [
        Group(
            object_id=group_id(number),
            tenant_id=CONTOSO.id,
            name=f"Group {number}",
            members=frozenset({GRACE} if number % 2 == 0 or number >= 45 else {ADA}),
        )
        for number in range(250)
    ]
    change(emulator, group_claims=frozenset({GroupClaims.SECURITY}))
    grant = graph_permission(emulator)
    emulator.directory = emulator.directory.put(replace(CONTOSO, most_groups=30), *groups, grant)


def graph_permission(emulator: Emulator) -> Assignment:
    """Return what lets the API ask Graph."""
    principal = emulator.directory.service_principal(CONTOSO.id, API_CLIENT_ID)
    assert principal is not None
    return Assignment(
        principal_id=principal.id,
        tenant_id=CONTOSO.id,
        client_id=GRAPH_CLIENT_ID,
        role_id=GROUP_MEMBER_READ_ALL,
    )


def change(emulator: Emulator, **fields: Any) -> None:
    """Give the API's registration other fields."""
    api = next(each for each in emulator.directory.applications if each.client_id == API_CLIENT_ID)
    changed: AppRegistration = replace(api, **fields)
    emulator.directory = emulator.directory.put(changed)


def settings_for(host: str, **more: Any) -> Json:
    keep_secret(API_SECRET)
    return {
        "TENANT_ID": CONTOSO.id,
        "CLIENT_ID": API_CLIENT_ID,
        "SPA_CLIENT_ID": SPA_CLIENT_ID,
        "AUTHORITY_HOST": host,
        "CLIENT_SECRET": API_SECRET,
        "ACCESS": {"groups": {each.upper(): {"groups": [f"d{number}"]} for number, each in enumerate(MAPPED)}},
    } | more


def identity_of(entra: Entra, person: str = "grace@contoso.example", **claims: Any) -> Identity:
    """Return the identity of a new token."""
    token = entra.token(person, **claims)
    keep_secret(*token.split("."))
    identity = identify_token(token)
    assert identity is not None
    return identity


def calls(entra: Entra) -> Counter[str]:
    """Count the requests of tokens and of Graph so far, by the last part of their path."""
    paths = [str(each["path"]).partition("?")[0] for each in entra.requests]
    return Counter(path.rpartition("/")[2] for path in paths if path.startswith("/v1.0/") or path.endswith("/token"))


@dataclass
class Answers:
    """What a small server answers: by the end of the path a status, headers and a body. It notes who asked for what."""

    host: str = ""
    passes_to: str = ""
    scripted: dict[str, tuple[int, dict[str, str], Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def answering(answers: Answers) -> Iterator[Answers]:
    """Serve on a free port of this machine; what is not scripted is passed on to ``passes_to``."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            answers.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            known = next((each for end, each in answers.scripted.items() if path.endswith(end)), None)
            status, headers, text = known if known is not None else self.passed_on(body)
            sent = text if isinstance(text, bytes) else json.dumps(text).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_POST = do_GET

        def passed_on(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            if not answers.passes_to:
                return 404, {}, b""
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
            headers["ConsistencyLevel"] = self.headers.get("ConsistencyLevel", "")
            with requests.request(
                self.command, answers.passes_to + self.path, headers=headers, data=body, timeout=10
            ) as told:
                own = told.content.replace(answers.passes_to.encode(), answers.host.encode())
                return told.status_code, {"Content-Type": "application/json"}, own

    with serving_requests(Handler) as port:
        answers.host = f"http://localhost:{port}"
        yield answers
