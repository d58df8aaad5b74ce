"""Signs the administrator in for Microsoft Graph: by device code, or with the token that the Azure CLI has.

The token stays in memory: it is no argument of a command, and is not printed or stored.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from django.views.decorators.debug import sensitive_variables
from msal import PublicClientApplication

from django_entrance.conf.options import GRAPH_HOSTS, AuthoritySettings
from django_entrance.entra.http_client import HttpClient, https_label
from django_entrance.entra.registration.wanted import GRAPH_ID

COMMAND_LINE_TOOLS = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Client id of Microsoft Graph Command Line Tools, a public client that every tenant knows."""

SECONDS_FOR_AZ = 60


class NoToken(Exception):
    """The administrator is not signed in. The text is safe to print."""


def graph_prefix(own: AuthoritySettings) -> str:
    """Return what names Graph's scopes: its host, or its id where the host is none of Microsoft's."""
    return own.graph_host if own.graph_host in GRAPH_HOSTS.values() else GRAPH_ID


@sensitive_variables()
def token_by_device_code(
    own: AuthoritySettings, tenant: str, scopes: Sequence[str], show: Callable[[str], None], client_id: str
) -> str:
    """Show a code, wait until the administrator has entered it at Microsoft, and return the token.

    https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code

    Raises:
        NoToken: the code was declined or has expired, or Entra gives no token.
        OSError: Entra does not answer.
    """
    client = PublicClientApplication(
        client_id,
        authority=f"{https_label(own.AUTHORITY_HOST)}/{tenant}",
        instance_discovery=False,
        http_client=HttpClient(own),
    )
    flow: dict[str, Any] = client.initiate_device_flow([f"{graph_prefix(own)}/{scope}" for scope in scopes])
    if "user_code" not in flow:
        raise NoToken(told(flow))
    show(str(flow["message"]).replace(https_label(own.AUTHORITY_HOST), own.AUTHORITY_HOST))
    answer: dict[str, Any] = client.acquire_token_by_device_flow(flow)
    if "access_token" not in answer:
        raise NoToken(told(answer))
    return str(answer["access_token"])


def told(answer: dict[str, Any]) -> str:
    """Return an answer's error with the first line of its description, which has no token."""
    first_line = str(answer.get("error_description", "")).splitlines()[:1]
    return f"Entra gave no token: {' '.join([str(answer.get('error')), *first_line])}"


@sensitive_variables()
def token_of_az(own: AuthoritySettings, tenant: str) -> str:
    """Return the token for Graph of the administrator who is signed in to the Azure CLI.

    https://learn.microsoft.com/cli/azure/account#az-account-get-access-token

    Raises:
        NoToken: the Azure CLI is not there, or has no administrator signed in.
    """
    program = shutil.which("az")
    if program is None:
        raise NoToken("The Azure CLI (az) is not installed. Use --sign-in device-code.")
    arguments = ["account", "get-access-token", "--resource", own.graph_host, "--tenant", tenant, "--output", "json"]
    try:
        answer = subprocess.run(  # the arguments are settings, and no shell reads them
            [program, *arguments], capture_output=True, text=True, timeout=SECONDS_FOR_AZ, check=True
        )
        return str(json.loads(answer.stdout)["accessToken"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        raise NoToken(
            f"The Azure CLI gave no token. Run: az login --tenant {tenant} --allow-no-subscriptions"
        ) from None
