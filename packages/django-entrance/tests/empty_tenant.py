"""A tenant in which nothing is registered but Microsoft's own client for administrators, and an administrator."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import requests
from django.core.management import call_command
from django_entrance.entra.registration.administrator import COMMAND_LINE_TOOLS
from entra_double import RunningEntra
from entra_double._world.directory import Directory
from token_watch import keep_secret

DIRECTORY = Path(__file__).with_name("empty_tenant.toml")
SITE = "http://localhost:8000"
ROOT, ADA, GRACE = "root@contoso.example", "ada@contoso.example", "grace@contoso.example"
SCOPES = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "User.Read",
)
ACCESS = {"app_roles": {"Editor": {"groups": ["editors"]}, "Admin": {"groups": ["editors"], "is_staff": True}}}


def settings_for(entra: RunningEntra, **more: Any) -> dict[str, Any]:
    return {"AUTHORITY_HOST": entra.base_url, "PUBLIC_URL": SITE, "ACCESS": ACCESS} | more


def admin_token(entra: RunningEntra, *scopes: str, person: str = ROOT) -> str:
    """Return a token of the administrator for Graph."""
    asked = " ".join(scopes or SCOPES)
    token = entra.token(person, client=COMMAND_LINE_TOOLS, scope=" ".join(SCOPES), scp=asked)
    keep_secret(*token.split("."))
    return token


class Approving(StringIO):
    """Reads the device code that the command prints, and approves it as the administrator does on Microsoft's page."""

    action = "approve"

    def __init__(self, entra: RunningEntra, person: str = ROOT) -> None:
        super().__init__()
        self.entra, self.person = entra, person

    def write(self, text: str) -> int:
        if match := re.search(r"the code (\w+)", text):
            assert f"Open {self.entra.base_url}/device in a browser" in text
            self.approve(match[1])
        return super().write(text)

    def approve(self, code: str) -> None:
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(f"{self.entra.base_url}/device", timeout=10)
            page = self.post(browser, page, user_code=code)
            account = next(each for each in self.entra.emulator.directory.people if each.username == self.person)
            page = self.post(browser, page, account=account.object_id)
            self.post(browser, page, account=account.object_id, action=self.action)

    def post(self, browser: requests.Session, page: requests.Response, **form: str) -> requests.Response:
        transaction = page.text.split('name="transaction" value="')[1].split('"')[0]
        return browser.post(page.url, {"transaction": transaction, **form}, timeout=10)


def register(entra: RunningEntra, *options: str, part: str = "register") -> str:
    """Run the command as the administrator, and return what it prints."""
    output = StringIO()
    call_command("entrance", part, *options, stdout=output, stderr=Approving(entra))
    return output.getvalue()


def made(directory: Directory) -> dict[str, int]:
    """Count what a run makes, so that a second one can be compared."""
    ours = [each for each in directory.applications if each.unique_name]
    return {
        "applications": len(ours),
        "service principals": len(directory.service_principals),
        "grants": len(directory.grants),
        "assignments": len(directory.assignments),
        "secrets": sum(len(each.secrets) for each in ours),
        "certificates": sum(len(each.certificates) for each in ours),
        "federated": sum(len(each.federated) for each in ours),
    }


Runs = Callable[..., str]
