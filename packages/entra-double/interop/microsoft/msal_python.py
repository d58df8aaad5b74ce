"""Client: MSAL Python. Runs its flows against `ENTRA_URL` (https) and prints one JSON line for each."""

from __future__ import annotations

from typing import Any

import msal
from client import (
    ADA,
    API,
    API_SECRET,
    C1,
    CALLBACK,
    CERTIFICATE,
    DAEMON,
    DAEMON_SECRET,
    DEFAULT,
    NATIVE,
    READ_ME,
    SCOPE,
    SITE,
    SITE_SECRET,
    TENANT,
    URL,
    WEB,
    control,
    expect,
    flow,
    payload,
    run,
    visit,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from person import Person

AUTHORITY = {"authority": f"{URL}/{TENANT}", "instance_discovery": False}


def confidential(client_id: str, credential: Any) -> Any:
    return msal.ConfidentialClientApplication(client_id, client_credential=credential, **AUTHORITY)


def tokens_of(answer: dict[str, Any]) -> dict[str, Any]:
    if "access_token" not in answer:
        raise AssertionError(f"{answer.get('error')}: {answer.get('error_description')}")
    return answer


def sign_in(client: Any, redirect_uri: str, scopes: list[str], **more: Any) -> dict[str, Any]:
    begun = client.initiate_auth_code_flow(scopes, redirect_uri=redirect_uri, response_mode="form_post", **more)
    answer: dict[str, Any] = client.acquire_token_by_auth_code_flow(begun, visit(begun["auth_uri"]))
    return answer


@flow("client credentials, secret")
def with_a_secret() -> str:
    client = confidential(DAEMON, DAEMON_SECRET)
    tokens = tokens_of(client.acquire_token_for_client([DEFAULT]))
    again = client.acquire_token_for_client([DEFAULT])
    expect("the second token's source", again["token_source"], "cache")
    return expect("roles", payload(tokens["access_token"])["roles"], ["Logbook.Read.All"])


@flow("client credentials, certificate")
def with_a_certificate() -> str:
    pem = CERTIFICATE.read_text()
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key: Any = serialization.load_pem_private_key(pem.encode(), None)
    bundle = CERTIFICATE.with_suffix(".pfx")
    bundle.write_bytes(pkcs12.serialize_key_and_certificates(None, key, certificate, None, NoEncryption()))
    for credential in (
        {"private_key": pem, "public_certificate": pem[pem.index("-----BEGIN CERTIFICATE") :]},
        {"private_key": pem, "thumbprint": certificate.fingerprint(hashes.SHA1()).hex()},
        {"private_key_pfx_path": str(bundle)},
    ):
        tokens = tokens_of(confidential(DAEMON, credential).acquire_token_for_client([DEFAULT]))
        said = expect("azpacr", payload(tokens["access_token"])["azpacr"], "2")
    return said + ", by either thumbprint, from PEM and PFX"


@flow("client credentials, wrong secret")
def with_a_wrong_secret() -> str:
    refused = confidential(DAEMON, "wrong").acquire_token_for_client([DEFAULT])
    return expect("error", (refused["error"], *refused["error_codes"]), ("invalid_client", 7000215))


@flow("authorization code with PKCE, confidential")
def web_site() -> str:
    tokens = tokens_of(sign_in(confidential(SITE, SITE_SECRET), CALLBACK, [SCOPE], max_age=3600))
    expect("oid", tokens["id_token_claims"]["oid"], ADA)
    return expect("scp", payload(tokens["access_token"])["scp"], "access_as_user")


@flow("authorization code with PKCE, public")
def phone() -> str:
    client = msal.PublicClientApplication(WEB, **AUTHORITY)
    tokens = tokens_of(sign_in(client, NATIVE, [SCOPE]))
    expect("home account", client.get_accounts()[0]["home_account_id"], f"{ADA}.{TENANT}")
    return expect("azpacr", payload(tokens["access_token"])["azpacr"], "0")


@flow("silent")
def silent() -> str:
    client = confidential(SITE, SITE_SECRET)
    tokens = tokens_of(sign_in(client, CALLBACK, [SCOPE]))
    again = client.acquire_token_silent([SCOPE], client.get_accounts()[0])
    expect("the same token", again["access_token"] == tokens["access_token"], True)
    return expect("source", again["token_source"], "cache")


@flow("forced refresh")
def forced_refresh() -> str:
    client = confidential(SITE, SITE_SECRET)
    tokens = tokens_of(sign_in(client, CALLBACK, [SCOPE]))
    again = tokens_of(client.acquire_token_silent([SCOPE], client.get_accounts()[0], force_refresh=True))
    expect("the same token", again["access_token"] == tokens["access_token"], False)
    return expect("source", again["token_source"], "identity_provider")


@flow("refresh after revocation")
def revoked() -> str:
    client = confidential(SITE, SITE_SECRET)
    tokens_of(sign_in(client, CALLBACK, [SCOPE]))
    control("POST", "revoke-refresh-tokens")
    refused = client.acquire_token_silent_with_error([SCOPE], client.get_accounts()[0], force_refresh=True)
    return expect("error", (refused["error"], refused["suberror"]), ("invalid_grant", "bad_token"))


@flow("prompt=none without a session")
def no_session() -> str:
    refused = sign_in(msal.PublicClientApplication(WEB, **AUTHORITY), NATIVE, [SCOPE], prompt="none")
    return expect("error", refused["error"], "login_required")


@flow("on-behalf-of")
def on_behalf_of() -> str:
    called_with = tokens_of(sign_in(confidential(SITE, SITE_SECRET), CALLBACK, [SCOPE]))["access_token"]
    tokens = tokens_of(confidential(API, API_SECRET).acquire_token_on_behalf_of(called_with, [READ_ME]))
    expect("oid", payload(tokens["access_token"])["oid"], ADA)
    return expect(
        "scp", " ".join({"User.Read"}.intersection(payload(tokens["access_token"])["scp"].split())), "User.Read"
    )


@flow("claims challenge")
def claims_challenge() -> str:
    client = confidential(SITE, SITE_SECRET)
    tokens_of(sign_in(client, CALLBACK, [SCOPE]))
    account = client.get_accounts()[0]
    refused = client.acquire_token_silent_with_error([SCOPE], account, claims_challenge=C1)
    expect("error of the silent call", (refused["error"], *refused["error_codes"]), ("invalid_grant", 50076))
    tokens = tokens_of(sign_in(client, CALLBACK, [SCOPE], claims_challenge=C1))
    return expect("acrs", payload(tokens["access_token"])["acrs"], ["c1"])


@flow("client capabilities")
def capabilities() -> str:
    site = {"client_credential": SITE_SECRET, "client_capabilities": ["CP1"]}
    client = msal.ConfidentialClientApplication(SITE, **site, **AUTHORITY)
    tokens = tokens_of(sign_in(client, CALLBACK, [SCOPE]))
    return expect("xms_cc", payload(tokens["access_token"])["xms_cc"], ["CP1"])


@flow("device code")
def device_code() -> str:
    client = msal.PublicClientApplication(WEB, **AUTHORITY)
    begun = client.initiate_device_flow([SCOPE])
    Person().visit(begun["verification_uri"], code=begun["user_code"])
    tokens = tokens_of(client.acquire_token_by_device_flow(begun))
    return expect("oid", tokens["id_token_claims"]["oid"], ADA)


if __name__ == "__main__":
    run()
