"""Forgeries of the signature: flipped bits, odd numbers, malformed PKCS #1 blocks, other keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cryptography.hazmat.primitives import hashes

from entra_double._testing.forgeries.forgery import Expect, Forge, Forgery
from entra_double._testing.forging import Bench, as_json, rs256, stranger
from entra_double._tokens.signing import SigningKey

_BYTES = 256

# RFC 8017, section 9.2, note 1
_SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_SHA384_INFO = bytes.fromhex("3041300d060960864801650304020205000430")
_SHA512_INFO = bytes.fromhex("3051300d060960864801650304020305000440")


def _made(name: str, corpus: str, says: str, forge: Forge, expect: Expect = "refuse") -> Forgery:
    return Forgery(name=name, group="signature", corpus=tuple(corpus.split()), says=says, expect=expect, forge=forge)


def _spoilt(name: str, corpus: str, says: str, change: Callable[[bytes], bytes]) -> Forgery:
    """Change a good signature."""
    return _made(name, corpus, says, lambda bench: bench.token(sign=lambda signed: change(rs256(bench.key)(signed))))


def _number(name: str, corpus: str, says: str, value: Callable[[int], int]) -> Forgery:
    """Give a number in place of the signature; `value` makes it of the modulus."""
    return _made(
        name,
        corpus,
        f"the signature is {says}",
        lambda bench: bench.token(sign=lambda _: value(_modulus(bench.key)).to_bytes(_BYTES, "big")),
    )


def _block(name: str, corpus: str, says: str, make: Callable[[bytes], bytes]) -> Forgery:
    """Sign a block of PKCS #1 that `make` makes of the text, with the right key."""

    def forge(bench: Bench) -> str:
        return bench.token(sign=lambda signed: _raw(bench.key, make(signed)))

    return _made(name, corpus, f"PKCS #1: {says}", forge)


def _raw(key: SigningKey, block: bytes) -> bytes:
    numbers = key.private_key.private_numbers()
    modulus = numbers.public_numbers.n
    return pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes(_BYTES, "big")


def _modulus(key: SigningKey) -> int:
    return key.private_key.public_key().public_numbers().n


def _padded(content: bytes, *, begin: bytes = b"\x00\x01", fill: bytes = b"\xff") -> bytes:
    return begin + fill * (_BYTES - len(begin) - 1 - len(content)) + b"\x00" + content


def _hashed(text: bytes, algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    digest = hashes.Hash(algorithm or hashes.SHA256())
    digest.update(text)
    return digest.finalize()


def _flipped(place: int) -> Callable[[bytes], bytes]:
    return lambda signature: signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]


def _unreduced(bench: Bench) -> str:
    def sign(signed: bytes) -> bytes:
        number = int.from_bytes(rs256(bench.key)(signed), "big") + _modulus(bench.key)
        return number.to_bytes(_BYTES + 1, "big").lstrip(b"\x00")

    return bench.token(sign=sign)


def _other_oid(bench: Bench) -> str:
    """Flip a bit of the object id in the payload."""
    oid = bench.text("oid")
    other = bench.token(claims={"oid": oid[:-1] + chr(ord(oid[-1]) ^ 1)})
    return ".".join((bench.good.split(".")[0], other.split(".")[1], bench.good.split(".")[2]))


def _one_fe(signed: bytes) -> bytes:
    block = bytearray(_padded(_SHA256_INFO + _hashed(signed)))
    block[50] = 0xFE
    return bytes(block)


def _by(key: Callable[[Bench], SigningKey], key_id: Callable[[Bench], str]) -> Forge:
    return lambda bench: bench.token(header={"kid": key_id(bench)}, sign=rs256(key(bench)))


def _over(text: Callable[[Bench, bytes], bytes]) -> Forge:
    """Sign another text than the service does."""
    return lambda bench: bench.token(sign=lambda signed: rs256(bench.key)(text(bench, signed)))


_BLOCKS: Mapping[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "missing_null": (
        "229",
        "DigestInfo without NULL",
        lambda text: _padded(bytes.fromhex("302f300b06096086480165030402010420") + _hashed(text)),
    ),
    "sha1": ("230", "SHA-1", lambda text: _padded(_SHA1_INFO + _hashed(text, hashes.SHA1()))),
    "sha384": ("231", "SHA-384 under RS256", lambda text: _padded(_SHA384_INFO + _hashed(text, hashes.SHA384()))),
    "sha512": ("232", "SHA-512 under RS256", lambda text: _padded(_SHA512_INFO + _hashed(text, hashes.SHA512()))),
    "bare_hash": ("233", "the hash without DigestInfo", lambda text: _padded(_hashed(text))),
    "unhashed": ("234", "the message itself", lambda text: _padded(text[:200])),
    "type_2": (
        "235",
        "block type 02",
        lambda text: _padded(_SHA256_INFO + _hashed(text), begin=b"\x00\x02", fill=b"\x5a"),
    ),
    "type_0": (
        "236",
        "block type 00",
        lambda text: _padded(_SHA256_INFO + _hashed(text), begin=b"\x00\x00", fill=b"\x00"),
    ),
    "short_padding": (
        "237",
        "short padding, garbage behind the hash",
        lambda text: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + _SHA256_INFO + _hashed(text)).ljust(_BYTES, b"\x5a"),
    ),
    "one_fe": ("239", "one byte of the padding is fe", _one_fe),
    "long_length": (
        "240",
        "a length in long form",
        lambda text: _padded(bytes.fromhex("308131300d060960864801650304020105000420") + _hashed(text)),
    ),
    "trailing_bytes": (
        "241",
        "two bytes behind the hash, inside the sequence",
        lambda text: _padded(bytes.fromhex("3033300d060960864801650304020105000420") + _hashed(text) + b"\x05\x00"),
    ),
    "garbage_parameters": (
        "242",
        "garbage in the algorithm's parameters",
        lambda text: _padded(bytes.fromhex("3035301106096086480165030402010404deadbeef0420") + _hashed(text)),
    ),
    "other_message": ("244", "the hash of another message", lambda _: _padded(_SHA256_INFO + _hashed(b"another"))),
}

FORGERIES: tuple[Forgery, ...] = (
    _spoilt("signature_flipped", "216", "one bit of the first byte flipped", _flipped(0)),
    _spoilt("signature_flipped_inside", "217", "one bit of a middle byte flipped", _flipped(128)),
    _made("oid_flipped", "219", "one bit of the object id flipped", _other_oid),
    _spoilt("signature_truncated", "220", "one byte short", lambda signature: signature[:-1]),
    _spoilt("signature_zero_before", "221", "a zero byte in front", lambda signature: b"\x00" + signature),
    _number("signature_zero", "223", "0", lambda _: 0),
    _number("signature_n_minus_1", "225", "the modulus less one", lambda modulus: modulus - 1),
    _number("signature_n", "226", "the modulus", lambda modulus: modulus),
    _number("signature_ones", "227", "nothing but ones", lambda _: (1 << 8 * _BYTES) - 1),
    _made("signature_unreduced", "228", "the signature with the modulus added", _unreduced),
    *(_block(f"pkcs1_{end}", at, says, make) for end, (at, says, make) in _BLOCKS.items()),
    _made(
        "signature_stolen_kid",
        "246",
        "a stranger's key under our key's id",
        _by(lambda _: stranger(), lambda bench: bench.key.key_id),
    ),
    _made(
        "signature_other_key",
        "247",
        "a published key under another's id",
        _by(lambda bench: bench.next_key, lambda bench: bench.key.key_id),
    ),
    _made(
        "key_retired",
        "248",
        "a key that is published no longer",
        _by(lambda _: stranger(), lambda _: stranger().key_id),
    ),
    _made(
        "consumer_key",
        "250",
        "the key of personal accounts, the claims of a tenant",
        _by(lambda bench: bench.personal_key, lambda bench: bench.personal_key.key_id),
    ),
    _made(
        "signature_over_payload",
        "252",
        "over the payload alone",
        _over(lambda _, signed: signed.partition(b".")[2]),
    ),
    _made(
        "signature_over_json",
        "253",
        "over the JSON, not over its base64url",
        _over(lambda bench, _: as_json(bench.header) + b"." + as_json(bench.claims)),
    ),
    _made(
        "next_key",
        "254",
        "the next key, published already, under its own id",
        _by(lambda bench: bench.next_key, lambda bench: bench.next_key.key_id),
        "accept",
    ),
)
