"""Chooses the credential that ``entrance register`` adds to the API: as the settings have it, or as an option says."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import CommandError, CommandParser

from django_entrance.conf.options import AuthoritySettings
from django_entrance.entra.client import CERTIFICATE, TOKEN_EXCHANGE, TOKEN_EXCHANGES
from django_entrance.entra.registration.wanted import (
    SECRET_NAME,
    Credential,
    Federation,
    Key,
    NewSecret,
    stable_id,
)

KINDS = ("secret", "certificate", "federated", "none")
DAYS = 180
"""How long a new secret is valid: Microsoft recommends less than a year."""


def add_credential(parser: CommandParser) -> None:
    kind_help = "what the API proves itself with; by default as the settings say, and a secret where they say nothing"
    parser.add_argument("--credential", choices=KINDS, help=kind_help)
    parser.add_argument(
        "--certificate", metavar="FILE", help="PEM file with the certificate; default CLIENT_CERTIFICATE"
    )
    parser.add_argument("--issuer", help="federated: the issuer of the workload's tokens")
    parser.add_argument("--subject", help="federated: the subject of the workload's tokens")
    parser.add_argument("--new-secret", action="store_true", help="add a secret even if one of ours is still valid")
    parser.add_argument("--days", type=int, default=DAYS, help=f"how long a new secret is valid; default {DAYS}")


def chosen_credential(own: AuthoritySettings, is_new: bool, options: dict[str, Any]) -> Credential | None:
    """Return the credential that the registration should have.

    Raises:
        CommandError: the certificate cannot be read, or issuer or subject are missing.
    """
    kind = options["credential"] or kind_of(own, options)
    if kind == "certificate":
        return key_of(options["certificate"] or own.CLIENT_CERTIFICATE)
    if kind == "federated":
        return federation_of(own, options)
    if kind == "secret":
        ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=options["days"])
        return NewSecret(name=SECRET_NAME, ends_at=as_text(ends_at), is_another=options["new_secret"])
    return None


def kind_of(own: AuthoritySettings, options: dict[str, Any]) -> str:
    """Return the kind that follows from the other options and the settings. A secret that is there is not added to."""
    if options["certificate"] or own.CLIENT_CERTIFICATE:
        return "certificate"
    if options["issuer"] or options["subject"]:
        return "federated"
    if options["new_secret"] or not own.has_credential:
        return "secret"
    return "none"


def key_of(path: str | None) -> Key:
    """Return the certificate of a PEM file; its private key stays where it is."""
    if not path:
        raise CommandError("Which certificate? Name a PEM file: --certificate FILE")
    try:
        match = CERTIFICATE.search(Path(path).read_text(encoding="utf-8", errors="replace"))
        known = x509.load_pem_x509_certificate(match[0].encode()) if match else None
    except (OSError, ValueError) as problem:
        raise CommandError(f"The certificate {path} cannot be read ({type(problem).__name__}).") from None
    if known is None:
        raise CommandError(f"{path} has no certificate in PEM.")
    der = known.public_bytes(Encoding.DER)
    return Key(
        id=stable_id("certificate", hashlib.sha256(der).hexdigest()),
        name=known.subject.rfc4514_string() or SECRET_NAME,
        data=base64.b64encode(der).decode(),
        ends_at=as_text(known.not_valid_after_utc),
    )


def federation_of(own: AuthoritySettings, options: dict[str, Any]) -> Federation:
    issuer, subject = options["issuer"], options["subject"]
    if not (issuer and subject):
        hint = "For a managed identity: --issuer https://login.microsoftonline.com/TENANT_ID/v2.0 --subject OBJECT_ID."
        raise CommandError(f"A federated credential needs --issuer and --subject. {hint}")
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"{SECRET_NAME}-{subject}").strip("-")[:110]
    audience = TOKEN_EXCHANGES.get(own.AUTHORITY_HOST, TOKEN_EXCHANGE)
    return Federation(name=name, issuer=issuer, subject=subject, audience=audience)


def as_text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
