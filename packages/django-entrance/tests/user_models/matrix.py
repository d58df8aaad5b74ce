"""Runs a person through a project: own logins, first sign-in, warm request, rename, deactivation. Prints the results.

Reads from standard input which settings of ``ENTRANCE`` the user model wants, and which fields a user of it must have.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.core.management import call_command

OWN, ENTRA = "django.contrib.auth.backends.ModelBackend", "django_entrance.backends.EntraBackend"
ORDERS = {"own first": [OWN, ENTRA], "Entra first": [ENTRA, OWN], "Entra alone": [ENTRA], "own alone": [OWN]}
STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
TAKEN = "own@contoso.example"
GRACE = "96ace000-0000-4000-8000-000000000005"

TRIGGERS = {
    "sqlite": """
        CREATE TRIGGER tidy_new AFTER INSERT ON user_models_person BEGIN
            UPDATE user_models_person SET email = lower(NEW.email) WHERE id = NEW.id; END;
        CREATE TRIGGER tidy_old AFTER UPDATE ON user_models_person BEGIN
            UPDATE user_models_person SET email = lower(NEW.email) WHERE id = NEW.id AND email <> lower(NEW.email); END;
        CREATE TRIGGER refuse BEFORE UPDATE ON user_models_person WHEN NEW.email LIKE '%@refused.example' BEGIN
            SELECT RAISE(ABORT, 'this address is not for us'); END;
    """,
    "postgresql": """
        CREATE FUNCTION tidy() RETURNS trigger AS $$ BEGIN
            IF NEW.email LIKE '%@refused.example' THEN RAISE EXCEPTION 'this address is not for us'; END IF;
            NEW.email = lower(NEW.email); RETURN NEW;
        END $$ LANGUAGE plpgsql;
        CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON user_models_person FOR EACH ROW EXECUTE FUNCTION tidy();
    """,
}


def main() -> None:
    asked = json.load(sys.stdin)
    django.setup()
    call_command("migrate", "auth", verbosity=0)  # before the user model, which has no migrations and needs its groups
    call_command("migrate", run_syncdb=True, verbosity=0)
    from django.conf import settings
    from django.test.utils import override_settings, setup_test_environment
    from scripted import API, K1, SPA, TENANT, ScriptedAuthority, serving

    setup_test_environment()
    if asked["triggers"]:
        add_triggers()
    with serving(ScriptedAuthority()) as authority:
        authority.keys = [K1.jwk(host=authority.host)]
        ids = {"TENANT_ID": TENANT, "CLIENT_ID": API, "SPA_CLIENT_ID": SPA, "AUTHORITY_HOST": authority.host}
        seen = {}
        for order, backends in ORDERS.items():
            call_command("flush", interactive=False, verbosity=0)
            entrance = settings.ENTRANCE | ids | asked["entrance"]
            with override_settings(DEBUG=True, ENTRANCE=entrance, AUTHENTICATION_BACKENDS=backends):
                seen[order] = Journey(authority.host, backends, asked["required"]).run()
    print(json.dumps(seen))


def add_triggers() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.connection.executescript(TRIGGERS["sqlite"])
        else:
            cursor.execute(TRIGGERS["postgresql"])


class Journey:
    """One person in the project, beside a user with a password."""

    def __init__(self, host: str, backends: list[str], required: dict[str, Any]) -> None:
        from django.contrib.auth import get_user_model
        from django.test import Client

        self.host, self.backends, self.required = host, backends, required
        self.client, self.session = Client(), Client()
        self.users = get_user_model()._base_manager
        self.seen: dict[str, Any] = {}

    def run(self) -> dict[str, Any]:
        self.own_login()
        self.ask("first", given_name="Ada", email="Ada@Contoso.example")
        if self.seen["first"]["status"] != 200:
            self.ask("again", given_name="Ada", email="Ada@Contoso.example")
            return self.seen | {"users": self.users.count()}
        self.ask("warm", given_name="Ada", email="Ada@Contoso.example")
        self.keep_in_a_session()
        self.ask("renamed", given_name="Augusta", email="King@Contoso.example")
        self.ask("warm again", given_name="Augusta", email="King@Contoso.example")
        for claim in (TAKEN, "king@refused.example"):
            self.ask(claim, given_name="Augusta", email=claim)
            self.ask(f"{claim} again", given_name="Augusta", email=claim)
        if hasattr(self.users.model, "deleted"):
            self.hide()
        self.at_once()
        self.deactivated_meanwhile()
        self.ask("deactivated", given_name="Augusta")
        self.seen["session of the deactivated"] = self.who_is_in(self.session)
        self.seen["users"] = self.users.count()
        return self.seen

    def own_login(self) -> None:
        model = self.users.model
        own = model(**{model.USERNAME_FIELD: TAKEN, model.get_email_field_name(): TAKEN, "is_active": True})
        for name, value in self.required.items():
            setattr(own, name, value)
        own.set_password("pw")
        own.save()
        is_in = self.session.login(username=TAKEN, password="pw")
        self.seen["own login"] = is_in and self.who_is_in(self.session) == str(own.pk)
        self.session.logout()

    def ask(self, step: str, **claims: Any) -> None:
        with self.statements() as told:
            response = self.client.get("/", headers={"authorization": f"Bearer {self.token(**claims)}"})
        self.seen[step] = {"status": response.status_code, "statements": list(told), "row": self.row()}
        if response.status_code == 403:
            self.seen[step]["reason"] = response.json()["reason"]

    def token(self, **claims: Any) -> str:
        from scripted import claims_v2, token

        return token(claims_v2(host=self.host, now=int(time.time()), extn_badge="A-1", **claims))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the SQL statements of a block, without transactions and events (accounts/test_events.py)."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        told: list[str] = []
        with CaptureQueriesContext(connection) as queries:
            yield told
        of_people = [query["sql"] for query in queries if "django_entrance_signinevent" not in query["sql"]]
        told += [word for sql in of_people if (word := sql.split()[0]) in STATEMENTS]

    def row(self) -> dict[str, Any]:
        user = self.users.filter(entra_accounts__object_id=self.object_id()).first()
        names = ("email", "first_name", "is_active", "level")
        return {name: getattr(user, name) for name in names if hasattr(user, name)}

    def object_id(self) -> str:
        from scripted import ADA

        return ADA

    def keep_in_a_session(self) -> None:
        """Sign in an identity through ``authenticate`` and ``login``, as a view of a project does."""
        from django.contrib.auth import authenticate
        from identities import person

        user = authenticate(None, identity=person(given_name="Ada", email="Ada@Contoso.example", extn_badge="A-1"))
        if user is None:
            self.seen["session"] = "anonymous"
            return
        self.session.force_login(user, backend=ENTRA)
        self.seen["session"] = "the same" if self.who_is_in(self.session) == str(user.pk) else "another"

    def who_is_in(self, client: Any) -> str | None:
        user = client.get("/").wsgi_request.user
        return str(user.pk) if user.is_authenticated else None

    def hide(self) -> None:
        self.users.update(**{"deleted": True})
        self.ask("hidden", given_name="Ada", email="Ada@Contoso.example")
        self.seen["session of the hidden"] = self.who_is_in(self.session)
        self.seen["users while hidden"] = self.users.count()
        self.seen["hidden application"] = self.application()
        self.users.update(**{"deleted": False})
        self.ask("shown again", given_name="Augusta", email="king@refused.example")

    def application(self) -> str:
        """Send an application's token; its user has a password, and that row is hidden."""
        from django.conf import settings
        from django.test import override_settings
        from scripted import ADA, SPA

        claims = {"scp": None, "sub": ADA, "idtyp": "app"}
        with override_settings(ENTRANCE=settings.ENTRANCE | {"APPLICATIONS": {SPA: TAKEN}}):
            bearer = self.token(**claims)
            return str(self.client.get("/", headers={"authorization": f"Bearer {bearer}"}).json().get("reason"))

    def at_once(self) -> None:
        """Send eight first requests of another person at once."""
        from django_entrance.accounts.provisioning import provision
        from identities import person

        name = "grace@contoso.example"
        claims = {"oid": GRACE, "preferred_username": name, "email": name, "extn_badge": "G-2"}
        grace, gate, found = person(**claims), threading.Barrier(8), []

        def enter() -> None:
            gate.wait()
            found.append(str(provision(grace).pk))

        in_threads(enter, 8)
        self.seen["at once"] = [len(found), len(set(found))]

    def deactivated_meanwhile(self) -> None:
        """An administrator deactivates the person after the request has read the row, and before it writes."""
        from django_entrance.accounts.linked_users import find_user
        from django_entrance.accounts.user_fields import update_user
        from django_entrance.verification.errors import UserDisabled
        from identities import person

        changed = person(given_name="Byron", email="byron@contoso.example", extn_badge="A-1")
        user = find_user(changed)
        assert user is not None
        in_threads(lambda: self.users.filter(pk=user.pk).update(is_active=False), 1)
        try:
            update_user(user, changed)
            self.seen["deactivated meanwhile"] = "let in"
        except UserDisabled as refusal:
            self.seen["deactivated meanwhile"] = refusal.reason


def in_threads(work: Callable[[], object], count: int) -> None:
    from django.db import connection

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
