import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from logbook.models import Entry
from pytest_django import Settings

from tests.conftest import Ask

SIGN_IN = 'mutation { signIn(username: "barbara", password: "logbook-demo") { token } }'


@pytest.fixture
def seeded(db: None, settings: Settings) -> None:
    settings.DEBUG = True
    call_command("seed_demo", verbosity=0)


def test_the_people_of_the_demo_can_sign_in(ask: Ask, seeded: None) -> None:
    token = ask(SIGN_IN)["data"]["signIn"]["token"]

    assert ask("{ viewer { fullName roles } }", token)["data"]["viewer"] == {
        "fullName": "Barbara Liskov",
        "roles": ["Writer"],
    }
    assert User.objects.get(username="edsger").groups.get().name == "Admin"


def test_the_sample_entries_are_added(seeded: None) -> None:
    entries = list(Entry.objects.select_related("author"))

    assert len(entries) >= 8
    assert len({entry.author for entry in entries}) >= 3
    assert [entry.created_at for entry in entries] == sorted((entry.created_at for entry in entries), reverse=True)


def test_seeding_again_changes_nothing(seeded: None) -> None:
    before = list(Entry.objects.values_list("pk", "text")), list(User.objects.values_list("pk", "password"))

    call_command("seed_demo", verbosity=0)

    assert (list(Entry.objects.values_list("pk", "text")), list(User.objects.values_list("pk", "password"))) == before


def test_production_is_never_seeded(db: None) -> None:
    with pytest.raises(CommandError, match="DJANGO_DEBUG=1"):
        call_command("seed_demo")

    assert not User.objects.exists()
