"""Reads what an application proves itself with: secrets, certificates, and others' tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from entra_double._world.directory_file.homes import Table, seconds
from entra_double._world.directory_file.problems import Path, Problem
from entra_double._world.ids import derived_id
from entra_double._world.registration import Certificate, FederatedCredential, Secret
from entra_double._world.times import FAR_FUTURE

_PEM = b"-----BEGIN "


def read_secrets(table: Table, path: Path, client_id: str) -> tuple[Secret, ...]:
    return tuple(
        Secret(
            key_id=given.get("id", derived_id("secret", client_id, given["value"])).lower(),
            value=given["value"],
            name=given.get("name", ""),
            starts_at=seconds(given.get("starts", 0)),
            ends_at=seconds(given.get("expires", FAR_FUTURE)),
        )
        for _, given in _tables(table, "secrets", "value", path)
    )


def read_certificates(table: Table, path: Path, client_id: str, folder: FilePath | None) -> tuple[Certificate, ...]:
    """Read certificates, each from a file beside the directory file or written out as PEM.

    Raises:
        Problem: There is no certificate in it, or no file may be read.
    """
    return tuple(_certificate(given, place, client_id, folder) for place, given in _certificates(table, path))


def _certificates(table: Table, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for place, given in _tables(table, "certificates", "file", path):
        if ("file" in given) == ("pem" in given):
            raise Problem(place, "a certificate has either 'file' or 'pem'")
        yield place, given


def _certificate(given: dict[str, Any], path: Path, client_id: str, folder: FilePath | None) -> Certificate:
    data = given["pem"].encode() if "pem" in given else _read(given["file"], path, folder)
    try:
        known = x509.load_pem_x509_certificate(data) if _PEM in data else x509.load_der_x509_certificate(data)
    except ValueError:
        raise Problem(path, "this is no certificate") from None
    der = known.public_bytes(serialization.Encoding.DER)
    return Certificate(
        key_id=given.get("id", derived_id("certificate", client_id, der.hex())).lower(),
        der=der,
        name=given.get("name", ""),
        ends_at=seconds(given.get("expires", known.not_valid_after_utc)),
    )


def _read(name: str, path: Path, folder: FilePath | None) -> bytes:
    if folder is None:
        raise Problem(path, "files are not read from here; write the certificate out as { pem = ... }")
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise Problem(path, f"{name!r} cannot be read: {error.strerror}") from None


def read_federated(table: Table, path: Path, client_id: str) -> tuple[FederatedCredential, ...]:
    found = []
    for place, given in _tables(table, "federated", "", path):
        name = given.get("name", given["subject"])
        known_id = given.get("id", derived_id("federated", client_id, given["issuer"], given["subject"])).lower()
        audience = {"audience": given["audience"]} if "audience" in given else {}
        public_key = _public_key(given["public_key"], place) if "public_key" in given else None
        found.append(
            FederatedCredential(
                id=known_id,
                name=name,
                issuer=given["issuer"],
                subject=given["subject"],
                public_key=public_key,
                **audience,
            )
        )
    return tuple(found)


def _public_key(pem: str, path: Path) -> bytes:
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except ValueError:
        raise Problem((*path, "public_key"), "this is no public key in PEM") from None
    if not isinstance(key, RSAPublicKey):
        raise Problem((*path, "public_key"), "the key must be an RSA key")
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _tables(table: Table, key: str, main: str, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the items of a list as tables; one that is only a text is its `main` member."""
    for position, given in enumerate(table.get(key, ())):
        yield (*path, key, position), {main: given} if isinstance(given, str) else given
