"""People sign in to the project with django-auth-adfs, some of whom had a user with a password before."""

import json

import django
import harness
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.models import User  # noqa: E402
from people import rows  # noqa: E402

User.objects.create_user(harness.ADA, password="the password of Ada", is_staff=True)
User.objects.create_user("admin", password="the password of the admin")
address = harness.serve(get_wsgi_application())


def sign_in(person: str):
    def act() -> str:
        found = harness.visit(f"{address}/oauth2/login", person).json
        assert found["user"] == person, found
        return f"signed in as {person}"

    return act


for each in (harness.ADA, "grace@contoso.example", harness.KATHERINE):
    harness.flow(each, sign_in(each))
harness.flow("rows", lambda: json.dumps(rows()))
