"""Signs people in one after the other, and prints the results. Reads and writes JSON."""

import json
import sys
from typing import Any

import django
from django.core.checks import run_checks
from django.core.management import call_command
from django.forms import model_to_dict


def main() -> None:
    story = json.load(sys.stdin)
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from django.conf import settings
    from django.contrib.auth import get_user_model

    settings.ENTRANCE = settings.ENTRANCE | story["entrance"]
    for existing in story["existing"]:
        get_user_model()._default_manager.create(**existing)
    told = [sign_in(claims) for claims in story["claims"]]
    found = [message.id for message in run_checks() if str(message.id).startswith("entrance.E")]
    print(json.dumps({"checks": found, "told": told, "users": get_user_model()._default_manager.count()}))


def sign_in(changes: dict[str, Any]) -> dict[str, Any]:
    from django_entrance.accounts.provisioning import provision
    from django_entrance.verification.errors import Refused
    from identities import person

    try:
        user = provision(person(**changes))
    except Refused as refusal:
        return {"refused": refusal.reason}
    shown = ("username", "email", "login", "mail", "first_name")
    return {name: value for name, value in model_to_dict(user).items() if name in shown and value}


if __name__ == "__main__":
    main()
