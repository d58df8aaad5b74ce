from typing import Any

import pytest
from django_entrance.checks import check_settings
from django_entrance.verification.issuers import CLOUDS
from entrance_settings import (
    CHINA,
    CUSTOM,
    TWO_IDS,
    check_and_load,
    problem_texts,
)
from scripted import API, SPA, TENANT

pytestmark = pytest.mark.usefixtures("empty_environment")


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"TENANT_ID": "undefined"}, ["E004"]),
        ({"SPA_CLIENT_ID": "app"}, ["E004"]),
        ({"AUDIENCES": ["api://x"]}, []),
        ({"REQUIRED_SCOPES": ["access_as_user"]}, []),
        ({"REQUIRED_SCOPES": ["access_as_user more"]}, ["E021"]),
        ({"REQUIRED_SCOPES": [f"api://{API}/access_as_user"]}, ["E021"]),
        ({"APP_ID_URI": f"api://{API}"}, []),
        ({"APP_ID_URI": "api://contoso/logbook"}, []),
        ({"APP_ID_URI": "https://logbook.contoso.example"}, []),
        ({"APP_ID_URI": "https://contoso.example/logbook"}, []),
        ({"APP_ID_URI": "https://contoso.example/" + 231 * "x"}, []),
        ({"APP_ID_URI": "https://contoso.example/" + 232 * "x"}, ["E021"]),
        ({"APP_ID_URI": "https://contoso.example/"}, []),
        ({"APP_ID_URI": "api://contoso//logbook"}, ["E021"]),
        ({"APP_ID_URI": "api://contoso/logbook#x"}, ["E021"]),
        ({"APP_ID_URI": "api://contoso/logbook?x"}, ["E021"]),
        ({"APP_ID_URI": "api://me@contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": " api://contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": "contoso/logbook"}, ["E021"]),
        ({"APP_ID_URI": "http://contoso.example/logbook"}, []),
        ({"APP_ID_URI": "urn:contoso:logbook"}, []),
        ({"APP_ID_URI": "urn:"}, ["E021"]),
        ({"APP_ID_URI": "https://contoso.example/log\N{ZERO WIDTH SPACE}book"}, ["E021"]),
        ({"APP_ID_URI": "https://contoso.example/logbook\\"}, ["E021"]),
        ({"APP_ID_URI": "urn:contoso:logbook\\"}, ["E021"]),
        ({"APP_ID_URI": "https://contoso.example/logbook//"}, ["E021"]),
        ({"APP_ID_URI": ""}, ["E021"]),
        ({"APP_ID_URI": f"api://{API}/.default"}, ["E021"]),
        ({"APP_ID_URI": "api://logbook", "REQUIRED_SCOPES": ["logbook"]}, []),
        ({"APP_ID_URI": "api://contoso/logbook", "REQUIRED_SCOPES": ["logbook"]}, ["E021"]),
        ({"APP_ID_URI": f"api://{API}/access_as_user"}, []),
        ({"APP_ID_URI": f"api://{API}/access_as_user", "REQUIRED_SCOPES": ["access_as_user"]}, ["E021"]),
        ({"AUTHORITY_HOST": "login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://login.microsoftonline.com/common"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://me@login.microsoftonline.com"}, ["E005"]),
        ({"AUTHORITY_HOST": "ftp://localhost"}, ["E005"]),
        ({"AUTHORITY_HOST": "https://[::1"}, ["E005"]),
        ({"AUTHORITY_HOST": "HTTPS://Login.MicrosoftOnline.com/"}, []),
        ({"AUTHORITY_HOST": "https://login.microsoftonline.com:443/"}, []),
        ({"TENANT_ID": "contoso.example"}, []),
        ({"TENANT_ID": "contoso..example"}, ["E004"]),
        ({"CLOUD": "china"}, []),
        ({"CLOUD": "mars"}, ["E014"]),
        ({"CLOUD": "china", "AUTHORITY_HOST": "https://login.partner.microsoftonline.cn"}, ["E014"]),
        (CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"}, []),
        (CUSTOM | {"ISSUER_HOST": "HTTPS://Login.Contoso.example/"}, []),
        (CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com/{TENANT}/v2.0"}, ["E005"]),
        (CUSTOM | {"ISSUER_HOST": "http://login.contoso.example"}, ["E005"]),
        (CUSTOM | {"ISSUER_HOST": "https://[::1"}, ["E005"]),
        ({"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com"}, ["E016"]),
        ({"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com", "AUTHORITY_HOST": f"{CLOUDS['public']}:443"}, ["E016"]),
        (CUSTOM | {"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com:443/"}, []),
        ({"ISSUER_HOST": f"https://{TENANT}.ciamlogin.com", "AUTHORITY_HOST": f"{CLOUDS['china']}/"}, ["E016"]),
    ],
    ids=str,
)
def test_each_problem_has_its_check(settings: Any, changes: dict[str, Any], ids: list[str]) -> None:
    check_and_load(settings, changes, ids)


@pytest.mark.parametrize(
    ("entrance", "words"),
    [
        ({"REQUIRED_SCOPES": [f"api://{API}/a b"]}, """Write "REQUIRED_SCOPES": ["a", "b"]; the rest"""),
        ({"APP_ID_URI": f"api://{API}/.default"}, f"""Leave the scope out: "APP_ID_URI": "api://{API}"."""),
        ({"CLOUD": "china", "AUTHORITY_HOST": CHINA}, "ENTRANCE['CLOUD'] is set beside AUTHORITY_HOST."),
        ({"CLOUD": "mars"}, "ENTRANCE['CLOUD'] is not one of Microsoft's clouds: 'mars'."),
    ],
    ids=str,
)
def test_a_problem_has_a_hint(settings: Any, entrance: dict[str, Any], words: str) -> None:
    [text] = problem_texts(settings, TWO_IDS | entrance)
    assert words in text


@pytest.mark.parametrize(
    ("scope", "is_right"),
    [
        ("access_as_user", True),
        ("Files.Read-All", True),
        ("access_as_user\n", False),
        ("access_as_user ", False),
        ("/", False),
        (".default", False),
        (f"{API}/access_as_user", False),
        ('a"b', False),
        ("权限", False),
    ],
)
def test_a_required_scope_is_one_short_name(settings: Any, scope: str, is_right: bool) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "REQUIRED_SCOPES": [scope]}
    problems = check_settings(None)
    assert [problem.id for problem in problems] == ([] if is_right else ["entrance.E021"])
    assert '[""]' not in str(problems)


@pytest.mark.parametrize(
    ("entrance", "is_right"),
    [
        ({"APP_ID_URI": "https://graph.microsoft.com"}, False),
        ({"AUDIENCES": ["00000003-0000-0000-c000-000000000000"]}, False),
        ({"AUDIENCES": [SPA]}, False),
        ({"APP_ID_URI": f"api://{SPA}"}, False),
        ({"AUDIENCES": [API], "APP_ID_URI": f"api://{API}"}, True),
        ({"SPA_CLIENT_ID": API, "AUDIENCES": [f"api://{API}"]}, True),
    ],
    ids=str,
)
def test_audiences_of_another_application_are_refused(settings: Any, entrance: Any, is_right: bool) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "SPA_CLIENT_ID": SPA, **entrance}
    assert [problem.id for problem in check_settings(None)] == ([] if is_right else ["entrance.E021"])


@pytest.mark.parametrize(
    ("key", "host"),
    [("AUTHORITY_HOST", "https://login.example:44x3"), ("ISSUER_HOST", "https://login.example:abc"),
     ("ISSUER_HOST", "http://localhost:9")],
)  # fmt: skip
def test_a_host_has_a_port_that_is_a_number_and_an_issuer_is_on_https(settings: Any, key: str, host: str) -> None:
    right = {"TENANT_ID": TENANT, "CLIENT_ID": API, "AUTHORITY_HOST": "https://login.example"}
    settings.ENTRANCE = right
    assert check_settings(None) == []
    settings.ENTRANCE = right | {key: host}
    assert [problem.id for problem in check_settings(None)] == ["entrance.E005"]
