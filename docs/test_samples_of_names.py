"""What docs/howto/your-users-exist-already.md says of names is so: with the default, and with its sample."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django_entrance.accounts.provisioning import provision
from django_entrance.models import EntraAccount
from identities import person
from sampling import HOWTO, samples
from scripted import ADA, TENANT

pytestmark = pytest.mark.django_db

CLAIMS = {"given_name": "Ada", "family_name": "King", "email": "ada@contoso.example", "roles": None}
OWN = {"first_name": "Countess", "last_name": "Lovelace", "email": "countess@home.example"}
[CODE] = [code for code in samples(HOWTO / "your-users-exist-already.md", "python") if "CLAIM_MAPPING" in code]


@pytest.fixture
def connected() -> User:
    user = User.objects.create_user("countess", password="own", **OWN)
    EntraAccount.objects.create(tenant_id=TENANT, object_id=ADA, user=user)
    return user


def names(user: User) -> dict[str, str]:
    return {name: getattr(user, name) for name in ("username", *OWN)}


def test_without_a_setting_the_claims_are_written_and_the_user_name_stays(connected: User) -> None:
    user = provision(person(**CLAIMS))
    assert user == connected
    written = {"first_name": "Ada", "last_name": "King", "email": "ada@contoso.example"}
    assert names(user) == {"username": "countess", **written}
    assert user.check_password("own")


def test_a_claim_that_is_missing_changes_nothing(connected: User) -> None:
    user = provision(person(**CLAIMS | {"given_name": None, "family_name": None}))
    assert (user.first_name, user.last_name) == ("Countess", "Lovelace")


def sample() -> Any:
    found: dict[str, Any] = {}
    exec(CODE, found)
    return found["ENTRANCE"]["CLAIM_MAPPING"]


def test_the_sample_keeps_the_names_of_who_is_connected(connected: User, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": sample()}
    assert names(provision(person(**CLAIMS))) == {"username": "countess", **OWN}


def test_the_sample_fills_the_names_of_a_new_person(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": sample()}
    user = provision(person(**CLAIMS))
    assert (user.first_name, user.last_name, user.email) == ("Ada", "King", "ada@contoso.example")


def test_an_empty_mapping_writes_none(connected: User, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": {}}
    assert names(provision(person(**CLAIMS))) == {"username": "countess", **OWN}


def test_an_empty_mapping_leaves_a_new_user_without_names_too(settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": {}}
    user = provision(person(**CLAIMS))
    assert (user.first_name, user.last_name, user.email) == ("", "", "")
