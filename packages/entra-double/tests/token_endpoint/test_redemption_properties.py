"""In any order of requests: one token for each code, no way around PKCE, and no grant for another client."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from entra_double import Emulator, seed
from entra_double._browser.authorize import authorize, go_on
from entra_double._browser.browser import Browser
from entra_double._browser.pages import AccountPicker, Answered
from entra_double._token_endpoint.redemption import redeem
from entra_double._tokens.memory.grants import CODE_LIFETIME, REFRESH_LIFETIME, SPA_REFRESH_LIFETIME
from entra_double._tokens.signing import KeyRing, make_signing_key
from entra_double._world.errors import Refusal
from entra_double._world.policies import PermissionGrant
from entra_double._world.registration import Platform, RedirectUri
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ..machine import SITE, SITE_SECRET
from ..single_page_app import ADA, API, APP, BASE_URL, NOW, REDIRECT_URI, SCOPE, SPA, TENANT, payload

TWIN = "5ba00000-0000-4000-a000-0000000000ff"
NATIVE = "http://localhost:5000/native"
CALLBACK = "http://localhost:5000/callback"
PLATFORMS = {REDIRECT_URI: Platform.SPA, NATIVE: Platform.PUBLIC_CLIENT, CALLBACK: Platform.WEB}
VERIFIERS = ("v" * 50, "w" * 50)
KEYS = KeyRing(make_signing_key())

Method = Literal["S256", "plain", None]


@dataclass(kw_only=True)
class Code:
    """A code that was issued, as a careful observer remembers it."""

    text: str
    client: str
    uri: str
    challenge: str | None
    verifier: str | None
    at: int
    spent: bool = False


@dataclass(kw_only=True)
class Refresh:
    """A refresh token that was issued; `born` is the time that its life counts from."""

    text: str
    client: str
    uri: str
    born: int
    revoked: bool = False


def s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def first(*reasons: tuple[bool, int]) -> int | None:
    """Give the number of the first reason that holds; None is no reason to refuse."""
    return next((code for holds, code in reasons if holds), None)


def mostly(usual: object, *seldom: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 3 * len(seldom) + [*seldom])


class Grants(RuleBasedStateMachine):
    """Two single-page applications that are alike but for their ids, and a web site's server."""

    @initialize()
    def begin(self) -> None:
        self.emulator = Emulator(base_url=BASE_URL, directory=seed(), keys=KEYS, clock=lambda: NOW)
        self.emulator.access_token_lifetime = 3600
        directory = self.emulator.directory
        web = next(known for known in directory.applications if known.client_id == SPA)
        native = RedirectUri(platform=Platform.PUBLIC_CLIENT, uri="http://localhost/native")
        web = replace(web, redirect_uris=(*web.redirect_uris, native))
        granted = PermissionGrant(
            tenant_id=TENANT, client_id=TWIN, resource_id=API, scopes=frozenset({"access_as_user"})
        )
        openid = next(known for known in directory.grants if known.client_id == SPA and known.resource_id != API)
        self.emulator.directory = directory.put(
            web, replace(web, client_id=TWIN, name="Twin"), granted, replace(openid, client_id=TWIN)
        )
        self.browser = Browser(self.emulator, self.emulator.sessions.recognise(""))
        self.codes: list[Code] = []
        self.refresh_tokens: list[Refresh] = []
        self.tokens_of: dict[str, int] = {}

    @property
    def now(self) -> int:
        return self.emulator.now()

    @rule(
        client=st.sampled_from([SPA, TWIN, SITE]),
        native=st.booleans(),
        method=st.sampled_from(["S256", "plain", None]),
        with_challenge=st.booleans(),
        verifier=st.sampled_from(VERIFIERS),
    )
    def sign_in(self, client: str, native: bool, method: Method, with_challenge: bool, verifier: str) -> None:
        uri = CALLBACK if client == SITE else NATIVE if native else REDIRECT_URI
        challenge = (s256(verifier) if method == "S256" else verifier) if with_challenge else None
        asked = {
            "client_id": client,
            "response_type": "code",
            "redirect_uri": uri,
            "scope": f"{SCOPE} openid offline_access",
            "code_challenge": challenge,
            "code_challenge_method": method if with_challenge else None,
            "login_hint": "ada@contoso.example",
        }
        parameters = {name: value for name, value in asked.items() if value is not None}
        outcome = authorize(self.browser, TENANT, parameters)
        if isinstance(outcome, AccountPicker):
            outcome = go_on(self.browser, {"transaction": outcome.transaction, "account": ADA})
        assert isinstance(outcome, Answered)
        needs_challenge = PLATFORMS[uri] is Platform.SPA and challenge is None
        assert outcome.refusal is None or (needs_challenge and outcome.refusal.code == 9002325)
        if not needs_challenge:
            text = outcome.members["code"]
            kept = verifier if with_challenge else None
            self.codes.append(Code(text=text, client=client, uri=uri, challenge=challenge, verifier=kept, at=self.now))

    @precondition(lambda self: self.codes)
    @rule(
        data=st.data(),
        client=mostly("its own", SPA, TWIN, SITE),
        uri=mostly("its own", *PLATFORMS),
        verifier=st.sampled_from(["its own", "its own", "challenge", "challenge", None, *VERIFIERS]),
        browser=mostly("as it must", True, False),
    )
    def redeem(self, data: st.DataObject, client: str, uri: str, verifier: str | None, browser: bool | str) -> None:
        code = data.draw(st.sampled_from(self.codes[-2:]), "code")
        client = code.client if client == "its own" else client
        uri = code.uri if uri == "its own" else uri
        sent = {"its own": code.verifier, "challenge": code.challenge}.get(verifier or "", verifier)
        in_browser = PLATFORMS[code.uri] is Platform.SPA if browser == "as it must" else browser is True
        wrong_verifier = sent != code.verifier
        expected = first(
            (code.spent, 54005),
            (self.now >= code.at + CODE_LIFETIME, 70008),
            *self.strangers(code, client, in_browser),
            (uri != code.uri, 500112),
            (code.verifier is not None and sent is None, 50148),
            (wrong_verifier, 501481),
        )
        form = {"grant_type": "authorization_code", "code": code.text, "redirect_uri": uri, "code_verifier": sent}
        body = self.post(client, form, in_browser, expected)
        if body is not None:
            code.spent = True
            self.tokens_of[code.text] = self.tokens_of.get(code.text, 0) + 1
            self.keep(body, client, code.uri, self.now)
            self.emulator.clock_offset += 1

    @precondition(lambda self: self.refresh_tokens)
    @rule(
        data=st.data(),
        client=mostly("its own", SPA, TWIN, SITE),
        browser=mostly("as it must", True, False),
    )
    def refresh(self, data: st.DataObject, client: str, browser: bool | str) -> None:
        token = data.draw(st.sampled_from(self.refresh_tokens[-2:]), "refresh token")
        client = token.client if client == "its own" else client
        is_spa = PLATFORMS[token.uri] is Platform.SPA
        in_browser = is_spa if browser == "as it must" else browser is True
        lifetime = SPA_REFRESH_LIFETIME if is_spa else REFRESH_LIFETIME
        expected = first(
            (token.revoked, 50173),
            (self.now >= token.born + lifetime, 700084 if is_spa else 70008),
            *self.strangers(token, client, in_browser),
        )
        form = {"grant_type": "refresh_token", "refresh_token": token.text}
        body = self.post(client, form, in_browser, expected)
        if body is not None:
            self.keep(body, client, token.uri, token.born if is_spa else self.now)
            self.emulator.clock_offset += 1

    @rule(seconds=st.sampled_from([1, 2, 3, 299, 300, 599, 600, 12 * 3600, SPA_REFRESH_LIFETIME]))
    def wait(self, seconds: int) -> None:
        self.emulator.clock_offset += seconds

    @precondition(lambda self: self.refresh_tokens)
    @rule(is_over=st.booleans())
    def wait_for_the_newest(self, is_over: bool) -> None:
        """Go to the last second of the newest refresh token, or to the first one after it."""
        token = self.refresh_tokens[-1]
        lifetime = SPA_REFRESH_LIFETIME if PLATFORMS[token.uri] is Platform.SPA else REFRESH_LIFETIME
        self.emulator.clock_offset += max(0, token.born + lifetime - self.now - (not is_over))

    @precondition(lambda self: len(self.refresh_tokens) > 3)
    @rule()
    def revoke(self) -> None:
        self.emulator.revoke_refresh_tokens()
        for token in self.refresh_tokens:
            token.revoked = True

    @invariant()
    def one_token_for_each_code(self) -> None:
        assert set(getattr(self, "tokens_of", {}).values()) <= {1}

    @staticmethod
    def strangers(grant: Code | Refresh, client: str, in_browser: bool) -> Iterable[tuple[bool, int]]:
        is_spa = PLATFORMS[grant.uri] is Platform.SPA
        yield client != grant.client, 70000
        yield is_spa and not in_browser, 9002327
        yield not is_spa and in_browser, 9002326

    def post(
        self, client: str, form: Mapping[str, str | None], in_browser: bool, expected: int | None
    ) -> dict[str, object] | None:
        """Send a token request; it must come to what is expected, and its token must be the sender's own."""
        secret = SITE_SECRET if client == SITE else None
        sent = {**form, "client_id": client, "client_secret": secret}
        parameters = {name: value for name, value in sent.items() if value is not None}
        body, came = self.attempt(parameters, APP if in_browser else None)
        assert came == expected
        if body is not None:
            claims = payload(str(body["access_token"]))
            assert (claims["azp"], claims["oid"]) == (client, ADA)
        return body

    def attempt(self, parameters: Mapping[str, str], origin: str | None) -> tuple[dict[str, object] | None, int | None]:
        try:
            return redeem(self.emulator, TENANT, parameters, origin).body, None
        except Refusal as refusal:
            return None, refusal.code

    def keep(self, body: dict[str, object], client: str, uri: str, born: int) -> None:
        self.refresh_tokens.append(Refresh(text=str(body["refresh_token"]), client=client, uri=uri, born=born))


TestGrants = Grants.TestCase
TestGrants.settings = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=80,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow],
)
