"""django-auth-adfs signs people in through v1.0 and v2.0, mirrors their groups, and asks Graph when there are too many.

It reads its settings once per process, so each version runs in its own process.
"""

import subprocess
import sys

import django_site
import harness
from django.http import JsonResponse
from django.urls import include, path

APPLICATIONS = {
    "v1.0": "adf50000-0000-4000-a000-000000000041",
    "v2.0": "adf50000-0000-4000-a000-000000000042",
}


def who(request):
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"user": None})
    return JsonResponse({"user": user.username, "name": user.get_full_name(), "email": user.email,
                         "groups": sorted(group.name for group in user.groups.all())})  # fmt: skip


def signed_out(request):
    return JsonResponse({"user": None})


def main(version: str) -> None:
    client_id = APPLICATIONS[version]
    django_site.configure(
        "django_auth_adfs",
        AUTHENTICATION_BACKENDS=["django_auth_adfs.backend.AdfsAuthCodeBackend"],
        AUTH_ADFS={
            "AUDIENCE": client_id,
            "CLIENT_ID": client_id,
            "CLIENT_SECRET": "entra-local-not-a-secret-adfs",
            "RELYING_PARTY_ID": client_id,
            "TENANT_ID": harness.TENANT,
            "VERSION": version,
            "SCOPES": ["openid", "profile", f"{client_id}/.default"],
            "USERNAME_CLAIM": "upn",
            "GUEST_USERNAME_CLAIM": "email",
            "GROUPS_CLAIM": "groups",
            "MIRROR_GROUPS": True,
            "CLAIM_MAPPING": {"first_name": "given_name", "last_name": "family_name", "email": "email"},
        },
    )
    globals()["urlpatterns"] = [
        path("oauth2/", include("django_auth_adfs.urls")),
        path("who", who),
        path("", signed_out),
    ]
    address = harness.serve(django_site.application())

    def sign_in() -> str:
        actual = harness.visit(f"{address}/oauth2/login").json
        assert actual["user"] == harness.ADA, actual
        assert actual["name"] == "Ada Lovelace", actual
        return f"signed in as {actual['user']}"

    def groups() -> str:
        actual = harness.visit(f"{address}/oauth2/login", "grace@contoso.example").json
        assert len(actual["groups"]) == 2, actual
        return f"mirrors {len(actual['groups'])} groups of the token, the nested one too"

    def overage() -> str:
        actual = harness.visit(f"{address}/oauth2/login", "alan@contoso.example").json
        assert len(actual["groups"]) == 100, actual
        assert all(name.startswith("Group ") for name in actual["groups"]), actual
        return "asks Graph on the person's behalf, and mirrors the first page: 100 of 201 groups, as it always does"

    def guest() -> str:
        actual = harness.visit(f"{address}/oauth2/login", harness.KATHERINE).json
        assert actual["user"] == harness.KATHERINE, actual
        return f"signed in as {actual['user']}, by GUEST_USERNAME_CLAIM"

    def second_proof() -> str:
        page = harness.visit(f"{address}/oauth2/login", "mallory@contoso.example")
        assert page.json["user"] == "mallory@contoso.example", page
        assert "Prove it is you" in page.seen, page.seen
        return "conditional access asks for a second proof on the way"

    harness.flow(f"{version}: sign in", sign_in)
    harness.flow(f"{version}: groups", groups)
    harness.flow(f"{version}: more than 200 groups, by Microsoft Graph", overage)
    harness.flow(f"{version}: a guest signs in", guest)
    harness.flow(f"{version}: a policy asks for a second proof", second_proof)


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    for each in APPLICATIONS:
        subprocess.run([sys.executable, __file__, each], check=True)
