"""django-auth-adfs: bearer tokens in a view, with one and with six published keys."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from project import VIEW, asking, configure
from worker import bare_verify, read_case, serve


def main() -> None:
    case = read_case()
    configure(
        INSTALLED_APPS=["django_auth_adfs"],
        MIDDLEWARE=[],
        AUTHENTICATION_BACKENDS=["django_auth_adfs.backend.AdfsAccessTokenBackend"],
        AUTH_ADFS={
            "AUDIENCE": [case["api"], f"api://{case['api']}"],
            "CLIENT_ID": case["api"],
            "RELYING_PARTY_ID": case["api"],
            "TENANT_ID": case["tenant"],
            "USERNAME_CLAIM": "upn",
            "GROUPS_CLAIM": None,
            "CLAIM_MAPPING": {"first_name": "given_name", "last_name": "family_name", "email": "upn"},
        },
    )
    import requests
    from django.contrib.auth import authenticate
    from django.http import HttpRequest, HttpResponse
    from django_auth_adfs.backend import AdfsBaseBackend
    from django_auth_adfs.config import provider_config

    class InMemory(requests.adapters.BaseAdapter):
        """Serves the documents to its HTTP session from memory."""

        def send(self, request, **_):  # type: ignore[no-untyped-def]
            body = case["jwks"] if "/discovery/" in request.url else case["discovery_v1"]
            response = requests.Response()
            response.status_code, response._content, response.url = 200, json.dumps(body).encode(), request.url
            return response

        def close(self) -> None: ...

    def whoami(request: HttpRequest) -> HttpResponse:
        text = request.headers["authorization"].removeprefix("Bearer ")
        user = authenticate(request, access_token=text.encode())
        return HttpResponse(user.get_username() if user else "")

    provider_config.session.mount("https://", InMemory())
    VIEW.update(anonymous=lambda request: HttpResponse(""), whoami=whoami)
    provider_config.load_config()
    six, token = provider_config.signing_keys, case["v1"].encode()

    def with_keys(keys, call):  # type: ignore[no-untyped-def]
        def run() -> None:
            provider_config.signing_keys = keys
            call()

        return run

    backend = AdfsBaseBackend()
    bearer = asking("whoami", expected=case["upn"], authorization=f"Bearer {case['v1']}")
    serve(
        {
            "bare": bare_verify(case),
            "verify, one key": with_keys(six[:1], lambda: backend.validate_access_token(token)),
            "verify, six keys, signer last": with_keys(six[1:] + six[:1], lambda: backend.validate_access_token(token)),
            "request, anonymous": asking("anonymous", expected=""),
            "request, Entra bearer, one key": with_keys(six[:1], bearer),
            "request, Entra bearer, six keys, signer last": with_keys(six[1:] + six[:1], bearer),
        }
    )


main()
