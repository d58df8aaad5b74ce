"""Runs one process of a site that needs a token for another API: it prints when it is ready, and gets one line."""

import json
import os
import sys
from hashlib import sha256


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "project_settings"
    import django
    from django.conf import settings

    case = json.loads(sys.argv[1])
    settings.ENTRANCE, settings.CACHES, settings.DEBUG = case["entrance"], case["caches"], True
    django.setup()
    answer(case["token"])


def answer(token: str) -> None:
    from django.contrib.auth.models import User
    from django.test import RequestFactory
    from django_entrance.bearer.authentication import identify_token
    from django_entrance.entra.on_behalf_of import token_for
    from django_entrance.identified_request import attach_user

    request = RequestFactory().get("/", headers={"authorization": f"Bearer {token}"})
    identity, user = identify_token(token), User(pk=1, username="ada")
    assert identity is not None
    request.user = user
    attach_user(request, user, identity)
    print("ready", flush=True)
    sys.stdin.readline()
    print(sha256(token_for(request, "User.Read").encode()).hexdigest(), flush=True)


if __name__ == "__main__":
    main()
