"""Client: azure-identity for Python. Runs its flows against `ENTRA_URL` (https) and prints one JSON line for each."""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any
from urllib.parse import urlencode

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    AuthorizationCodeCredential,
    CertificateCredential,
    ClientAssertionCredential,
    ClientSecretCredential,
    DeviceCodeCredential,
    OnBehalfOfCredential,
)
from client import (
    ADA,
    API,
    API_SECRET,
    CALLBACK,
    CERTIFICATE,
    DAEMON,
    DAEMON_SECRET,
    DEFAULT,
    FEDERATED_ISSUER,
    FEDERATED_SUBJECT,
    READ_ME,
    SCOPE,
    SITE,
    SITE_SECRET,
    TENANT,
    URL,
    WEB,
    expect,
    flow,
    payload,
    run,
    visit,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from person import Person

HERE: dict[str, Any] = {"authority": URL, "disable_instance_discovery": True}


def claims_of(credential: Any, scope: str = DEFAULT) -> dict[str, Any]:
    return payload(credential.get_token(scope).token)


def signed_in() -> Any:
    asked = {
        "client_id": SITE,
        "response_type": "code",
        "response_mode": "query",
        "redirect_uri": CALLBACK,
        "scope": f"{SCOPE} openid profile offline_access",
        "state": "client",
    }
    code = visit(f"{URL}/{TENANT}/oauth2/v2.0/authorize?{urlencode(asked)}")["code"]
    return AuthorizationCodeCredential(TENANT, SITE, code, CALLBACK, client_secret=SITE_SECRET, **HERE)


@flow("ClientSecretCredential")
def client_secret() -> str:
    return expect(
        "roles", claims_of(ClientSecretCredential(TENANT, DAEMON, DAEMON_SECRET, **HERE))["roles"], ["Logbook.Read.All"]
    )


@flow("ClientSecretCredential, wrong secret")
def wrong_secret() -> str:
    try:
        claims_of(ClientSecretCredential(TENANT, DAEMON, "wrong", **HERE))
    except ClientAuthenticationError as error:
        return expect("error", "AADSTS7000215" in str(error) and "AADSTS7000215", "AADSTS7000215")
    raise AssertionError("a wrong secret was accepted")


@flow("CertificateCredential")
def certificate() -> str:
    for chain in (False, True):
        credential = CertificateCredential(TENANT, DAEMON, str(CERTIFICATE), send_certificate_chain=chain, **HERE)
        said = expect("azpacr", claims_of(credential)["azpacr"], "2")
    return said + ", with and without the chain"


def assertion(header: dict[str, str], claims: dict[str, object]) -> str:
    """Sign a client assertion with the daemon's key."""
    times = {"iat": int(time.time()), "exp": int(time.time()) + 300, "jti": str(uuid.uuid4())}
    parts = ({"alg": "RS256", "typ": "JWT", **header}, {**times, **claims})
    signed = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    key: Any = serialization.load_pem_private_key(CERTIFICATE.read_bytes(), None)
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


@flow("ClientAssertionCredential, signed with the certificate")
def client_assertion() -> str:
    thumbprint = x509.load_pem_x509_certificate(CERTIFICATE.read_bytes()).fingerprint(hashes.SHA256())
    header = {"x5t#S256": base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}
    claims = {"aud": f"{URL}/{TENANT}/oauth2/v2.0/token", "iss": DAEMON, "sub": DAEMON}
    credential = ClientAssertionCredential(TENANT, DAEMON, lambda: assertion(header, claims), **HERE)
    return expect("azpacr", claims_of(credential)["azpacr"], "2")


@flow("ClientAssertionCredential, federated")
def federated() -> str:
    claims = {"aud": "api://AzureADTokenExchange", "iss": FEDERATED_ISSUER, "sub": FEDERATED_SUBJECT}
    credential = ClientAssertionCredential(TENANT, DAEMON, lambda: assertion({"kid": "one"}, claims), **HERE)
    return expect("roles", claims_of(credential)["roles"], ["Logbook.Read.All"])


@flow("DeviceCodeCredential")
def device_code() -> str:
    def tell(address: str, code: str, until: object) -> None:
        Person().visit(address, code=code)

    credential = DeviceCodeCredential(WEB, tenant_id=TENANT, prompt_callback=tell, **HERE)
    return expect("oid", claims_of(credential, SCOPE)["oid"], ADA)


@flow("AuthorizationCodeCredential")
def authorization_code() -> str:
    return expect("oid", claims_of(signed_in(), SCOPE)["oid"], ADA)


@flow("OnBehalfOfCredential")
def on_behalf_of() -> str:
    called_with = signed_in().get_token(SCOPE).token
    credential = OnBehalfOfCredential(TENANT, API, client_secret=API_SECRET, user_assertion=called_with, **HERE)
    return expect(
        "scp", " ".join({"User.Read"}.intersection(claims_of(credential, READ_ME)["scp"].split())), "User.Read"
    )


if __name__ == "__main__":
    run()
