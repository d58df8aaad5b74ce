"""The page *Explain* of the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.test import Client, RequestFactory
from django_entrance.admin import SignInEventAdmin
from django_entrance.models import SignInEvent
from scripted import API, TENANT
from test_admin import site

pytestmark = pytest.mark.django_db

EVENTS = "/admin/django_entrance/signinevent/"
MODEL = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def urls(settings: object) -> None:
    settings.ROOT_URLCONF = "test_admin"  # type: ignore[attr-defined]  # it has an admin


def staff(client: Client, *permissions: str) -> Client:
    user = User.objects.create_user("edsger", password="secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user, MODEL)
    return client


@pytest.fixture
def auditor(client: Client) -> Client:
    return staff(client, "view_signinevent")


def shown(client: Client, what: str = "") -> str:
    answer = client.get(f"{EVENTS}explain/", {"what": what} if what else {})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_the_list_of_events_leads_to_the_page(auditor: Client) -> None:
    assert '<a href="explain/">Explain</a>' in auditor.get(EVENTS).content.decode()


def test_the_page_is_for_those_who_may_see_events(client: Client) -> None:
    assert staff(client, "view_entraaccount").get(f"{EVENTS}explain/").status_code == 403


def test_a_stranger_is_led_to_the_login(client: Client) -> None:
    assert client.get(f"{EVENTS}explain/").status_code == 302


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("token_expired", "token_expired: The token has expired."),
        (" AADSTS50105 ", "AADSTS50105: You are not assigned to this application."),
        ("c-1", "refused guest_refused: an unknown caller"),
        ("c-2", "This is no reason, code or correlation id that is known here."),
        ("<script>", "This is no reason, code or correlation id that is known here."),
        ("x" * 65, "This is no reason, code or correlation id that is known here."),
        ("c-1\0", "This is no reason, code or correlation id that is known here."),  # PostgreSQL takes no NUL in a text
    ],
    ids=str,
)
def test_a_question_is_answered(auditor: Client, what: str, told: str) -> None:
    SignInEvent.objects.create(outcome="refused", reason="guest_refused", correlation_id="c-1")
    page = shown(auditor, what)
    assert told in page
    assert "<script>" not in page.replace("<script src", "")


def test_a_question_that_is_nearly_one_leads_to_it(auditor: Client) -> None:
    page = shown(auditor, "tokenexpired")
    assert 'Did you mean <a href="?what=token_expired">token_expired</a>' in page
    assert "Did you mean" not in shown(auditor, "c-2")
    assert "Did you mean" not in shown(auditor)


def test_events_that_an_admin_hides_are_not_explained(rf: RequestFactory) -> None:
    """A project's own admin of events may show each administrator those of one tenant."""

    class OfOneTenant(SignInEventAdmin):
        def get_queryset(self, request: HttpRequest) -> QuerySet[SignInEvent]:
            return super().get_queryset(request).filter(tenant_id=TENANT)

    for number, tenant in enumerate([TENANT, API]):
        SignInEvent.objects.create(outcome="refused", correlation_id=f"c-{number}", tenant_id=tenant, object_id=API)
    request = rf.get("/", {"what": "c-0"})
    request.user = User.objects.create_superuser("edsger")
    own = OfOneTenant(SignInEvent, site)
    seen: Any = own.explain(request)
    assert API in seen.context_data["lines"][0]
    request.GET = QueryDict("what=c-1")
    hidden: Any = own.explain(request)
    assert hidden.context_data["lines"] == []


def test_no_form_sends_the_token(auditor: Client) -> None:
    page = shown(auditor)
    assert '<textarea id="token"' in page
    assert 'name="token"' not in page
    assert "explain.js" in page


def test_the_script_gets_what_it_compares_with(auditor: Client) -> None:
    page = shown(auditor)
    assert '<script id="entrance-here" type="application/json">' in page
    assert f'"scope": "api://{API}/.default"' in page
    assert "SECRET" not in page.upper().replace("CSRF", "")
