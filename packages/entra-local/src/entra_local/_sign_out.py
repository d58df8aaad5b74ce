"""Answers sign-out requests: who leaves, and where the browser goes then.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

from urllib.parse import urlencode

from entra_local._directory import Directory
from entra_local._emulator import Emulator
from entra_local._lookup import Parameters


def sign_out(emulator: Emulator, parameters: Parameters, browser_id: str) -> str | None:
    """End the browser's sign-ins: the one that `logout_hint` names, or all of them.

    Returns:
        The registered `post_logout_redirect_uri` with `state`, or None if there is no such address.
    """
    accounts = emulator.sessions.accounts(browser_id)
    hint = parameters.get("logout_hint")
    leaving = tuple(account for account in accounts if not hint or account.answers_to(hint))
    emulator.sessions.sign_out(browser_id, leaving)
    uri = parameters.get("post_logout_redirect_uri", "")
    return _with_state(uri, parameters.get("state")) if _is_registered(emulator.directory, uri) else None


def _is_registered(directory: Directory, uri: str) -> bool:
    return any(application.platform_of(uri) for application in directory.applications)


def _with_state(uri: str, state: str | None) -> str:
    if state is None:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'state': state})}"
