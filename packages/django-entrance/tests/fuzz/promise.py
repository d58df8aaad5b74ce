"""What ``identify`` promises about every text, written without the verifier's own code."""

import json
import time
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django_entrance.verification.errors import Refused
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from fuzz.inputs import Made, make
from scripted import (
    API,
    K1,
    NOW,
    OTHER_TENANT,
    PUBLIC_HOST,
    SPA,
    TENANT,
    Json,
    ScriptedAuthority,
    base64url,
    claims_v2,
    token,
    trust,
)

CPU_SECONDS = 0.05
"""What one token may cost, a refusal's text included."""

COOL_DOWN = 300
"""Seconds within which unknown key ids may cause one fetch of each document."""

LEEWAY = 60
ISSUERS = {f"{PUBLIC_HOST}/{TENANT}/v2.0": ("2.0", "azp"), f"https://sts.windows.net/{TENANT}/": ("1.0", "appid")}
FOREIGN = {"nonce", "at_hash", "c_hash", "events", "cnf"}
"""Claims of other kinds of token."""

UNSHOWN = set(map(chr, (*range(32), *range(127, 161), 0x2028, 0x2029, *range(0x202A, 0x2030), *range(0x2066, 0x206A))))
"""Characters that no name is shown with: controls, line separators, directions, blanks that are none of ASCII."""


class Broken(Exception):
    """A promise was not kept."""


@dataclass
class Promise:
    """An authority under test, and what came of the inputs so far."""

    published: ScriptedAuthority = field(default_factory=lambda: ScriptedAuthority(keys=[K1.jwk()]))
    verifier: Callable[..., Identity | None] = identify
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.authority = trust(self.published)
        self.started_at = time.monotonic()
        self.expect(self.ask(token()), "let in")
        self.expect(self.ask(token(claims_v2(tid=OTHER_TENANT))), "tenant_refused")
        self.documents = frozenset(self.published.requests)

    def expect(self, outcome: str, expected: str) -> None:
        if outcome != expected:
            raise Broken(f"control: expected {expected}, came {outcome}")

    def ask(self, text: str) -> str:
        outcome = self.answer(text)
        return outcome if isinstance(outcome, str) else "let in"

    def answer(self, text: str) -> Identity | str:
        """Return whom the text speaks of, the reason of its refusal, or "nobody's"."""
        try:
            return self.verifier(text, [self.authority], now=NOW) or "nobody's"
        except Refused as refusal:
            check_explanation(refusal, text)
            return refusal.reason

    def check(self, data: bytes) -> None:
        """Ask about one input.

        Raises:
            Broken: the answer is one that must not be.
            Exception: any other, which must not be either.
        """
        made = make(data)
        before = time.process_time()
        answer = self.answer(made.text)
        if time.process_time() - before > CPU_SECONDS:
            self.check_slowness(made.text)
        self.check_fetches()
        if isinstance(answer, Identity):
            check_entrance(answer, made)
        self.outcomes[answer if isinstance(answer, str) else "let in"] += 1

    def check_slowness(self, text: str) -> None:
        """Ask again, so that a garbage collection or a busy machine is not blamed on the verifier."""
        spent = []
        for _ in range(3):
            before = time.process_time()
            self.ask(text)
            spent.append(time.process_time() - before)
        if min(spent) > CPU_SECONDS:
            raise Broken(f"took {min(spent) * 1000:.0f} ms of CPU time")

    def check_fetches(self) -> None:
        requests = self.published.requests
        allowed = 2 + (time.monotonic() - self.started_at) // COOL_DOWN
        if len(requests) > allowed * len(self.documents) or not self.documents.issuperset(requests):
            raise Broken(f"a token caused a fetch: {requests[-4:]}")


def check_explanation(refusal: Refused, text: str) -> None:
    """A refusal can be told, and holds no segment of the token."""
    detail = str(refusal)
    if not refusal.reason or not refusal.remedy or not detail.isprintable():
        raise Broken(f"{type(refusal).__name__} cannot be told")
    if any(len(segment) > 40 and segment in detail for segment in text.split(".")):
        raise Broken(f"{type(refusal).__name__} tells a segment of the token")


def check_entrance(identity: Identity, made: Made) -> None:
    """Whoever is let in has a token that our key signed, with claims that allow it, and is whom these name."""
    if not made.is_genuine:
        raise Broken("let in without a good signature")
    header, claims = (read_strictly(segment) for segment in made.text.split(".")[:2])
    if fault := header_fault(header) or claims_fault(claims):
        raise Broken(f"let in although {fault}")
    version, client = ISSUERS[claims["iss"]]
    told = identity.tenant_id, identity.object_id, identity.client_id, set(identity.scopes), identity.expires_at
    if told != (
        TENANT,
        claims["oid"].lower(),
        claims[client],
        set(claims["scp"].split(" ")) - {"", "/"},
        claims["exp"],
    ):
        raise Broken(f"let in as somebody else, with a {version} token")
    if UNSHOWN & {*identity.name, *identity.username}:
        raise Broken("let in with a name that cannot be shown")


def header_fault(header: Json) -> str:
    """Return what forbids a header, or nothing."""
    if (header.get("typ"), header.get("alg"), header.get("kid")) != ("JWT", "RS256", K1.key_id):
        return "the header is another"
    extra = header.keys() & {"crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "nonce"}
    return f"the header has {', '.join(sorted(extra))}" if extra else ""


def claims_fault(claims: Json) -> str:
    """Return what forbids claims to let a person of our tenant in, or nothing."""
    issuer, object_id, subject = (text_in(claims, name) for name in ("iss", "oid", "sub"))
    version, client = ISSUERS.get(issuer, ("", ""))
    facts = {
        "iss is not ours": version,
        "tid is another": claims.get("tid") == TENANT,
        "ver does not fit iss": claims.get("ver") == version,
        "aud is another": text_in(claims, "aud") in {API, f"api://{API}"},
        "it is another kind of token": not FOREIGN & claims.keys() and claims.get("idtyp", "user") == "user",
        "an agent calls": not is_agents(claims),
        "the client is another": client and claims.get(client) == SPA,
        "the scope is missing": "access_as_user" in text_in(claims, "scp").split(" "),
        "oid is no GUID": is_guid(object_id),
        "sub is no subject": 0 < len(subject) <= 255,
        "the time is not now": is_now(claims),
    }
    return next((fault for fault, holds in facts.items() if not holds), "")


def is_agents(claims: Json) -> bool:
    """Tell whether claims name an agent, or do not say that they name none."""
    facets = [claims[name] for name in ("xms_act_fct", "xms_sub_fct") if name in claims]
    values = [value for facet in facets for value in (facet if isinstance(facet, list) else [facet])]
    numbers = "".join(each if each.isdigit() else " " for each in " ".join(map(str, values))).split()
    is_readable = {*map(type, values)} <= {str, int}
    return "xms_par_app_azp" in claims or not is_readable or {"11", "13"} & set(numbers) != set()


def text_in(claims: Json, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def is_guid(text: str) -> bool:
    plain = text.replace("-", "")
    shape = [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
    return shape and plain.isascii() and set(plain.lower()) <= set("0123456789abcdef") and plain.strip("0") != ""


def is_now(claims: Json) -> bool:
    issued, starts, expires = (claims.get(name) for name in ("iat", "nbf", "exp"))
    if type(issued) is not int or type(starts) is not int or type(expires) is not int:
        return False
    return min(issued, starts) >= 0 and max(issued, starts) <= NOW + LEEWAY and expires + LEEWAY > NOW


def read_strictly(segment: str) -> Json:
    """Return the JSON object of a segment that has one spelling only.

    Raises:
        Broken: it was let in although it has another.
    """
    body = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64url(body) != segment:
        raise Broken("let in with another spelling of base64url")
    value = json.loads(body.decode("utf-8"), object_pairs_hook=without_doubles, parse_constant=no_constant)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    if not isinstance(value, dict):
        raise Broken("let in with no object")
    return value


def without_doubles(pairs: list[tuple[str, Any]]) -> Json:
    if len({name.lower() for name, _ in pairs}) != len(pairs):
        raise Broken("let in with a doubled name")
    return dict(pairs)


def no_constant(text: str) -> NoReturn:
    raise Broken(f"let in with {text}")
