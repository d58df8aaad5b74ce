"""Reads the certificates of a registration; one that is there already needs no data.

https://learn.microsoft.com/graph/api/resources/keycredential
"""

import base64
import binascii

from cryptography import x509

from entra_double._graph.bodies import Json, bad_request, guid, known_members, moment, objects, seconds, text
from entra_double._world.directory import Directory
from entra_double._world.ids import derived_id
from entra_double._world.registration import AppRegistration, Certificate

_MEMBERS = (
    "customKeyIdentifier",
    "displayName",
    "endDateTime",
    "hasExtendedValue",
    "key",
    "keyId",
    "startDateTime",
    "type",
    "usage",
)


def read_keys(body: Json, name: str, known: AppRegistration, _: Directory) -> tuple[Certificate, ...]:
    """Return the certificates of a body, which replace those that are there."""
    there = {each.key_id: each for each in known.certificates}
    return tuple(_read_key(each, there) for each in objects(body, name))


def _read_key(each: Json, there: dict[str, Certificate]) -> Certificate:
    known_members(each, _MEMBERS)
    if (text(each, "type"), text(each, "usage")) != ("AsymmetricX509Cert", "Verify"):
        raise bad_request("entra-double knows keys of the type AsymmetricX509Cert for the usage Verify.")
    if each.get("key") is None:
        known = there.get(guid(each, "keyId"))
        if known is None:
            raise bad_request("A new key credential must have the property 'key'.")
        return known
    return _certificate(each, text(each, "key"))


def _certificate(each: Json, data: str) -> Certificate:
    try:
        known = x509.load_der_x509_certificate(base64.b64decode(data, validate=True))
    except (ValueError, binascii.Error):
        raise bad_request("'key' must be a certificate in DER, as base64.") from None
    last = int(known.not_valid_after_utc.timestamp())
    ends_at = seconds(each, "endDateTime", last)
    if ends_at > last:
        raise bad_request(f"Key credential end date is invalid: the certificate ends at {moment(last)}.")
    key_id = guid(each, "keyId") if each.get("keyId") else derived_id("certificate", data)
    der = base64.b64decode(data)
    return Certificate(key_id=key_id, der=der, name=text(each, "displayName", ""), ends_at=ends_at)
