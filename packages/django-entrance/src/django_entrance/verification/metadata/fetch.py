"""Fetches one document of an authority over HTTP: bounded in time and size, no redirects, no credentials."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager

import requests
from urllib3.exceptions import HTTPError

from django_entrance.verification.metadata.connections import (
    Deadline,
    DeadlineAdapter,
    Network,
    SystemTrustAdapter,
    within,
)

Fetch = Callable[[str], bytes]
"""Returns the body of the document at an address. Raises OSError when it is not available."""

DOCUMENT_TIMEOUT = 5.0
"""Seconds for one document, all told."""

CONNECT_ATTEMPTS = 5
"""A host can have addresses that cannot be reached from here: each gets this share of the time."""

LARGEST_DOCUMENT = 1_000_000
CHUNK = 16_384

BAD_PROXY = "the address of the proxy cannot be read: in its password, write / # ? and ] as %2F %23 %3F and %5D"


def fetch_document(url: str, *, deadline: Deadline | None = None, network: Network | None = None) -> bytes:
    """Return the body at ``url``: at most LARGEST_DOCUMENT bytes, in DOCUMENT_TIMEOUT seconds, without redirects.

    Raises:
        OSError: no answer, a late or too large one, or a status other than 200 (requests' errors are OSErrors).
    """
    with open_document(url, deadline=deadline, network=network) as response:
        return read_body(response)


@contextmanager
def open_document(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    statuses: Container[int] = (200,),
    deadline: Deadline | None = None,
    network: Network | None = None,
) -> Iterator[requests.Response]:
    """Request a document and yield the response before its body is read. The whole block is under the deadline.

    Raises:
        OSError: no answer in time, or a status that is not one of ``statuses``.
    """
    deadline = deadline or Deadline(DOCUMENT_TIMEOUT)
    with within(deadline), open_session(url, deadline, network or Network()) as session:
        session.headers.update(headers or {})
        with send_request(session, url, deadline.seconds) as response:
            if response.status_code not in statuses:
                raise UnexpectedStatus(response.status_code)
            yield response


def open_session(url: str, deadline: Deadline, network: Network) -> requests.Session:
    """Return a session for one address: no credentials, no compression, and no environment on loopback."""
    session = requests.Session()
    session.auth = send_no_credentials
    session.headers["Accept-Encoding"] = "identity"  # an uncompressed body cannot be a zip bomb
    if is_loopback(url):
        session.mount("http://", DeadlineAdapter(deadline, network))
    else:
        session.mount("https://", SystemTrustAdapter(deadline, network))
    session.trust_env = not is_loopback(url)
    return session


def send_request(session: requests.Session, url: str, seconds: float) -> requests.Response:
    """Send the request. An error never quotes the address of a proxy, which may contain a password."""
    try:
        return session.get(url, timeout=(seconds / CONNECT_ATTEMPTS, seconds), allow_redirects=False, stream=True)
    except requests.exceptions.InvalidSchema:  # such as a SOCKS proxy without PySocks
        raise
    except (ValueError, TypeError):  # requests raises TypeError for a name and a password without a host
        raise requests.exceptions.ProxyError(BAD_PROXY) from None


class UnexpectedStatus(OSError):
    """An answer has another status than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(f"expected status 200, got {status}")
        self.status = status


class TooLarge(OSError):
    """An answer has more than LARGEST_DOCUMENT bytes."""


def read_body(response: requests.Response) -> bytes:
    """Read the body in chunks, and stop as soon as it is too large."""
    body = bytearray()
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_DOCUMENT:
                raise TooLarge(f"the document has more than {LARGEST_DOCUMENT} bytes")
    except HTTPError as fault:
        raise OSError(f"the document broke off: {type(fault).__name__}") from fault
    return bytes(body)


def is_loopback(url: str) -> bool:
    """Tell whether an address is on loopback, as every plain http address is. No proxy may answer for it."""
    return url.startswith("http://")


def send_no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Prevent requests from sending the credentials of a .netrc file."""
    return request
