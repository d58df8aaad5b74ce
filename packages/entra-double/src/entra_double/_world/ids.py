"""Makes ids that follow from names, and knows those that are the same in every tenant, and what an id looks like."""

import base64
import re
import uuid

GRAPH_CLIENT_ID = "00000003-0000-0000-c000-000000000000"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
DEFAULT_USER_ROLE = "b79fbf4d-3ef9-4689-8143-76b194e85509"
NIL_ID = "00000000-0000-0000-0000-000000000000"

_NAMESPACE = uuid.UUID("e47a10ca-0000-4000-a000-000000000000")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def derived_id(*names: str) -> str:
    """Give the GUID that `names` always have, in any case of letters (RFC 9562, version 5)."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(name.casefold() for name in names)))


def short_id(*names: str) -> str:
    """Give the same as 22 characters of base64url, as Microsoft Graph names grants and assignments."""
    return base64.urlsafe_b64encode(uuid.UUID(derived_id(*names)).bytes).rstrip(b"=").decode()


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None
