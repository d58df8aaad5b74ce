"""Judge: azure-identity for Python. Runs its flows against `ENTRA_URL` (https) and prints one JSON line for each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    AuthorizationCodeCredential,
    CertificateCredential,
    ClientSecretCredential,
    OnBehalfOfCredential,
)
from judge import (
    ADA,
    API,
    API_SECRET,
    CALLBACK,
    CERTIFICATE,
    DAEMON,
    DAEMON_SECRET,
    DEFAULT,
    READ_ME,
    SCOPE,
    SITE,
    SITE_SECRET,
    TENANT,
    URL,
    expect,
    flow,
    payload,
    run,
    visit,
)

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
        "state": "judge",
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
    raise AssertionError("a wrong secret opens the door")


@flow("CertificateCredential")
def certificate() -> str:
    for chain in (False, True):
        credential = CertificateCredential(TENANT, DAEMON, str(CERTIFICATE), send_certificate_chain=chain, **HERE)
        said = expect("azpacr", claims_of(credential)["azpacr"], "2")
    return said + ", with and without the chain"


@flow("AuthorizationCodeCredential")
def authorization_code() -> str:
    return expect("oid", claims_of(signed_in(), SCOPE)["oid"], ADA)


@flow("OnBehalfOfCredential")
def on_behalf_of() -> str:
    called_with = signed_in().get_token(SCOPE).token
    credential = OnBehalfOfCredential(TENANT, API, client_secret=API_SECRET, user_assertion=called_with, **HERE)
    return expect("scp", claims_of(credential, READ_ME)["scp"], "User.Read")


if __name__ == "__main__":
    run()
