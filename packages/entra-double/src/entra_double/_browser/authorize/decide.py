"""Decides what an authorize request comes to: a page, the code and tokens that it asks for, or a refusal."""

from dataclasses import replace

from entra_double._browser.authorize.request import AuthorizeRequest, Prompt
from entra_double._browser.browser import TOO_OLD, Browser
from entra_double._browser.consent import Consent, ask, consent_of
from entra_double._browser.pages import Answered, Page, refuse, turn_away
from entra_double._browser.picker import hinted_tenants, pick
from entra_double._tokens.claims.person import client_info
from entra_double._tokens.memory.grants import CodeGrant
from entra_double._tokens.memory.sessions import Account
from entra_double._world.errors import Refusal
from entra_double._world.requests.delegation import Delegation
from entra_double._world.requests.scopes import Scopes

Outcome = Page | Answered


def decide(browser: Browser, request: AuthorizeRequest) -> Outcome:
    accounts = [account for account in browser.accounts() if _may_answer(browser, request, account)]
    meant = [account for account in accounts if request.hint is None or account.answers_to(request.hint)]
    if request.prompt is Prompt.NONE:
        return _answer_silently(browser, request, meant)
    if request.prompt in (None, Prompt.CONSENT) and len(meant) == 1:
        return let_in(browser, request, meant[0])
    return pick(browser, request)


def let_in(browser: Browser, request: AuthorizeRequest, account: Account, *, consented: bool = False) -> Outcome:
    """Answer with what was asked for, or show the page that comes before that; `consented` just now asks no more."""
    person, consent = account.person, consent_of(browser, request, account.person)
    scopes = scopes_in(consent, request)
    if refusal := refusal_for(browser, request, account):
        return pick(browser, request) if refusal.code == TOO_OLD else turn_away(browser, request, person, refusal)
    is_asked = request.prompt is Prompt.CONSENT and not consented
    permitted = None if is_asked else consent.permitted_or_none(scopes, person)
    if permitted is None:
        return ask(browser, request, person, consent.wanted(scopes))
    return _grant(browser, request, account, permitted)


def refusal_for(browser: Browser, request: AuthorizeRequest, account: Account) -> Refusal | None:
    """Give the refusal that the rules have for this account; None lets it in."""
    scopes = scopes_in(consent_of(browser, request, account.person), request)
    return browser.refusal_by_rule(request.client, account, scopes, request.claims)


def scopes_in(consent: Consent, request: AuthorizeRequest) -> Scopes:
    """Give what is asked for as the tenant knows it, or will when a person there has consented."""
    return request.scopes if consent.tenant == request.read_in else consent.read_scopes(request.scopes.text)


def _may_answer(browser: Browser, request: AuthorizeRequest, account: Account) -> bool:
    """Say whether an account is among those asked for, and its sign-in still counts."""
    tenants = hinted_tenants(browser.directory, request.tenants, request.domain_hint)
    age = browser.emulator.now() - account.authenticated_at
    return (
        account.person.tenant_id in {tenant.id for tenant in tenants}
        and account.authenticated_at >= account.person.valid_from
        and (request.max_age is None or age <= request.max_age)
    )


def _answer_silently(browser: Browser, request: AuthorizeRequest, meant: list[Account]) -> Answered:
    if len(meant) != 1:
        raise Refusal(16000 if meant else 50058)
    (account,) = meant
    if refusal := refusal_for(browser, request, account):
        return refuse(browser, request, refusal, account.person)
    consent = consent_of(browser, request, account.person)
    try:
        permitted = consent.permit(scopes_in(consent, request), account.person)
    except Refusal as refusal:
        return refuse(browser, request, refusal, account.person)
    return _grant(browser, request, account, permitted)


def _grant(browser: Browser, request: AuthorizeRequest, account: Account, scopes: Scopes) -> Answered:
    """Answer with what was asked for; `scopes` have been permitted."""
    delegation = replace(
        account.delegation(request.client, scopes.openid),
        contexts=account.contexts | request.claims.contexts,
        capabilities=request.claims.capabilities,
        shows_auth_time=request.max_age is not None,
    )
    members = {"code": _code(browser, request, delegation)} if "code" in request.wants else {}
    members |= _tokens(browser, request, delegation, scopes, members.get("code"))
    if request.client_info:
        members["client_info"] = client_info(account.person)
    browser.emulator.sessions.visited(browser.id, account, request.client.client_id)
    members["session_state"] = account.session_id
    return Answered(back=request, members=members, person=account.person)


def _code(browser: Browser, request: AuthorizeRequest, delegation: Delegation) -> str:
    return browser.emulator.grants.issue_code(
        CodeGrant(
            delegation=delegation,
            platform=request.platform,
            redirect_uri=request.redirect_uri,
            scope=request.scopes.text,
            nonce=request.nonce,
            challenge=request.challenge,
            issued_at=browser.emulator.now(),
        )
    )


def _tokens(
    browser: Browser, request: AuthorizeRequest, delegation: Delegation, scopes: Scopes, code: str | None
) -> dict[str, str]:
    """Make the tokens that come back through the browser (OpenID Connect Core 1.0, sections 3.2 and 3.3)."""
    emulator, members = browser.emulator, {}
    if "token" in request.wants:
        asked = scopes.only()
        validity = emulator.access_validity(asked.resource, browser.directory.tenant(delegation.person.tenant_id))
        members = {
            "access_token": emulator.issue_access_token(delegation, asked, validity, through_browser=True),
            "token_type": "Bearer",
            "expires_in": str(validity.lifetime),
            "scope": " ".join(asked.granted),
        }
    if "id_token" in request.wants:
        members["id_token"] = emulator.issue_id_token(
            delegation,
            request.nonce,
            version=request.version,
            code=code,
            access_token=members.get("access_token"),
            through_browser=True,
        )
    return members
