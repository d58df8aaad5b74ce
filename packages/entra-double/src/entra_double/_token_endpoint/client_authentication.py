"""Authenticates clients: by a secret, a certificate, or a federated issuer's token (RFC 6749, section 2.3).

https://learn.microsoft.com/entra/identity-platform/certificate-credentials
https://learn.microsoft.com/entra/workload-id/workload-identity-federation
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from entra_double._tokens.emulator import Emulator
from entra_double._tokens.verifying import WHAT_IS_WRONG, BadToken, Claims, base64url, read_object, verify
from entra_double._world.errors import Refusal
from entra_double._world.registration import AppRegistration, Certificate, FederatedCredential
from entra_double._world.requests.delegation import ClientProof
from entra_double._world.requests.lookup import Parameters

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CLOCK_DIFFERENCE = 300
ALGORITHMS = frozenset({"RS256", "PS256"})


def with_basic(parameters: Parameters, authorization: str | None) -> Parameters:
    """Give the parameters with the client's id and secret from HTTP Basic (RFC 6749, section 2.3.1)."""
    if authorization is None:
        return parameters
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        colon = ""
    if scheme.lower() != "basic" or not colon or "client_secret" in parameters:
        raise Refusal(9002313, why="the Authorization header is no Basic credential, or the secret comes twice")
    client_id = unquote_plus(client_id)
    if parameters.get("client_id", client_id) != client_id:
        raise Refusal(9002313, why="header and body name two clients")
    return {**parameters, "client_id": client_id, "client_secret": unquote_plus(secret)}


def prove(
    emulator: Emulator, client: AppRegistration, parameters: Parameters, *, token_endpoints: frozenset[str]
) -> ClientProof:
    """Say how the client has proved itself; NONE when it sent no credential, and refuse a wrong one."""
    secret, assertion = parameters.get("client_secret"), parameters.get("client_assertion")
    if secret is None and assertion is None:
        return ClientProof.NONE
    if secret is not None and assertion is not None:
        raise Refusal(9002313, why="there is both a secret and an assertion")
    if not client.is_confidential:
        raise Refusal(700025)
    if assertion is None:
        _check_secret(client, str(secret), emulator.now())
        return ClientProof.SECRET
    if parameters.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refusal(900144, parameter="client_assertion_type")
    if _is_federated(client, assertion):
        _check_federated(emulator, client, assertion)
    else:
        _check_own(emulator, client, assertion, token_endpoints)
    return ClientProof.CERTIFICATE


def _check_secret(client: AppRegistration, secret: str, now: int) -> None:
    same = (each for each in client.secrets if secrets.compare_digest(each.value.encode(), secret.encode()))
    if (known := next(same, None)) is None:
        raise Refusal(7000215, client=client.name)
    if not known.starts_at <= now < known.ends_at:
        raise Refusal(7000222, client=client.name)


def _is_federated(client: AppRegistration, assertion: str) -> bool:
    """Say whether an assertion claims another issuer, where the client trusts some; it is not verified yet."""
    if not client.federated:
        return False
    try:
        return read_object(f"{assertion}..".split(".")[1]).get("iss") != client.client_id
    except BadToken:
        return False


def _check_own(emulator: Emulator, client: AppRegistration, assertion: str, token_endpoints: frozenset[str]) -> None:
    """Check an assertion signed with a certificate; it may be sent again until `exp`, as Microsoft's clients do."""
    now = emulator.now()
    try:
        claims = verify(assertion, lambda header: _find_key(client, header, now), algorithms=ALGORITHMS)
    except BadToken as bad:
        raise Refusal(700027, client=client.name, why=WHAT_IS_WRONG[bad.reason]) from None
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise Refusal(700027, client=client.name, why="iss and sub are not the client's id")
    if not _is_for(token_endpoints, claims.get("aud")):
        raise Refusal(700023, audience=str(claims.get("aud")))
    if not _is_in_time(claims, now):
        raise Refusal(700024)


def _is_for(token_endpoints: frozenset[str], audience: object) -> bool:
    """Say whether an audience is an endpoint, or several of which one is (RFC 7519, section 4.1.3)."""
    several = audience if isinstance(audience, list) else [audience]
    return any(isinstance(each, str) and each in token_endpoints for each in several)


def _check_federated(emulator: Emulator, client: AppRegistration, assertion: str) -> None:
    """Check a token of an issuer that the client's registration names; such a token may be sent again."""
    claimed, named = read_object(assertion.split(".")[1]), list(client.federated)
    for code, claim, values_of in _FEDERATED:
        named = [known for known in named if claimed.get(claim) in values_of(known)]
        if not named:
            raise Refusal(code, claim=str(claimed.get(claim)))
    try:
        claims = _verified(emulator, named[0], assertion)
    except BadToken as bad:
        if bad.reason == "ended":
            raise Refusal(700024) from None
        raise Refusal(700027, client=client.name, why=WHAT_IS_WRONG[bad.reason]) from None
    if not _is_in_time(claims, emulator.now()):
        raise Refusal(700024)


_FEDERATED: tuple[tuple[int, str, Callable[[FederatedCredential], list[object]]], ...] = (
    (700211, "iss", lambda known: [known.issuer]),
    (700213, "sub", lambda known: [known.subject]),
    (700212, "aud", lambda known: [known.audience, [known.audience]]),
)
"""What a federated credential must match: the refusal otherwise, the claim, and the values that it may have."""


def _verified(emulator: Emulator, credential: FederatedCredential, assertion: str) -> Claims:
    """Give the claims of a token that the credential's issuer has signed; keys are never fetched."""
    if credential.public_key is None:
        return emulator.verify_own(assertion)
    key = serialization.load_der_public_key(credential.public_key)
    return verify(assertion, lambda _: key if isinstance(key, RSAPublicKey) else None, algorithms=ALGORITHMS)


def _is_in_time(claims: Claims, now: int) -> bool:
    """`exp` must be there; clocks may differ by five minutes."""
    ends, begins = claims.get("exp"), claims.get("nbf", now)
    if not isinstance(ends, int | float) or not isinstance(begins, int | float):
        return False
    return now < ends + CLOCK_DIFFERENCE and now >= begins - CLOCK_DIFFERENCE


def _find_key(client: AppRegistration, header: Mapping[str, object], now: int) -> RSAPublicKey | None:
    """Choose the client's certificate by `x5t#S256`, or the older `x5t`; MSAL Python pads both."""
    thumbprint = str(header.get("x5t#S256", header.get("x5t"))).rstrip("=")
    for certificate in client.certificates:
        if thumbprint in thumbprints(certificate):
            if now >= certificate.ends_at:
                raise Refusal(1000502, client=client.name)
            key = x509.load_der_x509_certificate(certificate.der).public_key()
            return key if isinstance(key, RSAPublicKey) else None
    return None


def thumbprints(certificate: Certificate) -> frozenset[str]:
    digests = hashlib.sha256(certificate.der).digest(), hashlib.sha1(certificate.der, usedforsecurity=False).digest()
    return frozenset(map(base64url, digests))
