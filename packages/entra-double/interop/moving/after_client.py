"""People call the project with access tokens, after the move. Reads user name → token as JSON from the input."""

import json
import sys

import django

django.setup()

from django.test import Client  # noqa: E402
from people import rows  # noqa: E402

tokens = json.load(sys.stdin)
callers = {
    name: Client(enforce_csrf_checks=True).get("/who", headers={"Authorization": f"Bearer {token}"}).json()
    for name, token in tokens.items()
}
passwords = {
    name: Client().login(username=name, password=password)
    for name, password in {
        "ada@contoso.example": "the password of Ada",
        "admin": "the password of the admin",
    }.items()
}
print(json.dumps({"callers": callers, "passwords": passwords, "rows": rows()}))
