"""Explains a refusal by its ``reason``: what it means, what to do, and which settings decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django_entrance.entra.authorities import configured_authorities
from django_entrance.explaining.deciding import shown_settings
from django_entrance.verification.errors import Refused, every_reason

DECIDING: Mapping[str, tuple[str, ...]] = {
    "token_too_large": (),
    "graph_token": ("CLIENT_ID", "APP_ID_URI"),
    "refresh_token": ("CLIENT_ID", "APP_ID_URI"),
    "authority_not_here": ("AUTHORITIES_HERE",),
    "signing_key_unknown": ("TENANT_ID", "CLOUD", "AUTHORITY_HOST", "OWN_SIGNING_KEYS"),
    "token_expired": ("LEEWAY",),
    "token_not_yet_valid": ("LEEWAY",),
    "tenant_refused": ("TENANT_ID", "ALLOWED_TENANTS"),
    "personal_account": ("TENANT_ID", "ALLOW_PERSONAL_ACCOUNTS"),
    "user_flow_refused": ("USER_FLOWS",),
    "audience_refused": ("CLIENT_ID", "APP_ID_URI", "AUDIENCES"),
    "id_token": ("CLIENT_ID", "SPA_CLIENT_ID", "APP_ID_URI"),
    "development_token": ("AUTHORITY_HOST",),
    "session_stale": ("SESSION_RECHECK", "SESSION_LIFETIME"),
    "scope_missing": ("REQUIRED_SCOPES",),
    "authentication_context_missing": ("AUTHENTICATION_CONTEXTS",),
    "client_refused": ("ALLOWED_CLIENTS", "SPA_CLIENT_ID", "CLIENT_ID"),
    "application_refused": ("APPLICATIONS",),
    "guest_refused": ("ALLOW_GUESTS",),
    "agent_refused": ("ALLOW_AGENTS",),
    "account_missing": ("PROVISIONING",),
    "account_exists": ("ON_CONFLICT", "ADOPT_DOMAINS"),
    "user_not_creatable": ("CLAIM_MAPPING",),
    "overage_unresolved": ("OVERAGE",),
    "authority_unreachable": ("TENANT_ID", "CLOUD", "AUTHORITY_HOST"),
    "authority_mismatch": ("TENANT_ID", "AUTHORITY_HOST", "ISSUER_HOST"),
    "graph_unreachable": ("OVERAGE", "GRAPH_HOST"),
    "sign_in_state": ("PUBLIC_URL",),
    "sign_in_loop": ("PUBLIC_URL", "SIGN_IN_ON_GET"),
    "sign_in_unavailable": ("CLIENT_SECRET", "CLIENT_CERTIFICATE", "CLIENT_ASSERTION"),
}
"""Reason → the settings that decide it, the first to look at first. A reason without an entry has none."""


def refusal_for(reason: str) -> type[Refused] | None:
    """Return the refusal with a reason, or None."""
    return next((each for each in every_reason() if each.reason == reason), None)


def explain_reason(refusal: type[Refused]) -> Iterator[str]:
    """Yield what a refusal means, what to do, and the values of the settings that decide it."""
    yield f"{refusal.reason}: {refusal.title}."
    error = f", OAuth error {refusal.error}" if refusal.error else ""
    yield f"The caller gets status {refusal.status}{error}."
    yield from (f"What to do: {advice}" for advice in remedies_of(refusal))
    if refusal.redacted_as is not None:
        yield f"Without EXPLAIN_REFUSALS the caller sees {refusal.redacted_as.reason} instead, to learn no settings."
    yield from shown_settings(DECIDING.get(refusal.reason, ()))


def remedies_of(refusal: type[Refused]) -> Iterator[str]:
    """Yield the remedy as each authority of the settings says it, with its own App ID URI."""
    said = []
    for authority in configured_authorities():
        example = refusal()
        example.policy = authority.policy
        said.append(example.advice)
    yield from dict.fromkeys(said)
