"""Generates the tables of docs/reference/python.md: public names, members of Identity, limits."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import get_type_hints

import django
from django.conf import settings

if not settings.configured:  # for `make docs`; pytest configures a project
    settings.configure(
        INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django_entrance"]
    )
    django.setup()

from django_entrance import signals
from django_entrance.conf.options import EntranceSettings
from django_entrance.verification import claims, encoding, errors, policy, unverified
from django_entrance.verification.identity import Identity
from django_entrance.verification.metadata import fetch, jwks, key_set, pending_fetch, signing_keys, waiting

PUBLIC = {
    "bearer.authentication": ("authenticate_bearer", "identify_token", "aidentify_token"),
    "accounts.provisioning": ("provision",),
    "accounts.explaining": ("rights_from_entra",),
    "permissions": (
        *("require_signed_in", "require_scope", "require_app_role", "require_authentication_context"),
        *("arequire_signed_in", "arequire_scope", "arequire_app_role", "arequire_authentication_context"),
    ),
    "decorators": (
        *("signed_in_required", "scope_required", "app_role_required", "authentication_context_required"),
        "ends_session",
    ),
    "mixins": (
        *("SignedInRequiredMixin", "ScopeRequiredMixin", "AppRoleRequiredMixin", "AuthenticationContextRequiredMixin"),
    ),
    "entra.on_behalf_of": ("token_for", "atoken_for"),
    "entra.graph": ("graph", "agraph", "GraphClient", "AsyncGraphClient"),
    "entra.graph_faults": ("GraphError",),
    "contrib.channels": ("EntranceMiddleware",),
    "contrib.mcp": (
        *("serve_mcp", "current_request", "signed_in_required", "scope_required", "app_role_required"),
        "authentication_context_required",
    ),
    "backends": ("EntraBackend",),
    "middleware": ("EntraMiddleware", "EntraRequest"),
    "admin": ("EntraUserAdminMixin",),
    "models": ("EntraAccount", "ExpectedPerson", "SignInEvent"),
    "verification": tuple(import_module("django_entrance.verification").__all__),
}
"""Public names by module. Strawberry's classes are documented in the package's README."""


def public_names() -> Iterator[tuple[str, str]]:
    """Yield each public name with the first sentence of its docstring."""
    for module, names in PUBLIC.items():
        for name in names:
            thing = getattr(import_module(f"django_entrance.{module}"), name)
            yield f"[`{module}.{name}`](api.md#{anchor(module, name)})", first_sentence(inspect.getdoc(thing) or "")


def anchor(module: str, name: str) -> str:
    """Return the anchor of a name's section in api.md, as GitHub and MyST make it."""
    return re.sub(r"[^\w-]", "", f"{module}.{name}".lower())


def signal_rows() -> Iterator[tuple[str, str]]:
    """Yield each signal with its arguments, and when it is sent, from the module's docstring."""
    paragraphs = (inspect.getdoc(signals) or "").split("\n\n")
    for entry in re.split(r"\n(?=``\w+\()", paragraphs[1]):
        head, _, text = one_line(entry).partition(": ")
        yield head, text[0].upper() + text[1:]


def members_of_identity() -> Iterator[tuple[str, str, str]]:
    for name, member in vars(Identity).items():
        if isinstance(member, property):
            kind = get_type_hints(member.fget)["return"]
            shown = str(kind) if hasattr(kind, "__args__") else kind.__name__
            yield f"`{name}`", f"`{shown}`", one_line(inspect.getdoc(member))
    for each in fields(Identity):
        kind = get_type_hints(Identity)[each.name]
        yield f"`{each.name}`", f"`{kind.__name__}`", one_line(inspect.getdoc(kind))


def limits() -> Iterator[tuple[str, str, str]]:
    """Yield each limit: subject, value, and the result of exceeding it."""
    kept, fewest, most = EntranceSettings.__dataclass_fields__["REMEMBERED_TOKENS"].default, *ends(jwks.KEY_BITS)
    yield "a token", f"{unverified.LARGEST_TOKEN:,} characters", "`token_too_large`"
    yield "its key id (`kid`)", f"{unverified.LONGEST_KEY_ID} characters", "`header_refused`"
    yield "its issuer", f"{unverified.LONGEST_ISSUER} characters", "not ours: other logins may accept it"
    yield "members of one object in it", f"{encoding.MOST_MEMBERS}", "`token_malformed`"
    yield "brackets in it", f"{encoding.MOST_BRACKETS}", "`token_malformed`"
    yield "`sub`", "1 to 255 characters", "`subject_refused`"
    yield "from `iat` to `exp`", hours(claims.LONGEST_LIFETIME), "`time_refused`"
    yield "`LEEWAY`", f"{policy.LONGEST_LEEWAY} seconds", "`entrance.E008`"
    yield "a signing key", f"RSA, {fewest:,} to {most:,} bits", "ignored: its tokens are `signing_key_unknown`"
    yield "keys of an authority", f"{jwks.MOST_KEYS:,}", "the key set is ignored"
    yield (
        "a document of an authority",
        f"{fetch.LARGEST_DOCUMENT:,} bytes within {fetch.DOCUMENT_TIMEOUT:g} seconds",
        "the fetch fails",
    )
    yield "a request's wait for keys", f"{signing_keys.WAIT:g} seconds", "`authority_unreachable`"
    yield "a sign-in's wait beside others", f"{waiting.MOST_BRIEF} at once, {waiting.BRIEF:g} seconds", "503"
    yield (
        "signing keys are renewed",
        f"after {hours(key_set.RENEWAL)}, in the background",
        "the old keys stay",
    )
    yield "signing keys are kept", hours(key_set.LIFETIME), "then `authority_unreachable` until they can be fetched"
    yield "an unknown key id", f"one fetch in {signing_keys.COOL_DOWN / 60:g} minutes", "`signing_key_unknown`"
    yield "a failed fetch", f"retried after {signing_keys.RETRY:g} seconds", "`authority_unreachable`"
    yield "remembered tokens", f"`REMEMBERED_TOKENS`, {kept:,}", "the oldest are verified again"
    outage, crowd = errors.AuthorityUnreachable.retry_after, pending_fetch.too_many_waiting().retry_after
    yield "`Retry-After` of a 503", f"{outage} seconds; {crowd} if too many requests wait for keys", ""


def ends(numbers: range) -> tuple[int, int]:
    return numbers[0], numbers[-1]


def hours(seconds: float) -> str:
    number = seconds / 3600
    return f"{number:g} hour{'s' if number != 1 else ''}"


def first_sentence(text: str) -> str:
    """Return a docstring's first sentence as one line."""
    return one_line(text.partition("\n\n")[0]).partition(". ")[0].rstrip(".") + "."


def one_line(text: str | None) -> str:
    return " ".join((text or "").replace("``", "`").split())
