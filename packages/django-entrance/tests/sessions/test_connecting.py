"""The round trip that connects: a password user clicks, chooses an account at entra-double, and is connected."""

import time
from typing import Any

import pytest
from browsing import GRACE, HOST, MALLORY, SIGN_IN, Person
from django.contrib.auth.models import User
from django.core import signing
from django.test import Client
from django.test.utils import freeze_time
from django_entrance.accounts.connecting import make_ticket
from django_entrance.accounts.linking import link_user
from django_entrance.conf.options import OF_AN_AUTHORITY
from django_entrance.models import EntraAccount, EntraSession
from django_entrance.sessions.flows import PREFIX, SALT, Flow
from entra_double import RunningEntra
from entra_double._world.seed import CONTOSO
from scripted import OTHER_TENANT, ScriptedAuthority
from sign_ins import bearer

pytestmark = pytest.mark.django_db

NOT_VALID = "The ticket to connect the account is not valid"
ACCOUNT, CONNECT = "/entrance/account/", "/entrance/account/connect/sign-in/"


def person_with_password(entra: RunningEntra, name: str = "ada", **flags: bool) -> Person:
    """Return a person who is logged in as an own user, in a browser of their own."""
    User.objects.create_user(name, f"{name}@contoso.example", "pw", **flags)
    person = Person(entra)
    assert person.client.login(username=name, password="pw")
    return person


def begin(person: Person, **sent: str) -> Any:
    return person.client.post(CONNECT, sent)


def go(person: Person, **sent: str) -> Any:
    """Make the whole round trip; return the callback's answer."""
    answer = begin(person, **sent)
    assert answer.status_code == 302, answer.content.decode()
    return person.come_back(person.at_microsoft(answer["Location"]))


def connected_to(name: str) -> list[str]:
    return [str(each.object_id) for each in EntraAccount.objects.filter(user__username=name)]


def told(answer: Any) -> tuple[int, str]:
    """Return the status of the account page, and the title of the refusal that it shows."""
    text = answer.content.decode()
    assert "Microsoft accounts</h1>" in text
    return answer.status_code, text.split('id="refusal"><strong>')[1].split(".</strong>")[0]


def test_a_password_user_comes_back_connected(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    key = ada.client.session.session_key
    assert "Connect a Microsoft account" in ada.client.get(ACCOUNT).content.decode()
    answer = go(ada)
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert connected_to("ada") == [ada.object_id]
    assert User.objects.count() == 1
    assert ada.client.session.session_key == key, "the session is the same"
    assert not EntraSession.objects.exists()
    assert ada.object_id in ada.client.get(ACCOUNT).content.decode()
    again = Person(entra)
    assert again.sign_in().status_code == 302
    assert again.username() == "ada", "from now on Microsoft lets the user in"


def test_the_account_page_says_once_what_was_done(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    offer = "Sign in with Microsoft for the rights that your organisation gives you."
    before = ada.client.get(ACCOUNT).content.decode()
    go(ada)
    connected, later = (ada.client.get(ACCOUNT).content.decode() for _ in range(2))
    number = EntraAccount.objects.get().pk
    ada.client.post(ACCOUNT, {"action": "disconnect", "account": number, "password": "pw"})
    disconnected, last = (ada.client.get(ACCOUNT).content.decode() for _ in range(2))
    said = [page.count('role="status"') for page in (before, connected, later, disconnected, last)]
    assert said == [0, 1, 0, 1, 0]
    assert "The Microsoft account is connected." in connected
    assert "The Microsoft account is disconnected." in disconnected
    assert [offer in page for page in (before, connected, later, disconnected)] == [False, True, True, False]
    assert f'name="next" value="{ACCOUNT}"' in later
    go(ada)
    ada.sign_in(next=ACCOUNT)
    assert offer not in ada.client.get(ACCOUNT).content.decode(), "this session has the rights"


def test_what_failed_is_not_told_as_done(entra: RunningEntra) -> None:
    ada = person_with_password(entra, is_staff=True)
    assert told(begin(ada, password="wrong")) == (403, "The password is wrong")
    assert 'role="status"' not in ada.client.get(ACCOUNT).content.decode()


def test_microsoft_asks_which_account(entra: RunningEntra) -> None:
    assert "prompt=select_account" in begin(person_with_password(entra))["Location"]


def test_an_old_session_needs_the_password(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    session = ada.client.session
    session["_entrance_logged_in_at"] -= 301
    session.save()
    assert ada.client.get(ACCOUNT).content.decode().count('type="password"') == 1
    for sent, title in (({}, "Confirm the password first"), ({"password": "wrong"}, "The password is wrong")):
        assert told(begin(ada, **sent)) == (403, title)
    assert not any(name.startswith(PREFIX) for name in ada.client.cookies)
    assert go(ada, password="pw")["Location"] == ACCOUNT
    assert connected_to("ada") == [ada.object_id]


def test_staff_always_confirms_the_password(entra: RunningEntra) -> None:
    ada = person_with_password(entra, is_staff=True)
    assert told(begin(ada)) == (403, "Confirm the password first")
    assert go(ada, password="pw")["Location"] == ACCOUNT
    assert connected_to("ada") == [ada.object_id]


def test_without_a_session_there_is_nothing_to_connect(entra: RunningEntra) -> None:
    stranger = Client(headers=HOST)
    assert stranger.post(CONNECT)["Location"] == ACCOUNT
    assert stranger.get(CONNECT)["Location"] == ACCOUNT
    assert person_with_password(entra).client.get(CONNECT)["Location"] == ACCOUNT


def test_a_token_alone_begins_nothing(authority: ScriptedAuthority) -> None:
    """A token has no browser that could come back."""
    answer = Client().post(CONNECT, headers=bearer(authority))
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)


def test_without_a_password_no_second_account_is_offered(entra: RunningEntra) -> None:
    """A session of Entra's may have begun silently, so it proves too little to let another account in."""
    ada = Person(entra)
    assert ada.sign_in().status_code == 302
    assert CONNECT not in ada.client.get(ACCOUNT).content.decode()
    assert told(begin(ada)) == (403, "This user has no password to confirm")
    assert "Disconnect" in ada.client.get(ACCOUNT).content.decode()


def test_another_site_cannot_begin_it(entra: RunningEntra) -> None:
    person_with_password(entra)
    client = Client(enforce_csrf_checks=True, headers=HOST)
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(CONNECT).status_code == 403
    assert not any(name.startswith(PREFIX) for name in client.cookies)


def test_without_a_credential_the_page_says_so(entra: RunningEntra, settings: Any) -> None:
    ada = person_with_password(entra)
    settings.ENTRANCE = {name: value for name, value in settings.ENTRANCE.items() if name != "CLIENT_SECRET"}
    assert "this site's own page" in ada.client.get(ACCOUNT).content.decode().replace("&#x27;", "'")
    assert told(begin(ada))[0] == 503


def test_of_several_authorities_the_person_chooses(entra: RunningEntra, settings: Any) -> None:
    ada = person_with_password(entra)
    other = {"TENANT_ID": OTHER_TENANT, "CLIENT_ID": OTHER_TENANT, "CLIENT_SECRET": "another-secret"}
    shared = {name: value for name, value in settings.ENTRANCE.items() if name in OF_AN_AUTHORITY and value}
    settings.ENTRANCE = {"AUTHORITIES": {"ours": shared, "theirs": other}}
    text = ada.client.get(ACCOUNT).content.decode()
    assert "Connect a Microsoft account of ours" in text
    assert "Connect a Microsoft account of theirs" in text
    assert go(ada, authority="ours")["Location"] == ACCOUNT
    assert told(begin(ada, authority="unknown"))[0] == 401


def test_an_account_of_another_user_stays_theirs(entra: RunningEntra) -> None:
    grace = User.objects.create_user("grace")
    ada = person_with_password(entra)
    link_user(grace, CONTOSO.id, ada.object_id)
    assert told(go(ada)) == (403, "This Microsoft account is connected to another user")
    assert connected_to("ada") == []
    ada.object_id = GRACE
    assert go(ada)["Location"] == ACCOUNT
    assert connected_to("ada") == [GRACE]


def test_microsofts_refusal_ends_on_a_page(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    ada.object_id = MALLORY
    address = begin(ada)["Location"]
    state = address.split("state=")[1].split("&")[0]
    answer = ada.client.get("/entrance/callback/", {"state": state, "error": "access_denied"})
    assert answer.status_code == 403
    assert "Try again" in answer.content.decode()
    assert not EntraAccount.objects.exists()


# Nobody connects another person's user


def test_a_session_that_ended_meanwhile_connects_nothing(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    address = ada.at_microsoft(begin(ada)["Location"])
    ada.client.post("/entrance/sign-out/")
    answer = ada.come_back(address)
    assert answer.status_code == 403
    assert "ticket_refused" in answer.content.decode()
    assert not EntraAccount.objects.exists()
    assert ada.username() == ""


def test_the_next_user_of_the_browser_is_not_connected(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    User.objects.create_user("grace", password="pw")
    address = ada.at_microsoft(begin(ada)["Location"])
    assert ada.client.login(username="grace", password="pw")
    assert told(ada.come_back(address)) == (403, NOT_VALID)
    assert not EntraAccount.objects.exists()


def test_a_planted_cookie_connects_nothing_in_the_victims_browser(entra: RunningEntra) -> None:
    """Mallory's ticket and sign-in, with Mallory's cookie in Ada's browser: neither user gets an account."""
    ada, mallory = person_with_password(entra), person_with_password(entra, "mallory")
    mallory.object_id = GRACE
    address = mallory.at_microsoft(begin(mallory)["Location"])
    plant(mallory, ada)
    assert told(ada.come_back(address)) == (403, NOT_VALID)
    assert not EntraAccount.objects.exists()


def test_a_victim_who_answers_a_planted_flow_gives_nothing_away(entra: RunningEntra) -> None:
    """Ada signs in at Microsoft in a flow that Mallory began: Mallory's user does not become Ada's."""
    ada, mallory = person_with_password(entra), person_with_password(entra, "mallory")
    address = begin(mallory)["Location"]
    plant(mallory, ada)
    assert told(ada.come_back(ada.at_microsoft(address))) == (403, NOT_VALID)
    assert not EntraAccount.objects.exists()


def plant(giver: Person, taker: Person) -> None:
    for name, morsel in giver.client.cookies.items():
        if name.startswith(PREFIX):
            taker.client.cookies[name] = morsel.value


def test_without_the_cookie_the_answer_connects_nothing(entra: RunningEntra) -> None:
    ada, mallory = person_with_password(entra), person_with_password(entra, "mallory")
    address = mallory.at_microsoft(begin(mallory)["Location"])
    answer = ada.come_back(address)
    assert (answer.status_code, "sign_in_state" in answer.content.decode()) == (400, True)
    assert not EntraAccount.objects.exists()


def test_an_answer_connects_once(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    begun = begin(ada)["Location"]
    cookies = {name: morsel.value for name, morsel in ada.client.cookies.items() if name.startswith(PREFIX)}
    address = ada.at_microsoft(begun)
    assert ada.come_back(address)["Location"] == ACCOUNT
    EntraAccount.objects.all().delete()
    for name, value in cookies.items():
        ada.client.cookies[name] = value
    answer = ada.come_back(address)
    assert (answer.status_code, "sign_in_used" in answer.content.decode()) == (400, True)
    assert not EntraAccount.objects.exists()


def test_a_ticket_is_good_for_five_minutes(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    address = ada.at_microsoft(begin(ada)["Location"])
    flow = Flow(*signing.loads(next(v.value for n, v in ada.client.cookies.items() if n.startswith(PREFIX)), salt=SALT))
    with freeze_time(time.time() - 301):
        old = make_ticket(User.objects.get(), is_confirmed=True)
    value = signing.dumps(list(flow._replace(ticket=old)), salt=SALT, compress=True)
    for name in [name for name in ada.client.cookies if name.startswith(PREFIX)]:
        ada.client.cookies[name] = value
    assert told(ada.come_back(address)) == (403, NOT_VALID)


def test_a_password_that_was_changed_meanwhile_refuses_the_ticket(entra: RunningEntra) -> None:
    ada = person_with_password(entra)
    address = ada.at_microsoft(begin(ada)["Location"])
    user = User.objects.get()
    user.set_password("new")
    user.save()
    assert ada.client.login(username="ada", password="new")
    assert told(ada.come_back(address)) == (403, NOT_VALID)
    assert not EntraAccount.objects.exists()


def test_an_own_flow_without_a_ticket_signs_in(entra: RunningEntra) -> None:
    """The accepted twin: the same browser and person, but the other button."""
    ada = person_with_password(entra)
    answer = ada.come_back(ada.at_microsoft(ada.client.post(SIGN_IN)["Location"]))
    assert (answer.status_code, "account_exists" in answer.content.decode()) == (403, True)
    assert go(ada)["Location"] == ACCOUNT
    assert ada.sign_in(next="/")["Location"] == "/"
    assert EntraSession.objects.get().user.username == "ada"
