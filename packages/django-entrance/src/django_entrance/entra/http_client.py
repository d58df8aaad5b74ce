"""Asks Entra and Microsoft Graph over HTTP as MSAL wants to: bounded in time and size, no redirects, few hosts.

MSAL wants an https authority. entra-double on plain http gets an https label; while ``DEBUG`` is on, requests for the
label go to the real address on this machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings as django_settings

from django_entrance.conf.options import AuthoritySettings
from django_entrance.verification.issuers import EXTERNAL_ID_DOMAIN, LOOPBACK, origin
from django_entrance.verification.metadata.connections import Deadline, Network, within
from django_entrance.verification.metadata.fetch import (
    CONNECT_ATTEMPTS,
    DOCUMENT_TIMEOUT,
    is_loopback,
    open_session,
    read_body,
)

PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9._:\[\]-]+(?=[/?#]|\Z)", re.ASCII | re.IGNORECASE)


class WrongHost(OSError):
    """An address leads to a host that has no business with this authority."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What MSAL needs of an answer (MSAL Python, ``http_client``). ``text`` may be secret."""

    status_code: int
    headers: Mapping[str, str]
    text: str = field(repr=False)

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.text)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise requests.exceptions.HTTPError(f"the answer has status {self.status_code}")


class HttpClient:
    """Sends each request on a connection of its own, in ``seconds`` all told, without .netrc credentials."""

    def __init__(self, own: AuthoritySettings, *, seconds: float = DOCUMENT_TIMEOUT) -> None:
        self.own = own
        self.seconds = seconds

    def get(self, url: str, **options: Any) -> Answer:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> Answer:
        return self.request("POST", url, **options)

    def close(self) -> None:
        """Do nothing: no connection stays open."""

    def request(self, method: str, url: str, *, seconds: float | None = None, **options: Any) -> Answer:
        """Ask, and return the whole answer, whatever its status, in the client's ``seconds`` or fewer.

        Raises:
            OSError: no answer in time, a body that is too large, or a host that is none of the authority's.
        """
        address = real_address(self.own, url)
        seconds = self.seconds if seconds is None else seconds
        deadline = Deadline(seconds)
        limits: dict[str, Any] = {"timeout": (self.seconds / CONNECT_ATTEMPTS, seconds), "allow_redirects": False}
        with (
            within(deadline),
            open_session(address, deadline, Network()) as session,
            session.request(method, address, stream=True, **options | limits) as response,
        ):
            text = read_body(response).decode("utf-8", "replace")
            return Answer(response.status_code, response.headers, with_labels(text, origin(address)))


def real_address(own: AuthoritySettings, url: str) -> str:
    """Return where a request for an address goes: to one of the authority's hosts, on https.

    entra-double may be on plain http on this machine while ``DEBUG`` is on.

    Raises:
        WrongHost: the host is another one, or plain http is not allowed here.
    """
    host = plain_origin(url)
    known = (own.AUTHORITY_HOST, own.ISSUER_HOST, own.graph_host)
    real = next((each for each in known if each and host in (each, https_label(each))), None)
    if real is None and is_external_id(own) and host.endswith(f".{EXTERNAL_ID_DOMAIN}"):
        real = host
    if real is None or not (real.startswith("https://") or is_plain_here(real)):
        raise WrongHost(f"expected a host of the authority {own.AUTHORITY_HOST}")
    return real + url[len(host) :]


def plain_origin(url: str) -> str:
    """Return scheme, host and port of an address in lower case, or an empty text.

    Parsers drop spaces and line breaks, and read user names and backslashes as a host each in their own way. Such an
    address has no origin here.
    """
    found = PLAIN_ORIGIN.match(url)
    return found[0].lower() if found else ""


def with_labels(text: str, host: str) -> str:
    """Return what a host on plain http says of itself with its https label: MSAL takes no other endpoint."""
    return text.replace(host, https_label(host)) if is_loopback(host) else text


def is_external_id(own: AuthoritySettings) -> bool:
    return own.ISSUER_HOST is not None or own.AUTHORITY_HOST.endswith(f".{EXTERNAL_ID_DOMAIN}")


def is_plain_here(host: str) -> bool:
    return django_settings.DEBUG and urlsplit(host).hostname in LOOPBACK


def https_label(host: str) -> str:
    return "https" + host.removeprefix("https").removeprefix("http")
