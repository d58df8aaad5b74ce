"""django-auth-adfs signs people in through v1.0 and v2.0, mirrors their groups, and asks Graph when there are too many.

Its settings are read once in a process, so that each version is a process of its own.
"""

import subprocess
import sys

import django_site
import witness
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


def nobody(request):
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
            "TENANT_ID": witness.TENANT,
            "VERSION": version,
            "SCOPES": ["openid", "profile", f"{client_id}/.default"],
            "USERNAME_CLAIM": "upn",
            "GUEST_USERNAME_CLAIM": "email",
            "GROUPS_CLAIM": "groups",
            "MIRROR_GROUPS": True,
            "CLAIM_MAPPING": {"first_name": "given_name", "last_name": "family_name", "email": "email"},
        },
    )
    globals()["urlpatterns"] = [path("oauth2/", include("django_auth_adfs.urls")), path("who", who), path("", nobody)]
    address = witness.site(django_site.application())

    def sign_in() -> str:
        came = witness.person(f"{address}/oauth2/login").json
        assert came["user"] == witness.ADA, came
        assert came["name"] == "Ada Lovelace", came
        return f"signed in as {came['user']}"

    def groups() -> str:
        came = witness.person(f"{address}/oauth2/login", "grace@contoso.example").json
        assert len(came["groups"]) == 2, came
        return f"mirrors {len(came['groups'])} groups of the token, the nested one too"

    def overage() -> str:
        came = witness.person(f"{address}/oauth2/login", "alan@contoso.example").json
        assert len(came["groups"]) == 100, came
        assert all(name.startswith("Group ") for name in came["groups"]), came
        return "asks Graph on the person's behalf, and mirrors the first page: 100 of 201 groups, as it always does"

    def guest() -> str:
        came = witness.person(f"{address}/oauth2/login", witness.KATHERINE).json
        assert came["user"] == witness.KATHERINE, came
        return f"signed in as {came['user']}, by GUEST_USERNAME_CLAIM"

    def second_proof() -> str:
        page = witness.person(f"{address}/oauth2/login", "mallory@contoso.example")
        assert page.json["user"] == "mallory@contoso.example", page
        assert "Prove it is you" in page.seen, page.seen
        return "conditional access asks for a second proof on the way"

    witness.flow(f"{version}: sign in", sign_in)
    witness.flow(f"{version}: groups", groups)
    witness.flow(f"{version}: more than 200 groups, by Microsoft Graph", overage)
    witness.flow(f"{version}: a guest signs in", guest)
    witness.flow(f"{version}: a policy asks for a second proof", second_proof)


if len(sys.argv) > 1:
    main(sys.argv[1])
else:
    for each in APPLICATIONS:
        subprocess.run([sys.executable, __file__, each], check=True)
