"""Group C: the signature itself, malformed PKCS #1 blocks, and keys that may not sign."""

from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, Hash, HashAlgorithm
from django_entrance.verification.encoding import read_bytes
from scripted import ADA, K1, K2, STRANGER, Key, base64url, claims_v2, header_of, token

from vectors.cases import LET_IN, OTHERS, RETIRED, Case, Text, parts

BYTES = 256

#: DigestInfo of each hash (RFC 8017 section 9.2), up to the hash itself.
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA384_INFO = bytes.fromhex("3041300d060960864801650304020205000430")
SHA512_INFO = bytes.fromhex("3051300d060960864801650304020305000440")
SHA1_INFO = bytes.fromhex("3021300906052b0e03021a05000414")


def hashed(data: bytes, algorithm: HashAlgorithm | None = None) -> bytes:
    digest = Hash(algorithm or SHA256())
    digest.update(data)
    return digest.finalize()


def with_signature(change: Callable[[bytes], bytes]) -> Text:
    """A good token whose signature bytes were changed."""

    def build() -> str:
        header, payload, signature = parts()
        return f"{header}.{payload}.{base64url(change(read_bytes(signature)))}"

    return build


def raw(block: Callable[[bytes], bytes]) -> Text:
    """A token whose signature decrypts to a block of our making: ``signed → block`` of 256 bytes."""

    def build() -> str:
        header, payload, _ = parts()
        numbers = K1.private.private_numbers()
        number = int.from_bytes(block(f"{header}.{payload}".encode()), "big")
        signature = pow(number, numbers.d, numbers.public_numbers.n).to_bytes(BYTES, "big")
        return f"{header}.{payload}.{base64url(signature)}"

    return build


def padded(content: bytes, *, begin: bytes = b"\x00\x01", fill: bytes = b"\xff") -> bytes:
    return begin + fill * (BYTES - 3 - len(content)) + b"\x00" + content


def number(value: int) -> Text:
    return with_signature(lambda _: value.to_bytes(BYTES, "big"))


def modulus() -> int:
    return K1.private.public_key().public_numbers().n


def unreduced(signature: bytes) -> bytes:
    return (int.from_bytes(signature, "big") + modulus()).to_bytes(BYTES + 1, "big").lstrip(b"\x00")


def flipped(place: int) -> Callable[[bytes], bytes]:
    return lambda signature: signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]


def with_other_oid() -> str:
    """One bit of the payload differs, inside the object id."""
    header, payload, signature = parts()
    other = parts(token(claims_v2(oid=ADA.replace("ada00000", "ada00001"))))[1]
    assert other != payload
    return f"{header}.{other}.{signature}"


def signed_otherwise(text: Callable[[str, str], bytes]) -> Text:
    def build() -> str:
        header, payload, _ = parts()
        return f"{header}.{payload}.{base64url(K1.sign(text(header, payload)))}"

    return build


def by(key: Key, key_id: str) -> Text:
    return lambda: token(key=key, header=header_of(key, kid=key_id))


def one_fe(signed: bytes) -> bytes:
    block = bytearray(padded(SHA256_INFO + hashed(signed)))
    block[50] = 0xFE
    return bytes(block)


WRONG: dict[int, tuple[str, Text]] = {
    216: ("a bit of the first byte flipped", with_signature(flipped(0))),
    217: ("a bit of a middle byte flipped", with_signature(flipped(128))),
    219: ("a bit of the object id flipped", with_other_oid),
    220: ("one byte short", with_signature(lambda signature: signature[:-1])),
    221: ("a zero byte in front", with_signature(lambda signature: b"\x00" + signature)),
    223: ("the number 0", number(0)),
    225: ("the number n - 1", lambda: number(modulus() - 1)()),
    226: ("the number n", lambda: number(modulus())()),
    227: ("nothing but ones", with_signature(lambda _: b"\xff" * BYTES)),
    228: ("not reduced: s + n", with_signature(unreduced)),
    229: (
        "DigestInfo without NULL",
        raw(lambda text: padded(bytes.fromhex("302f300b06096086480165030402010420") + hashed(text))),
    ),
    230: ("DigestInfo of SHA-1", raw(lambda text: padded(SHA1_INFO + hashed(text, SHA1())))),
    231: ("DigestInfo of SHA-384", raw(lambda text: padded(SHA384_INFO + hashed(text, SHA384())))),
    232: ("DigestInfo of SHA-512", raw(lambda text: padded(SHA512_INFO + hashed(text, SHA512())))),
    233: ("the hash without DigestInfo", raw(lambda text: padded(hashed(text)))),
    234: ("the message itself", raw(lambda text: padded(text[:200]))),
    235: ("block type 02", raw(lambda text: padded(SHA256_INFO + hashed(text), begin=b"\x00\x02", fill=b"\x5a"))),
    236: ("block type 00", raw(lambda text: padded(SHA256_INFO + hashed(text), begin=b"\x00\x00", fill=b"\x00"))),
    237: (
        "short padding, garbage behind the hash",
        raw(lambda text: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + SHA256_INFO + hashed(text)).ljust(BYTES, b"\x5a")),
    ),
    239: ("one padding byte is fe", raw(one_fe)),
    240: (
        "a length in long form",
        raw(lambda text: padded(bytes.fromhex("308131300d060960864801650304020105000420") + hashed(text))),
    ),
    241: (
        "two bytes behind the hash, inside the sequence",
        raw(lambda text: padded(bytes.fromhex("3033300d060960864801650304020105000420") + hashed(text) + b"\x05\x00")),
    ),
    242: (
        "garbage in the algorithm's parameters",
        raw(lambda text: padded(bytes.fromhex("3035301106096086480165030402010404deadbeef0420") + hashed(text))),
    ),
    244: ("the hash of another message", raw(lambda _: padded(SHA256_INFO + hashed(b"another")))),
    246: ("a stranger's key under a published id", by(STRANGER, K1.key_id)),
    247: ("a published key under another's id", by(K2, K1.key_id)),
    252: ("over the payload alone", signed_otherwise(lambda _, payload: payload.encode())),
    253: (
        "over the JSON, not its base64url",
        signed_otherwise(lambda header, payload: read_bytes(header) + b"." + read_bytes(payload)),
    ),
}

CASES = [
    *(Case(number=at, title=title, text=text, outcome="signature_wrong") for at, (title, text) in WRONG.items()),
    Case(
        number=248,
        title="a key that is published no longer",
        text=by(RETIRED, RETIRED.key_id),
        outcome="signing_key_unknown",
    ),
    Case(
        number=250,
        title="another tenant's own key, our tenant's claims",
        text=by(OTHERS, OTHERS.key_id),
        outcome="key_issuer_refused",
    ),
    Case(number=254, title="the next key, under its own id", text=by(K2, K2.key_id), outcome=LET_IN),
]

#: The block that all malformed ones are beside: it verifies.
SOUND_BLOCK = raw(lambda text: padded(SHA256_INFO + hashed(text)))
