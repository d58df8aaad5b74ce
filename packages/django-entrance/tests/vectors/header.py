"""Group A: what a header may say and bring along."""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import MGF1 as MASK
from cryptography.hazmat.primitives.asymmetric.padding import PSS, PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scripted import K1, K2, NULL, STRANGER, Key, as_json, base64url, header_of, token

from vectors.cases import NOT_OURS, RETIRED, Case, Text, parts, publish, with_header

MODULUS = K1.private.public_key().public_numbers().n.to_bytes(256)


def refused(number: int, title: str, reason: str, *, key: Key = K1, control: Text = token, **changes: Any) -> Case:
    """Good claims under a changed header, with a signature by ``key`` that is right for them."""
    return Case(number=number, title=title, text=with_header(key=key, **changes), outcome=reason, control=control)


def signed_so(sign: Callable[[bytes], bytes], **changes: Any) -> Text:
    """Good claims under a changed header, with whatever ``sign`` makes of them as the signature."""

    def build() -> str:
        signed = token(header=header_of(K1, **changes)).rpartition(".")[0]
        return f"{signed}.{base64url(sign(signed.encode()))}"

    return build


def unsigned(number: int, title: str, algorithm: str) -> Case:
    text = signed_so(lambda _: b"", alg=algorithm)
    return Case(number=number, title=f"no signature, and alg says none {title}", text=text, outcome="algorithm_refused")


def keyed(number: int, title: str, secret: bytes, **changes: Any) -> Case:
    """HS256 with a secret that anybody can know."""
    text = signed_so(lambda signed: hmac.digest(secret, signed, hashlib.sha256), alg="HS256", **changes)
    return Case(number=number, title=f"HS256 over {title}", text=text, outcome="algorithm_refused")


def otherwise(number: int, title: str, algorithm: str, sign: Callable[[bytes], bytes]) -> Case:
    """Signed, but not in the one way we take."""
    reason = "signature_wrong" if algorithm == "RS256" else "algorithm_refused"
    return Case(number=number, title=title, text=signed_so(sign, alg=algorithm), outcome=reason)


def unencoded(signed: bytes) -> bytes:
    """What RFC 7797 signs: the header's text, a dot, the payload's own bytes."""
    _, payload, _ = parts()
    return signed.partition(b".")[0] + b"." + urlsafe_b64decode(payload + "==")


def as_pem(form: PublicFormat, encoding: Encoding = Encoding.PEM) -> bytes:
    return K1.private.public_key().public_bytes(encoding, form)


def raw_header(number: int, title: str, header: bytes, **rest: Any) -> Case:
    return Case(number=number, title=title, text=lambda: token(header=header), outcome="token_malformed", **rest)


UNSIGNED = [
    unsigned(1, "in small letters", "none"),
    unsigned(3, "in capitals", "NONE"),
    unsigned(4, "in mixed letters", "NonE"),
    unsigned(5, "after a space", " none"),
    unsigned(6, "before a space", "none "),
    unsigned(7, "before a NUL", "none\0"),
    unsigned(8, "with a Cyrillic letter", "n\u043ene"),
    refused(9, "alg says none, though the signature is good", "algorithm_refused", alg="none"),
    Case(
        number=10,
        title="alg says none, and the last dot is left out as well",
        text=lambda: signed_so(lambda _: b"", alg="none")().rstrip("."),
        outcome=NOT_OURS,
    ),
]

ODD_ALGORITHMS: dict[int, tuple[str, Any]] = {
    11: ("not there", None),
    12: ("null", NULL),
    13: ("zero", 0),
    14: ("true", True),
    15: ("an empty list", []),
    16: ("a list of the right one", ["RS256"]),
    17: ("an object with the right name", {"RS256": True}),
    18: ("an empty text", ""),
    19: ("in small letters", "rs256"),
    20: ("in mixed letters", "Rs256"),
    21: ("with a space after it", "RS256 "),
    22: ("with a line's end after it", "RS256\n"),
    23: ("Java's name for it", "SHA256withRSA"),
    24: ("the name that XML signatures have for it", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
}

SECRETS = [
    keyed(25, "the public key in PEM", as_pem(PublicFormat.SubjectPublicKeyInfo)),
    keyed(27, "the public key in the older PEM", as_pem(PublicFormat.PKCS1)),
    keyed(28, "the public key in DER", as_pem(PublicFormat.SubjectPublicKeyInfo, Encoding.DER)),
    keyed(29, "the published JWK's text", as_json(K1.jwk())),
    keyed(30, "the text of all published keys", as_json({"keys": publish().keys})),
    keyed(31, "the modulus' bytes", MODULUS),
    keyed(32, "the modulus as published", base64url(MODULUS).encode()),
    keyed(33, "nothing", b""),
    keyed(34, "what a missing secret may turn into", b"null"),
    keyed(36, "the key's id", K1.key_id.encode()),
    keyed(88, "nothing, its kid an empty device", b"", kid="/dev/null"),
    keyed(89, "nothing, its kid a way up to an empty device", b"", kid="../" * 9 + "dev/null"),
    keyed(90, "a NUL, its kid an endless device of them", b"\0", kid="/dev/zero"),
    keyed(91, "what its kid makes a database answer", b"known", kid="x' UNION ALL SELECT 'known"),
    keyed(92, "a style sheet that everybody can read", b"body{margin:0}", kid="../static/admin/css/dark_mode.css"),
    keyed(93, "a file of known content", b"4096\n", kid="file:///proc/sys/kernel/shmmni"),
]

OTHER_ALGORITHMS = [
    otherwise(37, "RS384, rightly signed", "RS384", lambda text: K1.private.sign(text, PKCS1v15(), hashes.SHA384())),
    otherwise(38, "RS512, rightly signed", "RS512", lambda text: K1.private.sign(text, PKCS1v15(), hashes.SHA512())),
    otherwise(
        40,
        "the signature is PSS, and alg denies it",
        "RS256",
        lambda text: K1.private.sign(text, PSS(MASK(hashes.SHA256()), 32), hashes.SHA256()),
    ),
    otherwise(
        41,
        "ES256 by a curve's key of the attacker's own",
        "ES256",
        lambda text: ec.generate_private_key(ec.SECP256R1()).sign(text, ec.ECDSA(hashes.SHA256())),
    ),
    otherwise(42, "ES256 with both numbers zero", "ES256", lambda _: bytes(64)),
    otherwise(43, "EdDSA with bytes that mean nothing", "EdDSA", lambda _: bytes(range(64))),
]

#: Ways to bring a key along or to say where one lies. The addresses belong to nobody.
KEY_SOURCES: dict[int, tuple[str, dict[str, Any]]] = {
    44: ("the key itself", {"jwk": STRANGER.jwk()}),
    45: ("the key itself, and no kid", {"jwk": STRANGER.jwk(), "kid": None}),
    47: ("an address of the attacker's", {"jku": "https://keys.attacker.test/jwks"}),
    48: ("an address inside the data centre", {"jku": "http://169.254.169.254/metadata/instance"}),
    49: ("a file of ours", {"jku": "file:///etc/hostname"}),
    50: ("our login host as a user name", {"jku": "https://login.microsoftonline.com@attacker.test/jwks"}),
    51: ("our login host as a subdomain", {"jku": "https://login.microsoftonline.com.attacker.test/jwks"}),
    52: ("a certificate's address", {"x5u": "https://keys.attacker.test/certificate.pem"}),
    53: ("a certificate's address over FTP", {"x5u": "ftp://127.0.0.1/certificate"}),
    54: ("a certificate itself", {"x5c": [STRANGER.jwk()["n"]]}),
}

UNPUBLISHED_KEY_IDS = {
    58: ("a way up to an empty device", "../" * 7 + "dev/null"),
    59: ("an empty device", "/dev/null"),
    60: ("an empty device's address", "file:///dev/null"),
    61: ("SQL that is always true", "' OR 'a'='a"),
    62: ("SQL that answers with a key", "' UNION ALL SELECT 'key"),
    63: ("a shell's substitution", "$(hostname)"),
    64: ("a shell's pipe", "| hostname"),
    65: ("a template's expression", "{{6*6}}"),
    66: ("an escaped NUL", "%00"),
    67: ("a NUL at the end", "first\0"),
    69: ("a space before the right one", f" {K1.key_id}"),
    70: ("a space after the right one", f"{K1.key_id} "),
    71: ("a line's end after the right one", f"{K1.key_id}\n"),
    72: ("the right one in capitals", K1.key_id.swapcase()),
    73: ("a direction mark before the right one", f"\u202e{K1.key_id}"),
    75: ("a name that JavaScript's objects have", "__proto__"),
    78: ("a placeholder", "?"),
}

ODD_KEY_IDS: dict[int, tuple[str, Any]] = {
    74: ("endlessly long", "k" * 10_000),
    80: ("zero", 0),
    81: ("one", 1),
    82: ("true", True),
    84: ("a list of the right one", [K1.key_id]),
    87: ("a list in a list", [[]]),
}

CRITICAL: dict[int, tuple[str, dict[str, Any]]] = {
    102: ("an extension that nobody knows", {"crit": ["novelty"], "novelty": True}),
    103: ("a claim's name", {"crit": ["exp"]}),
    104: ("an unencoded payload", {"crit": ["b64"], "b64": False}),
    106: ("a text in place of a list", {"crit": "novelty"}),
    107: ("a name twice", {"crit": ["novelty", "novelty"]}),
    108: ("a null in the list", {"crit": [None]}),
    110: ("null", {"crit": NULL}),
    111: ("zero", {"crit": 0}),
    112: ("false", {"crit": False}),
}

TYPES: dict[int, tuple[str, Any]] = {
    117: ("an access token of RFC 9068", "at+jwt"),
    118: ("a media type in full", "application/jwt"),
    120: ("a token that signs out", "logout+jwt"),
    121: ("a security event", "secevent+jwt"),
    124: ("null", NULL),
    125: ("a number", 7),
    126: ("a list of the right one", ["JWT"]),
}

WITH_BOTH_IDS = with_header(x5t=K1.key_id)
ENTRA_WRITES_IT = "every token of Entra's has the right typ, none has a jku"

CASES = [
    *UNSIGNED,
    *(refused(n, f"alg is {what}", "algorithm_refused", alg=alg) for n, (what, alg) in ODD_ALGORITHMS.items()),
    *SECRETS,
    *OTHER_ALGORITHMS,
    *(refused(n, f"brings {it}", "header_refused", key=STRANGER, **new) for n, (it, new) in KEY_SOURCES.items()),
    replace(
        refused(
            55, "well signed, but names another place of keys", "header_refused", jku="https://keys.attacker.test/"
        ),
        choice=ENTRA_WRITES_IT,
    ),
    refused(56, "our thumbprint, nobody's kid", "signing_key_unknown", key=RETIRED, kid="nobody", x5t=K1.key_id),
    refused(57, "our thumbprint, no kid", "header_refused", control=WITH_BOTH_IDS, kid=None, x5t=K1.key_id),
    *(refused(n, f"kid is {it}", "signing_key_unknown", kid=kid) for n, (it, kid) in UNPUBLISHED_KEY_IDS.items()),
    *(refused(n, f"kid is {it}", "header_refused", kid=kid) for n, (it, kid) in ODD_KEY_IDS.items()),
    refused(95, "a stranger's key under its own name", "signing_key_unknown", key=STRANGER, kid="of-a-stranger"),
    refused(96, "a stranger's key without a name", "header_refused", key=STRANGER, kid=None),
    refused(97, "one of our keys, but unsaid which", "header_refused", kid=None),
    raw_header(98, "kid twice", as_json(header_of(K2))[:-1] + f',"kid":"{K1.key_id}"}}'.encode()),
    raw_header(100, "alg twice, the right one last", b'{"alg":"none",' + as_json(header_of(K1))[1:]),
    Case(
        number=101,
        title="alg twice, none last, no signature",
        text=lambda: token(header=as_json(header_of(K1))[:-1] + b',"alg":"none"}').rpartition(".")[0] + ".",
        outcome="token_malformed",
    ),
    *(refused(n, f"crit is {it}", "header_refused", **new) for n, (it, new) in CRITICAL.items()),
    Case(
        number=113,
        title="an unencoded payload was signed, and crit says so",
        text=signed_so(lambda signed: K1.sign(unencoded(signed)), b64=False, crit=["b64"]),
        outcome="header_refused",
    ),
    refused(114, "an unencoded payload, without crit", "header_refused", b64=False),
    refused(115, "a packed payload", "header_refused", zip="DEF"),
    *(refused(n, f"typ is {what}", "header_refused", typ=typ) for n, (what, typ) in TYPES.items()),
    replace(refused(127, "typ is not there", "header_refused", typ=None), choice=ENTRA_WRITES_IT),
    Case(
        number=128,
        title="a good token in the place of claims",
        text=lambda: token(token().encode(), header=header_of(K1, cty="JWT")),
        outcome=NOT_OURS,
    ),
    refused(129, "a nonce, as in tokens for Microsoft Graph", "graph_token", nonce="of-microsoft-graph"),
]
