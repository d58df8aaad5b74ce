"""docs/howto/doctor.md shows findings as the command prints them, and lists each kind."""

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from entra_double import RunningEntra
from sampling import HOWTO, samples

PAGE = HOWTO / "doctor.md"


def listed() -> list[str]:
    return re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", PAGE.read_text(), flags=re.MULTILINE)[1:]


@pytest.mark.django_db
def test_each_finding_is_one_that_the_page_lists(entra_server: RunningEntra, settings: Any, tmp_path: Any) -> None:
    (tmp_path / "package.json").write_text('{"dependencies": {"@azure/msal-browser": "^4"}}')
    settings.DEBUG = True
    settings.ENTRANCE = {
        "TENANT_ID": "c0470500-0000-4000-a000-000000000001",
        "CLIENT_ID": "a9100000-0000-4000-a000-000000000002",
        "AUTHORITY_HOST": entra_server.base_url,
        "ALLOW_GUESTS": False,
        "TOKENS_CACHE": "default",
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    output = StringIO()
    with pytest.raises(CommandError, match="3 problems found"):
        call_command("entrance", "doctor", "--json", "--front-end", str(tmp_path), stdout=output)
    told = json.loads(output.getvalue())
    shown = json.loads(samples(PAGE, "json")[0])
    assert told.keys() == shown.keys()
    assert {tuple(each) for each in told["findings"]} == {tuple(each) for each in shown["findings"]}
    assert all(each["remedy"] for each in told["findings"] if not each["is_ok"])
    kinds = {each["where"].replace("default, ", "*authority*, ") for each in told["findings"]}
    first_words = {each for row in listed() for each in (row, row.partition(",")[0])}
    unlisted = {kind for kind in kinds if kind not in first_words and kind.partition(",")[0] not in listed()}
    assert unlisted <= {"*authority*, registrations"}, "a property of a registration"
