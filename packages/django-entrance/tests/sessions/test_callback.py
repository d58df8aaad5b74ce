"""Page sign-in from the button to the session, against entra-double."""

from typing import Any

import pytest
from browsing import Person
from django_entrance.models import EntraSession
from entra_double import RunningEntra
from many_groups import settings_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def entra(entra_server: RunningEntra, settings: Any) -> RunningEntra:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    settings.ENTRANCE = settings_for(entra_server.base_url, ACCESS=None)
    return entra_server


def test_a_person_signs_in(entra: RunningEntra) -> None:
    ada = Person(entra)
    answer = ada.sign_in(next="/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/?page=2"), answer.content.decode()
    assert ada.username() == "ada@contoso.example"
    assert EntraSession.objects.get().door == "page"
