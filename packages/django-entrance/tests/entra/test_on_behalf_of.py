"""``token_for``: real MSAL Python, against entra-double, through every door."""

import pytest
from calling import DOORS, GRACE, VIEWS, CallingPerson, asking
from entra_double import RunningEntra
from entra_double._world.seed import API_CLIENT_ID

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_door_gets_a_token_of_its_person(calling: RunningEntra, door: str, view: str) -> None:
    grace = CallingPerson(calling, door, GRACE)
    answer = grace.get(f"{view}token/")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["oid"], told["appid"]) == (GRACE, API_CLIENT_ID)
    assert "User.Read" in told["scp"].split()


@pytest.mark.parametrize("door", DOORS)
def test_a_token_is_asked_for_once(calling: RunningEntra, door: str) -> None:
    ada = CallingPerson(calling, door)
    with asking(calling, 1):
        assert ada.digest() == ada.digest() == ada.digest("/async/token/")
