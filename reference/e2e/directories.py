"""Changes entra-double's directory for the time of a test."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from e2e.servers import Servers

AFTER_CONTOSO = '[[tenants]]\nname = "Fabrikam"'


@contextmanager
def changed(servers: Servers, *replaced: tuple[str, str], added: str = "") -> Iterator[None]:
    """Replace texts of the directory file and add tables to Contoso, until the end of the block."""
    before = read(servers)
    text = before
    for old, new in (*replaced, (AFTER_CONTOSO, f"{added}\n{AFTER_CONTOSO}")):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    write(servers, text)
    try:
        yield
    finally:
        write(servers, before)


def read(servers: Servers) -> str:
    with urllib.request.urlopen(request(servers), timeout=10) as response:
        text: str = response.read().decode()
    return text


def write(servers: Servers, text: str) -> None:
    urllib.request.urlopen(request(servers, text.encode()), timeout=10).close()


def request(servers: Servers, body: bytes | None = None) -> urllib.request.Request:
    headers = {"X-Entra-Double-Control": "1", "Content-Type": "application/toml"}
    method = "GET" if body is None else "PUT"
    return urllib.request.Request(f"{servers.entra}/_control/directory", body, headers, method=method)


def member(username: str, name: str, role: str = "", groups: int = 0) -> str:
    """Return the tables of a member of Contoso with an app role of Logbook, who is in a number of groups."""
    lines = ["[[tenants.people]]", f'name = "{name}"', f'username = "{username}"']
    if role:
        lines.append(f'roles = {{ "Logbook API" = ["{role}"] }}')
    for number in range(groups):
        lines += ["[[tenants.groups]]", f'name = "Group {number}"', f'members = ["{username}"]']
    return "\n".join(lines) + "\n"
