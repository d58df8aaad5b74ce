"""fastapi-azure-auth: another framework, without a database; complete ASGI requests, with keys from memory."""

import asyncio
import base64
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from worker import bare_verify, read_case, serve


def main() -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from fastapi import FastAPI, Security
    from fastapi.responses import PlainTextResponse
    from fastapi_azure_auth import SingleTenantAzureAuthorizationCodeBearer

    case = read_case()
    scheme = SingleTenantAzureAuthorizationCodeBearer(app_client_id=case["api"], tenant_id=case["tenant"])
    config = scheme.openid_config
    config.issuer = f"https://login.microsoftonline.com/{case['tenant']}/v2.0"
    config.authorization_endpoint = config.token_endpoint = config.issuer
    config._config_timestamp = datetime.now(UTC).replace(tzinfo=None)  # it compares naive times
    config.signing_keys = {}
    for jwk in case["jwks"]["keys"]:
        numbers = (int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=="), "big") for name in "en")
        config.signing_keys[jwk["kid"]] = RSAPublicNumbers(*numbers).public_key()
    app = FastAPI()

    @app.get("/anonymous", response_class=PlainTextResponse)
    async def anonymous() -> str:
        return ""

    @app.get("/whoami", response_class=PlainTextResponse)
    async def whoami(user=Security(scheme)) -> str:  # type: ignore[no-untyped-def]  # noqa: B008 FastAPI's way
        return str(user.oid)

    loop = asyncio.new_event_loop()

    def asking(path: str, expected: str, headers: list[tuple[bytes, bytes]]):  # type: ignore[no-untyped-def]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
            "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"", "headers": headers,
            "server": ("localhost", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip

        async def receive():  # type: ignore[no-untyped-def]
            return {"type": "http.request", "body": b"", "more_body": False}

        def call() -> None:
            sent: list[dict] = []  # type: ignore[type-arg]

            async def send(message):  # type: ignore[no-untyped-def]
                sent.append(message)

            loop.run_until_complete(app({**scope}, receive, send))
            assert sent[1]["body"].decode() == expected, sent

        return call

    serve(
        {
            "bare": bare_verify(case),
            "request, anonymous": asking("/anonymous", "", []),
            "request, Entra bearer": asking(
                "/whoami", case["oid"], [(b"authorization", f"Bearer {case['v2']}".encode())]
            ),
        }
    )


main()
