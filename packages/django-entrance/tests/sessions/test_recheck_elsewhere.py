"""Where ``AUTHORITIES_HERE`` leaves the authority of a stale session out, it is neither asked about nor ended."""

from typing import Any

import pytest
from browsing import NAVIGATION, SIGN_IN, reason_of
from django.contrib.auth.models import User
from django.http import HttpRequest
from django_entrance.models import EntraSession
from scripted import OTHER_TENANT
from scripted_microsoft import ScriptedMicrosoft
from sessions.test_recheck import make_stale

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = {"x-part": "staff"}, {"x-part": "partners"}


def authorities_of_part(request: HttpRequest) -> list[str]:
    """A function for ``AUTHORITIES_HERE``: a header stands for the part of the site."""
    return [request.headers.get("X-Part", "staff")]


@pytest.fixture
def stale(microsoft: ScriptedMicrosoft, any_client: Any, settings: Any) -> Any:
    """A browser with a stale session of the staff's. Another part of the site gets its cookie, too."""
    authorities = {"staff": microsoft.settings(), "partners": microsoft.settings(TENANT_ID=OTHER_TENANT)}
    settings.ENTRANCE = {"AUTHORITIES": authorities, "KEEP_EVENTS": 0}
    microsoft.sign_in(any_client, authority="staff")
    any_client.cookies.pop("entrance_rounds")
    make_stale(any_client)
    settings.ENTRANCE |= {"AUTHORITIES_HERE": f"{__name__}.authorities_of_part"}
    return any_client


def recheck(client: Any, host: dict[str, str]) -> Any:
    return client.get(f"{SIGN_IN}?recheck=1&next=/page/", headers=NAVIGATION | host)


def test_there_it_is_not_asked_about(stale: Any) -> None:
    answer = recheck(stale, ELSEWHERE)
    assert (answer.status_code, reason_of(answer)) == (401, "authority_not_here")
    assert '<form method="post"' in answer.content.decode(), "asking again would lead nowhere"
    assert not any(name.startswith("entrance_flow_") for name in answer.cookies)
    assert EntraSession.objects.count() == 1
    assert "prompt=none" in recheck(stale, HERE)["Location"]


@pytest.mark.parametrize("error", ["", "login_required"])
def test_there_an_answer_does_not_end_it(microsoft: ScriptedMicrosoft, stale: Any, error: str) -> None:
    """Only where the authority is accepted, an answer says something of the session."""
    for host, is_here in ((ELSEWHERE, False), (HERE, True)):
        sent = {"code": "", "error": error} if error else {}
        answer = stale.get(microsoft.bring(recheck(stale, HERE)["Location"], **sent), headers=host)
        is_renewed = is_here and not error
        assert answer.status_code == (302 if is_renewed else 401)
        if not is_renewed:
            assert reason_of(answer) == ("session_ended" if is_here else "authority_not_here")
        assert EntraSession.objects.exists() == (not is_here or not error)
    assert User.objects.count() == 1


def test_there_a_page_goes_on_without_a_user(stale: Any) -> None:
    assert stale.get("/", headers=NAVIGATION | ELSEWHERE).json()["username"] == ""
    assert stale.get("/", headers=NAVIGATION | HERE).status_code == 302
