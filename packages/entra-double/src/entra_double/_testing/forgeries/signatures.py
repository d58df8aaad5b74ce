"""Makes the forgeries of signatures: other algorithms, flipped bits, odd numbers, malformed PKCS #1 blocks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from entra_double._testing.forgeries.good_token import GoodToken
from entra_double._testing.forgeries.jws import Sign, as_json, rs256

_BYTES = 256
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)

# RFC 8017, section 9.2, note 1
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _by(algorithm: str, sign: Callable[[GoodToken], Sign]) -> Callable[[GoodToken], str]:
    return lambda good: good.forge(header={"alg": algorithm}, sign=sign(good))


def _rsa(algorithm: hashes.HashAlgorithm, scheme: padding.AsymmetricPadding) -> Callable[[GoodToken], Sign]:
    return lambda good: lambda signed: good.key.private_key.sign(signed, scheme, algorithm)


def _elliptic(_: GoodToken) -> Sign:
    key = ec.generate_private_key(ec.SECP256R1())
    return lambda signed: key.sign(signed, ec.ECDSA(hashes.SHA256()))


def _hs256(secret: Callable[[GoodToken], bytes]) -> Callable[[GoodToken], str]:
    return _by("HS256", lambda good: lambda signed: hmac.digest(secret(good), signed, hashlib.sha256))


def _der(good: GoodToken) -> bytes:
    return good.key.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _unencoded(good: GoodToken) -> str:
    """Sign what RFC 7797 says: the header's text, a dot, the payload's own bytes."""
    payload, sign = as_json(good.claims), rs256(good.key)
    return good.forge(
        header={"b64": False, "crit": ["b64"]}, sign=lambda signed: sign(signed.partition(b".")[0] + b"." + payload)
    )


def _over(text: Callable[[GoodToken, bytes], bytes]) -> Callable[[GoodToken], str]:
    """Sign another text than the service does."""
    return lambda good: good.forge(sign=lambda signed: rs256(good.key)(text(good, signed)))


def _changed(change: Callable[[bytes], bytes]) -> Callable[[GoodToken], str]:
    """Change a good signature."""
    return lambda good: good.forge(sign=lambda signed: change(rs256(good.key)(signed)))


def _flipped(place: int) -> Callable[[GoodToken], str]:
    return _changed(lambda signature: signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :])


def _number(value: Callable[[int], int]) -> Callable[[GoodToken], str]:
    """Put a number in place of the signature; `value` makes it of the modulus."""
    return lambda good: good.forge(sign=lambda _: value(_modulus(good)).to_bytes(_BYTES, "big"))


def _modulus(good: GoodToken) -> int:
    return good.key.private_key.public_key().public_numbers().n


def _unreduced(good: GoodToken) -> str:
    def sign(signed: bytes) -> bytes:
        number = int.from_bytes(rs256(good.key)(signed), "big") + _modulus(good)
        return number.to_bytes(_BYTES + 1, "big").lstrip(b"\x00")

    return good.forge(sign=sign)


def _oid_flipped(good: GoodToken) -> str:
    """Flip a bit of the object id in the payload."""
    oid = good.claim("oid")
    other = good.forge(claims={"oid": oid[:-1] + chr(ord(oid[-1]) ^ 1)})
    return ".".join((good.v2.split(".")[0], other.split(".")[1], good.v2.split(".")[2]))


def _pkcs1(make: Callable[[bytes], bytes]) -> Callable[[GoodToken], str]:
    """Sign a block of PKCS #1 that `make` makes of the text, with the right key."""

    def forge(good: GoodToken) -> str:
        exponent = good.key.private_key.private_numbers().d
        return good.forge(
            sign=lambda signed: pow(int.from_bytes(make(signed), "big"), exponent, _modulus(good)).to_bytes(
                _BYTES, "big"
            )
        )

    return forge


def _info(digest_info: str, algorithm: str = "sha256", after: bytes = b"") -> Callable[[GoodToken], str]:
    """Sign a well-padded block: the DigestInfo in hexadecimal, the hash, and what follows it."""
    start = bytes.fromhex(digest_info)
    return _pkcs1(lambda text: _padded(start + hashlib.new(algorithm, text).digest() + after))


def _hashed(text: bytes) -> bytes:
    return _SHA256_INFO + hashlib.sha256(text).digest()


def _padded(content: bytes, *, begin: bytes = b"\x00\x01", fill: bytes = b"\xff") -> bytes:
    return begin + fill * (_BYTES - len(begin) - 1 - len(content)) + b"\x00" + content


def _one_fe(text: bytes) -> bytes:
    block = bytearray(_padded(_hashed(text)))
    block[50] = 0xFE
    return bytes(block)


MADE: Mapping[str, Callable[[GoodToken], str]] = {
    "hs256_der": _hs256(_der),
    "hs256_modulus": _hs256(lambda good: _modulus(good).to_bytes(_BYTES, "big")),
    "rs384": _by("RS384", _rsa(hashes.SHA384(), padding.PKCS1v15())),
    "rs512": _by("RS512", _rsa(hashes.SHA512(), padding.PKCS1v15())),
    "ps256_as_rs256": _by("RS256", _rsa(hashes.SHA256(), _PSS)),
    "es256": _by("ES256", _elliptic),
    "es256_zeros": _by("ES256", lambda _: lambda _: bytes(64)),
    "eddsa": _by("EdDSA", lambda _: lambda signed: hashlib.sha512(signed).digest()),
    "b64_false": _unencoded,
    "signature_flipped": _flipped(0),
    "signature_flipped_inside": _flipped(128),
    "oid_flipped": _oid_flipped,
    "signature_truncated": _changed(lambda signature: signature[:-1]),
    "signature_zero_before": _changed(lambda signature: b"\x00" + signature),
    "signature_zero": _number(lambda _: 0),
    "signature_n_minus_1": _number(lambda modulus: modulus - 1),
    "signature_n": _number(lambda modulus: modulus),
    "signature_ones": _number(lambda _: (1 << 8 * _BYTES) - 1),
    "signature_unreduced": _unreduced,
    "pkcs1_missing_null": _info("302f300b06096086480165030402010420"),
    "pkcs1_sha1": _info("3021300906052b0e03021a05000414", "sha1"),
    "pkcs1_sha384": _info("3041300d060960864801650304020205000430", "sha384"),
    "pkcs1_sha512": _info("3051300d060960864801650304020305000440", "sha512"),
    "pkcs1_bare_hash": _info(""),
    "pkcs1_unhashed": _pkcs1(lambda text: _padded(text[:200])),
    "pkcs1_type_2": _pkcs1(lambda text: _padded(_hashed(text), begin=b"\x00\x02", fill=b"\x5a")),
    "pkcs1_type_0": _pkcs1(lambda text: _padded(_hashed(text), begin=b"\x00\x00", fill=b"\x00")),
    "pkcs1_short_padding": _pkcs1(
        lambda text: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + _hashed(text)).ljust(_BYTES, b"\x5a")
    ),
    "pkcs1_one_fe": _pkcs1(_one_fe),
    "pkcs1_long_length": _info("308131300d060960864801650304020105000420"),
    "pkcs1_trailing_bytes": _info("3033300d060960864801650304020105000420", after=b"\x05\x00"),
    "pkcs1_garbage_parameters": _info("3035301106096086480165030402010404deadbeef0420"),
    "pkcs1_other_message": _pkcs1(lambda _: _padded(_hashed(b"another"))),
    "signature_over_payload": _over(lambda _, signed: signed.partition(b".")[2]),
    "signature_over_json": _over(lambda good, _: as_json(good.header) + b"." + as_json(good.claims)),
}
