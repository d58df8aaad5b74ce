"""``entrance/callback/``: what an answer must have to become a session (group L of the attack corpus)."""

import base64
import hashlib
import json
import re
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from browsing import CALLBACK, GRACE, HOST, MALLORY, SIGN_IN, Person, begin, browser, query_of, reason_of, username
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from django_entrance.entra.sign_in_client import sign_in_client
from django_entrance.frontend.confirming import STAMP
from django_entrance.models import EntraAccount, EntraSession, UsedTicket
from django_entrance.sessions.flows import SALT, cookie_name
from django_entrance.sessions.record import KEY
from entra_double import RunningEntra
from entra_double._world.seed import API_CLIENT_ID, seed
from many_groups import change
from scripted import OTHER_TENANT, STRANGER, Key, base64url
from scripted_microsoft import CODE, ScriptedMicrosoft, replies
from sign_ins import LOGIN_REQUIRED, start_session, with_middleware
from token_watch import keep_secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(any_client: Any) -> Any:
    return any_client


def test_a_person_signs_in_with_a_secret(entra: RunningEntra, client: Any) -> None:
    ada = Person(entra, client=client)
    answer = ada.sign_in(next="/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/?page=2")
    assert "no-store" in answer["Cache-Control"]
    assert ada.username() == "ada@contoso.example"
    row = EntraSession.objects.get()
    assert row.door == "page"
    assert client.get("/entrance/session/").json()["entra"]["app_roles"] == ["Admin"]


def test_it_is_reachable_where_every_view_needs_a_login(entra: RunningEntra, settings: Any) -> None:
    with_middleware(settings, LOGIN_REQUIRED)
    assert Person(entra).sign_in()["Location"] == settings.LOGIN_REDIRECT_URL


def test_the_id_token_names_the_person_and_lets_the_rules_adopt(entra: RunningEntra, settings: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"ADOPT_DOMAINS": ["contoso.example"]}
    user = User.objects.create(username="ada", email="ada@contoso.example")
    [claims] = [each.id_token_claims for each in seed().applications if each.client_id == API_CLIENT_ID]
    change(entra.emulator, id_token_claims=())
    answer = Person(entra).sign_in()
    assert (answer.status_code, reason_of(answer)) == (403, "account_exists")
    assert "optional claim upn" in answer.content.decode()
    change(entra.emulator, id_token_claims=claims)
    assert Person(entra).sign_in().status_code == 302
    user.refresh_from_db()
    assert (User.objects.get(), user.get_full_name()) == (user, "Ada Lovelace")


def test_no_token_is_kept(microsoft: ScriptedMicrosoft, client: Any) -> None:
    kept = ["an-access-token-of-graph", "a-refresh-token"]
    keep_secret(*kept)

    def give(handler: Any) -> None:
        body = {"access_token": kept[0], "refresh_token": kept[1], "id_token": microsoft.id_token(), "expires_in": 60}
        replies(200, body)(handler)

    microsoft.answer = give
    assert microsoft.sign_in(client).status_code == 302
    session = json.dumps(browser_session(client))
    assert not any(each in session for each in [*kept, "eyJ"])
    assert sign_in_client("default").msal.token_cache._cache == {}


def browser_session(client: Any) -> dict[str, Any]:
    (row,) = Session.objects.all()
    return dict(row.get_decoded())


def test_the_code_is_redeemed_with_its_verifier(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = begin(client)
    client.get(microsoft.bring(address))
    (sent,) = microsoft.redeemed
    asked = query_of(address)
    digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
    assert base64url(digest) == asked["code_challenge"]
    assert sent["redirect_uri"] == asked["redirect_uri"] == "http://localhost:8000/entrance/callback/"
    assert (sent["code"], sent["grant_type"]) == (CODE, "authorization_code")


# the browser


def test_the_answer_of_another_browser_is_refused(microsoft: ScriptedMicrosoft, client: Any) -> None:
    attacker = browser()
    way_back = microsoft.bring(begin(attacker))
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_state")
    assert (microsoft.redeemed, username(client)) == ([], "")
    assert attacker.get(way_back).status_code == 302


def test_a_begun_sign_in_of_ones_own_does_not_help(microsoft: ScriptedMicrosoft, client: Any) -> None:
    begin(client)
    answer = client.get(microsoft.bring(begin(browser())))
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_state")


@pytest.mark.parametrize("state", ["", "x" * 201, "unknown", "%00", "%F0%9F"])
def test_a_state_of_nothing_is_refused(microsoft: ScriptedMicrosoft, client: Any, state: str) -> None:
    begin(client)
    answer = client.get(f"{CALLBACK}?code={CODE}&state={state}")
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_state")


@pytest.mark.parametrize(("age", "status"), [(595, 302), (601, 400)])
def test_a_sign_in_lasts_ten_minutes(
    microsoft: ScriptedMicrosoft, client: Any, monkeypatch: pytest.MonkeyPatch, age: int, status: int
) -> None:
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: now - age)
        way_back = microsoft.bring(begin(client))
    answer = client.get(way_back)
    assert answer.status_code == status
    if status == 400:
        assert reason_of(answer) == "sign_in_state"


def test_a_click_begins_anew(microsoft: ScriptedMicrosoft, client: Any) -> None:
    """A person who signs in again counts as just signed in, and has the whole lifetime before them."""
    microsoft.sign_in(client)
    session = client.session
    session["basket"] = 5
    session[KEY] |= {"started": int(time.time()) - 8 * 3_600 + 120}
    session[STAMP] -= 400
    session.save()
    microsoft.sign_in(client)
    after = client.session
    assert (after["basket"], after.session_key != session.session_key) == (5, True)
    assert time.time() - after[STAMP] < 60
    assert time.time() - after[KEY]["started"] < 60
    assert EntraSession.objects.count() == 1


@pytest.mark.parametrize("policy", ["Lax", "lax", "Strict", "strict", None, False])
def test_a_session_cookie_that_no_link_brings_is_sent_by_a_page_of_ours(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, policy: Any
) -> None:
    settings.SESSION_COOKIE_SAMESITE = policy
    answer = client.get(microsoft.bring(begin(client, next="/?page=2")))
    if policy in {"Strict", "strict"}:
        assert (answer.status_code, username(client)) == (200, "")
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.content.decode()))
        answer = client.post(CALLBACK, fields)
    assert (answer.status_code, answer["Location"]) == (302, "/?page=2")
    assert username(client) == "ada@contoso.example"


@pytest.mark.parametrize("public_url", ["", "https://localhost:8000"])
def test_over_https_no_other_host_can_set_the_cookie_of_a_sign_in(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any, public_url: str
) -> None:
    """A sub-domain may set cookies for the whole domain, but none whose name begins with __Host-."""
    if public_url:
        settings.ENTRANCE = microsoft.whole_settings(PUBLIC_URL=public_url)
    way_back = microsoft.bring(begin(client))
    (name,) = [name for name in client.cookies if "entrance_flow_" in name]
    kept = client.cookies[name]
    assert (name.startswith("__Host-"), bool(kept["secure"])) == (bool(public_url), bool(public_url))
    assert kept["path"] == ("/" if public_url else "/entrance/")
    if public_url:
        client.cookies[name.removeprefix("__Host-")] = client.cookies.pop(name).value
        assert reason_of(client.get(way_back)) == "sign_in_state"
        client.cookies[name] = kept.value
    answer = client.get(way_back)
    assert (answer.status_code, answer.cookies[name].value, answer.cookies[name]["path"]) == (302, "", kept["path"])


@pytest.mark.parametrize("uses_tz", [True, False])
def test_with_each_kind_of_times(microsoft: ScriptedMicrosoft, client: Any, settings: Any, uses_tz: bool) -> None:
    settings.USE_TZ = uses_tz
    assert microsoft.sign_in(client).status_code == 302
    assert username(client) == "ada@contoso.example"
    assert timedelta(hours=7) < EntraSession.objects.get().expires_at - timezone.now() <= timedelta(hours=8)


def flow_cookie(way_back: str) -> str:
    return cookie_name(RequestFactory().get("/", headers=HOST), way_back.split("state=")[1])


def test_five_tabs_are_completed_in_reverse_order(microsoft: ScriptedMicrosoft, client: Any) -> None:
    begun = [begin(client, next=f"/?tab={number}") for number in range(5)]
    for number in reversed(range(5)):
        assert client.get(microsoft.bring(begun[number]))["Location"] == f"/?tab={number}"


def test_the_cookie_cannot_be_changed_or_be_another_of_our_texts(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client))
    name = flow_cookie(way_back)
    good = client.cookies[name].value
    flow = signing.loads(good, salt=SALT)
    flow[6] = "https://evil.example/"
    changed = good[:-1] + ("B" if good.endswith("A") else "A")
    for text in (changed, good + "A", "", signing.dumps(flow, salt="django_entrance.accounts.connecting")):
        client.cookies[name] = text
        assert reason_of(client.get(way_back)) == "sign_in_state"
    client.cookies[name] = good
    assert client.get(way_back).status_code == 302


# once


def test_an_answer_counts_once(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client))
    kept = client.cookies[flow_cookie(way_back)].value
    assert client.get(way_back).status_code == 302
    key = client.session.session_key
    client.cookies[flow_cookie(way_back)] = kept
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_used")
    assert (len(microsoft.redeemed), client.session.session_key) == (1, key)
    assert "You are signed in as <strong>ada@contoso.example</strong>" in answer.content.decode()


def test_a_page_that_is_loaded_again_helps(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client))
    client.get(way_back)
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_used")
    text = answer.content.decode()
    assert "allow cookies" not in text
    assert 'href="/accounts/profile/">Continue</a>' in text
    assert "<button>Try again</button>" in text


def test_a_page_of_a_failed_sign_in_that_is_loaded_again_says_so(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client), code="", error="access_denied")
    assert reason_of(client.get(way_back)) == "sign_in_denied"
    assert reason_of(client.get(way_back)) == "sign_in_used"
    new = way_back.replace("state=", "state=x")
    assert reason_of(client.get(new)) == "sign_in_state", "an answer that never came before"


def test_a_used_answer_in_another_browser_begins_nothing(microsoft: ScriptedMicrosoft, client: Any) -> None:
    way_back = microsoft.bring(begin(client))
    other = browser()
    assert reason_of(other.get(way_back)) == "sign_in_state"
    client.get(way_back)
    assert reason_of(other.get(way_back)) == "sign_in_used"
    assert (len(microsoft.redeemed), username(other)) == (1, "")


@pytest.mark.django_db(transaction=True)
def test_fifty_answers_at_once_make_one_session(microsoft: ScriptedMicrosoft) -> None:
    first = browser()
    way_back = microsoft.bring(begin(first))
    browsers = [browser() for _ in range(50)]
    for each in browsers:
        each.cookies = first.cookies
    answers: list[Any] = []
    ready = threading.Barrier(len(browsers))

    def come(each: Any) -> None:
        ready.wait()
        try:
            answers.append(each.get(way_back))
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=[each]) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [302] + [400] * 49
    assert (EntraSession.objects.count(), Session.objects.count(), len(microsoft.redeemed)) == (1, 1, 1)


def test_old_states_are_forgotten(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.sign_in(client)
    UsedTicket.objects.update(used_at="2020-01-01T00:00:00Z")
    microsoft.sign_in(client)
    assert not UsedTicket.objects.filter(used_at__year=2020).exists()


# the session


def test_the_key_of_the_session_is_new(microsoft: ScriptedMicrosoft, client: Any) -> None:
    session = client.session
    session["basket"] = "tea"
    session.save()
    client.cookies["sessionid"] = session.session_key
    microsoft.sign_in(client)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_another_person_gets_a_session_of_their_own(microsoft: ScriptedMicrosoft) -> None:
    client = browser()
    barbara = start_session(client)
    session = client.session
    session["secret_of_barbara"] = "yes"
    session.save()
    assert microsoft.sign_in(client).status_code == 302
    assert username(client) == "ada@contoso.example"
    assert "secret_of_barbara" not in client.session
    assert not EntraAccount.objects.filter(user=barbara).exists()


def test_an_existing_user_has_to_connect_the_account(microsoft: ScriptedMicrosoft, client: Any) -> None:
    User.objects.create_user("ada@contoso.example", "ada@contoso.example", "a password of Ada's")
    answer = microsoft.sign_in(client)
    assert (answer.status_code, reason_of(answer)) == (403, "account_exists")
    assert b'href="/entrance/account/"' in answer.content
    assert (username(client), EntraAccount.objects.count()) == ("", 0)


def test_where_the_existing_user_is_deactivated_the_page_leads_to_an_administrator(
    microsoft: ScriptedMicrosoft, client: Any
) -> None:
    User.objects.create_user("ada@contoso.example", is_active=False)
    answer = microsoft.sign_in(client)
    assert (answer.status_code, reason_of(answer)) == (403, "account_exists")
    page = answer.content.decode()
    assert "/entrance/account/" not in page, "that user cannot log in to connect"
    assert page.count("An administrator of this application can connect or rename the user.") == 1


def test_a_deactivated_user_stays_out(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.sign_in(client)
    User.objects.update(is_active=False)
    answer = microsoft.sign_in(browser())
    assert (answer.status_code, reason_of(answer)) == (403, "user_disabled")
    assert b'name="prompt" value="select_account"' in answer.content


# the answer


def test_an_error_of_entra_is_shown(microsoft: ScriptedMicrosoft, client: Any, caplog: Any) -> None:
    description = (
        "AADSTS65004: User declined to consent to access the app.%0d%0aTrace ID: 7a4f%0d%0a"
        "Correlation ID: 0c0f1e2d-aaaa-4bbb-8ccc-000000000001%0d%0aTimestamp: 2026"
    )
    way_back = microsoft.bring(begin(client, next="/closed/"), code="", error="access_denied")
    caplog.clear()
    answer = client.get(f"{way_back}&error_description={description}<script>alert(1)</script>")
    text = answer.content.decode()
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    assert "You cancelled the sign-in, or did not accept what the application asks for" in text
    assert "AADSTS65004" in text
    assert "0c0f1e2d-aaaa-4bbb-8ccc-000000000001" in text
    assert "alert(1)" not in text
    assert 'name="next" value="/closed/"' in text
    lines = [record.getMessage() for record in caplog.records if record.name == "django_entrance"]
    assert len(lines) == 1
    assert "AADSTS65004, correlation id 0c0f1e2d-aaaa-4bbb-8ccc-000000000001" in lines[0]
    assert microsoft.redeemed == []


def test_a_person_without_a_role_is_told_so(entra: RunningEntra) -> None:
    """Entra keeps a person who is not assigned on a page of its own; only a silent sign-in comes back."""
    mallory = Person(entra, MALLORY)
    page = mallory.http.get(mallory.begin(), timeout=10)
    transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
    form = {"transaction": transaction, "account": MALLORY}
    path = page.url.split("/")[3]
    page = mallory.http.post(f"{entra.base_url}/{path}/sign-in", form, timeout=10, allow_redirects=False)
    assert "AADSTS50105" in page.text


def test_an_answer_with_error_and_code_is_an_error(microsoft: ScriptedMicrosoft, client: Any) -> None:
    answer = client.get(microsoft.bring(begin(client), error="access_denied"))
    assert (answer.status_code, reason_of(answer), microsoft.redeemed) == (403, "sign_in_denied", [])


@pytest.mark.parametrize("added", ["&code=another", "&state=another", "&iss=a&iss=b"])
def test_a_member_may_be_there_once(microsoft: ScriptedMicrosoft, client: Any, added: str) -> None:
    answer = client.get(microsoft.bring(begin(client)) + added)
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_malformed")
    assert microsoft.redeemed == []


@pytest.mark.parametrize("code", ["", "x" * 8_001, "a%0db", "%C3%BC"])
def test_a_code_is_a_short_text(microsoft: ScriptedMicrosoft, client: Any, code: str) -> None:
    answer = client.get(microsoft.bring(begin(client), code=code))
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_malformed")
    assert microsoft.redeemed == []


@pytest.mark.parametrize(
    ("issuer", "is_told", "reason"),
    [
        ("{host}/{tenant}/v2.0", False, ""),
        ("{host}/{tenant}/v2.0", True, ""),
        ("", False, ""),
        ("", True, "sign_in_issuer"),
        ("https://evil.example", False, "sign_in_issuer"),
        ("{host}/" + OTHER_TENANT + "/v2.0", True, "sign_in_issuer"),
    ],
)
def test_the_issuer_of_the_answer_is_compared(
    microsoft: ScriptedMicrosoft, client: Any, issuer: str, is_told: bool, reason: str
) -> None:
    microsoft.discovery = {"authorization_response_iss_parameter_supported": is_told}
    tenant = "7e4a0000-0000-4000-8000-000000000001"
    answer = client.get(microsoft.bring(begin(client), iss=issuer.format(host=microsoft.host, tenant=tenant)))
    assert answer.status_code == (400 if reason else 302)
    if reason:
        assert (reason_of(answer), microsoft.redeemed) == (reason, [])


def test_an_authority_that_left_the_settings_is_not_believed(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    own = microsoft.settings()
    names = {"first": own, "second": microsoft.settings(TENANT_ID=OTHER_TENANT)}
    settings.ENTRANCE = {"AUTHORITIES": names, "KEEP_EVENTS": 0}
    way_back = microsoft.bring(begin(client, authority="first"))
    for changed in ({"second": own}, {"first": names["second"]}):
        settings.ENTRANCE = {"AUTHORITIES": changed, "KEEP_EVENTS": 0}
        assert reason_of(client.get(way_back)) == "sign_in_state"
    here = "project_urls.authorities_here"
    settings.ENTRANCE = {"AUTHORITIES": names, "AUTHORITIES_HERE": here, "KEEP_EVENTS": 0}
    answer = client.get(f"{way_back}&authority=second")
    assert (answer.status_code, reason_of(answer)) == (401, "authority_not_here")


def test_a_credential_that_is_gone_redeems_nothing(microsoft: ScriptedMicrosoft, client: Any, settings: Any) -> None:
    way_back = microsoft.bring(begin(client))
    settings.ENTRANCE = microsoft.whole_settings(CLIENT_SECRET=None)
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_unavailable")


def test_the_answer_of_one_authority_is_redeemed_at_that_one(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    """Mix-up: the token of the authority that the sign-in was not begun at is no way in."""
    other = microsoft.settings(TENANT_ID=OTHER_TENANT)
    settings.ENTRANCE = {"AUTHORITIES": {"first": microsoft.settings(), "other": other}, "KEEP_EVENTS": 0}
    way_back = microsoft.bring(begin(client, authority="first"))
    microsoft.changes = {"iss": f"{microsoft.host}/{OTHER_TENANT}/v2.0", "tid": OTHER_TENANT}
    answer = client.get(way_back)
    assert (answer.status_code, reason_of(answer)) == (401, "token_malformed")


def test_a_form_of_another_site_is_sent_once_more(microsoft: ScriptedMicrosoft, client: Any) -> None:
    address = begin(client)
    sent = query_of("?" + microsoft.bring(address).partition("?")[2])
    cookies, client.cookies = client.cookies, type(client.cookies)()
    page = client.post(CALLBACK, sent | {"session_state": 'x"><script>', "unknown": "y"})
    text = page.content.decode()
    script = text.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page["Content-Security-Policy"]
    assert (page.status_code, page["X-Frame-Options"], page["Referrer-Policy"]) == (200, "DENY", "same-origin")
    assert 'value="x&quot;&gt;&lt;script&gt;"' in text
    assert "unknown" not in text
    assert "<button>Continue</button>" in text
    assert microsoft.redeemed == []
    answer = client.post(CALLBACK, sent | {"resubmitted": "1"})
    assert (answer.status_code, reason_of(answer)) == (400, "sign_in_state")
    client.cookies = cookies
    assert client.post(CALLBACK, sent | {"resubmitted": "1"}).status_code == 302


@pytest.mark.parametrize("method", ["head", "put", "delete", "patch", "options"])
def test_other_methods_do_nothing(microsoft: ScriptedMicrosoft, method: str) -> None:
    client = browser()
    way_back = microsoft.bring(begin(client))
    assert getattr(client, method)(way_back).status_code == 405
    assert client.get(way_back).status_code == 302


# the ID token


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nonce": None}, "nonce_refused"),
        ({"nonce": "another"}, "nonce_refused"),
        ({"nonce": ["x"]}, "nonce_refused"),
        ({"nonce": 1}, "nonce_refused"),
        ({"aud": "5ba00000-0000-4000-8000-000000000003"}, "audience_refused"),
        ({"azp": "5ba00000-0000-4000-8000-000000000003"}, "audience_refused"),
        ({"scp": "access_as_user"}, "not_an_id_token"),
        ({"iss": "https://evil.example/v2.0"}, "token_malformed"),
        ({"tid": OTHER_TENANT}, "tenant_refused"),
        ({"exp": int(time.time()) - 3_600}, "time_refused"),
        ({"oid": None}, "object_id_refused"),
    ],
)
def test_the_id_token_is_verified(
    microsoft: ScriptedMicrosoft, client: Any, changes: dict[str, Any], reason: str
) -> None:
    microsoft.changes = changes
    answer = microsoft.sign_in(client)
    assert (answer.status_code, reason_of(answer)) == (401, reason)
    assert (username(client), EntraSession.objects.count()) == ("", 0)
    microsoft.changes = {}
    assert microsoft.sign_in(client).status_code == 302


@pytest.mark.parametrize("key", [STRANGER, Key.make("unknown")], ids=["stranger", "unknown"])
def test_the_signature_is_verified(microsoft: ScriptedMicrosoft, client: Any, key: Key) -> None:
    microsoft.key = key
    answer = microsoft.sign_in(client)
    assert (answer.status_code, reason_of(answer)) == (
        401,
        "signature_wrong" if key is STRANGER else "signing_key_unknown",
    )


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_id_token_without_a_signature_of_entra_is_refused(
    microsoft: ScriptedMicrosoft, client: Any, algorithm: str
) -> None:
    def give(handler: Any) -> None:
        good = microsoft.id_token()
        header = base64url(json.dumps({"alg": algorithm, "typ": "JWT", "kid": "first-key"}).encode())
        _, payload, signature = good.split(".")
        replies(200, {"id_token": f"{header}.{payload}.{'' if algorithm == 'none' else signature}"})(handler)

    microsoft.answer = give
    answer = microsoft.sign_in(client)
    assert answer.status_code == 401
    assert reason_of(answer) in {"algorithm_refused", "token_malformed"}


def test_the_nonce_of_an_earlier_sign_in_is_refused(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.bring(begin(client))
    earlier = microsoft.nonce
    way_back = microsoft.bring(begin(client))
    microsoft.nonce = earlier
    assert reason_of(client.get(way_back)) == "nonce_refused"


def test_a_stolen_code_is_of_no_use(entra: RunningEntra) -> None:
    """The victim's code in the attacker's own sign-in: PKCE and nonce are of another browser."""
    victim, attacker = Person(entra), Person(entra, GRACE)
    stolen = query_of(victim.at_microsoft(victim.begin()))["code"]
    state = query_of(attacker.begin())["state"]
    answer = attacker.client.get(f"{CALLBACK}?code={stolen}&state={state}")
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    assert attacker.username() == ""


def test_a_code_is_redeemed_once(entra: RunningEntra) -> None:
    ada = Person(entra)
    way_back = ada.at_microsoft(ada.begin())
    code = query_of(way_back)["code"]
    assert ada.come_back(way_back).status_code == 302
    state = query_of(ada.begin())["state"]
    answer = ada.client.get(f"{CALLBACK}?code={code}&state={state}")
    assert (answer.status_code, reason_of(answer)) == (403, "sign_in_denied")
    assert ada.username() == "ada@contoso.example"


def test_an_application_is_no_person(microsoft: ScriptedMicrosoft, client: Any) -> None:
    microsoft.changes = {"idtyp": "app"}
    assert reason_of(microsoft.sign_in(client)) == "application_refused"


def test_the_page_of_a_failure_says_what_the_settings_allow(
    microsoft: ScriptedMicrosoft, client: Any, settings: Any
) -> None:
    microsoft.changes = {"aud": "another"}
    assert "<dt>Details</dt>" in microsoft.sign_in(client).content.decode()
    settings.ENTRANCE = settings.ENTRANCE | {"EXPLAIN_REFUSALS": False}
    answer = microsoft.sign_in(client)
    assert reason_of(answer) == "audience_refused"
    assert "<dt>Details</dt>" not in answer.content.decode()
    assert SIGN_IN in answer.content.decode()
