"""Write the reference pages and the pictures that are made from the code. `make docs` and `make interop` run it.

Tests compare.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from django_entrance.verification.errors import Refused, every_reason
from entra_double import FORGERIES
from entra_double._world.errors import CATALOGUE, Aadsts

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))  # tests load this file by its path

import python_page  # noqa: E402  # it configures Django, which commands_page needs

import commands_page  # noqa: E402  # isort: skip
import events_page  # noqa: E402  # isort: skip
import metrics_page  # noqa: E402  # isort: skip
import python_reference  # noqa: E402  # isort: skip
import portal_screens  # noqa: E402  # isort: skip
from portal_drawing import draw  # noqa: E402  # isort: skip

PYTHON = DOCS / "reference" / "python.md"
API = DOCS / "reference" / "api.md"
REFUSALS = DOCS / "reference" / "refusals.md"
COMMANDS = DOCS / "reference" / "commands.md"
EVENTS = DOCS / "reference" / "events.md"
MEASURE = DOCS / "howto" / "measure.md"
ERRORS = DOCS / "entra-double" / "errors.md"
DIFFERENCES = DOCS / "entra-double" / "differences.md"
FORGERIES_PAGE = DOCS / "entra-double" / "forgeries.md"
INTEROP = DOCS / "entra-double" / "interop.md"
PORTAL = DOCS / "images" / "portal"

RECORDED_DIFFERENCES = DOCS.parent / "packages/entra-double/tests/recorded/differences.toml"
DECLARED = DOCS.parent / "packages/entra-double/interop/clients.toml"
RESULTS = DOCS.parent / ".make/interop/results.json"

HEAD = """\
# Refusals

<!-- Written by docs/build_reference.py from django_entrance.verification.errors. -->

An invalid token of a configured authority is refused, and no other login is asked. The answer is a problem document
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

```json
{
  "type": "urn:django-entrance:token_expired",
  "title": "The token has expired",
  "status": 401,
  "detail": "Request a new token. If the token is new, check the clock of this server.",
  "reason": "token_expired"
}
```

`WWW-Authenticate` carries the OAuth error ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)). `reason` is stable:
your code may branch on it. With `EXPLAIN_REFUSALS` (the default while `DEBUG` is on), `detail` also says what was
expected and what was received. The [log](../howto/see-who-was-refused.md) always does. Neither contains a token.

The checks in `django_entrance.permissions` give the same answer, with `not_signed_in`, `scope_missing`,
`app_role_missing` or `authentication_context_missing`. For a caller with a session or a password login, `title` and
`detail` say so. A client that answers claims challenges gets `authentication_context_missing` with status 401, the
error `insufficient_claims` and a further member `claims`; your sentence for the person is in `because`: [ask for more
proof](../howto/ask-for-more-proof.md). A person who opens a page or sends a form sees a page instead, for these and for
`token_missing`.

`<APP_ID_URI>` stands for yours; the answer contains the real one. Without `EXPLAIN_REFUSALS`, a refusal that would
reveal settings is shown as the reason in the last column.

| reason | status | OAuth error | meaning | remedy | shown as |
|---|---|---|---|---|---|
"""


def refusals() -> str:
    return HEAD + "".join(_refusal_row(refusal) for refusal in every_reason())


def _refusal_row(refusal: type[Refused]) -> str:
    error = f"`{refusal.error}`" if refusal.error else ""
    shown_as = f"`{refusal.redacted_as.reason}`" if refusal.redacted_as else ""
    return _row((f"`{refusal.reason}`", str(refusal.status), error, refusal.title, refusal.remedy, shown_as))


PYTHON_TABLES = {
    "public names": python_page.public_names,
    "members of Identity": python_page.members_of_identity,
    "limits": python_page.limits,
}


def python() -> str:
    """Return the page of Python names with fresh tables; the text around them is written by hand."""
    page = PYTHON.read_text(encoding="utf-8")
    for name, rows in PYTHON_TABLES.items():
        page = with_table(page, name, rows())
    return page


def events() -> str:
    return events_page.events(python_page.signal_rows())


def measure() -> str:
    """Return the page about metrics with a fresh table."""
    return with_table(MEASURE.read_text(encoding="utf-8"), "metrics", metrics_page.metric_rows())


def with_table(page: str, name: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Replace the rows between the comments that name a table; the head of the table stays."""
    table = re.compile(rf"(<!-- table: {name} -->\n(?:.*\n){{2}})(?:.*\n)*?(<!-- end -->)")
    made, count = table.subn(lambda found: found[1] + "".join(map(_row, rows)) + found[2], page)
    assert count == 1, f"the page has no table of {name}"
    return made


ERRORS_HEAD = """\
# Errors of entra-double

<!-- Written by docs/build_reference.py from entra_double/_world/errors/*.toml. -->

entra-double returns the service's own errors in the same place as the service: on a page without a way back, at the
redirect URI, or as JSON. Numbers, OAuth errors and shapes are the service's
([Microsoft's list](https://learn.microsoft.com/entra/identity-platform/reference-error-codes)); the wording is ours.

Branch on `error`, `suberror` and `claims`, not on the numbers, which the service may change. In MSAL for the browser,
four cases have no other signal: 50105, 65004, 90094 and 90095 arrive as `access_denied` or `interaction_required`.
@django-entrance/react reads these four numbers only to choose a message; if one changes, the general message is shown.

A question mark means that we are not certain of the number: the service's documentation and reports disagree, or do not
mention it.

| AADSTS | error | returned | message | how to provoke it | remedy in production |
|---|---|---|---|---|---|
"""

_PLACES = {"page": "page", "redirect": "redirect URI", "json": "JSON", "any": "page, redirect URI, JSON"}


def errors() -> str:
    return ERRORS_HEAD + "".join(_error_row(CATALOGUE[code]) for code in sorted(CATALOGUE))


def _error_row(entry: Aadsts) -> str:
    names = [f"`{entry.error}`"]
    if entry.suberror:
        names.append(f"suberror `{entry.suberror}`")
    if entry.redirect_error:
        names.append(f"at the redirect URI `{entry.redirect_error}`")
    if entry.v1_error:
        names.append(f"on v1.0 `{entry.v1_error}`")
    status = f" ({entry.status})" if entry.status != 400 else ""
    told = ", ".join(names) + status
    mark = " ?" if entry.doubtful else ""
    cells = (f"{entry.code}{mark}", told, _PLACES[entry.place], entry.describe({}), entry.provoke, entry.remedy)
    return _row(cells)


DIFFERENCES_HEAD = """\
# Where entra-double differs from the service

<!-- Written by docs/build_reference.py from packages/entra-double/tests/recorded/differences.toml. -->

Tests compare the shapes of tokens, documents and answers with recorded facts of the service
(`packages/entra-double/tests/recorded/facts.toml` names the source and the date of each). They allow only the
differences listed here.

| what | where | members | why |
|---|---|---|---|
"""


def differences() -> str:
    listed = tomllib.loads(RECORDED_DIFFERENCES.read_text(encoding="utf-8"))["difference"]
    return DIFFERENCES_HEAD + "".join(_difference_row(entry) for entry in listed)


def _difference_row(entry: dict[str, Any]) -> str:
    members = ", ".join(f"`{member}`" for member in entry.get("members", ()))
    return _row((entry["name"], ", ".join(entry["facts"]), members, entry["why"]))


FORGERIES_HEAD = """\
# Forgeries of entra-double

<!-- Written by docs/build_reference.py from entra_double.FORGERIES. -->

Named tokens to test an API with; [testing.md](testing.md) shows how to get one. Each is a valid token with one change.
It is signed with the published key unless the signature is what is changed.

The API under test accepts delegated tokens of one tenant, for its own id, with the valid token's scope and client, and
with a leeway of 60 seconds. It must reject a *refuse* token with the given status, or with 400 if the header itself is
malformed. *accept* tokens are controls: an API
that rejects them rejects valid tokens. *either* tokens may be rejected or accepted, without an error. The last column
has the numbers of our attack corpus.

| name | what is wrong | the API must | corpus |
|---|---|---|---|
"""


def forgeries() -> str:
    return FORGERIES_HEAD + "".join(
        _row(
            (
                f"`{forgery.name}`",
                forgery.says.replace("<", "&lt;"),
                f"refuse with {forgery.status}" if forgery.expect == "refuse" else forgery.expect,
                " ".join(forgery.corpus),
            )
        )
        for forgery in FORGERIES.values()
    )


INTEROP_HEAD = """\
# Interoperability of entra-double

<!-- The table is written by docs/build_reference.py from the results of `make interop`. -->

Clients from other projects complete their real flows against entra-double. They are unmodified, pinned with hashes, and
installed in separate environments. An HTTP client with a cookie jar plays the person: it follows redirects, picks an
account and consents. For msal-browser, Chromium and Firefox do.

`make interop` creates the environments, runs every client and writes this table. A client that cannot be installed
counts as failed. `packages/entra-double/interop/clients.toml` lists the flows that each client must complete.
Microsoft's four clients also run in `make test`.

*http* and *https* clients have entra-double's address in their settings. Clients reached *by name* only know
`login.microsoftonline.com`. They run behind a proxy (`HTTPS_PROXY`) that forwards `login.microsoftonline.com` and
`graph.microsoft.com` to entra-double and rejects every other name (`packages/entra-double/interop/proxy.py`). Tests
of such a client can do the same. Clients reached *through Logbook* are clients of the Model Context Protocol: they only
know the address of [Logbook's tools](../howto/mcp.md), and the id of their registration.

| client | reached | flow | | result |
|---|---|---|---|---|
"""


def interop() -> str:
    """Make the table of the last run of `make interop`."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    reached = {client["client"]: client["reached"] for client in (*declared["client"], *declared["other"])}
    missing = sorted(reached.keys() - {row["client"] for row in results})
    return (
        INTEROP_HEAD
        + "".join(_client_row(row, reached[row["client"]]) for row in results)
        + "".join(_row((client, reached[client], "all", "**✗**", "no result")) for client in missing)
    )


def _client_row(row: dict[str, Any], reached: str) -> str:
    mark = "✓" if row["ok"] else "**✗**"
    return _row((f"{row['client']} {row['version']}", reached, row["flow"], mark, row["said"]))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(_shown(cell).replace('|', '&#124;') for cell in cells)} |\n"


def _shown(cell: str) -> str:
    """Escape `<token>` and the like, which Markdown takes for a tag of HTML, outside of code."""
    return "`".join(part if code else escape(part, quote=False) for code, part in _parts(cell))


def _parts(cell: str) -> Iterable[tuple[bool, str]]:
    return ((bool(number % 2), part) for number, part in enumerate(cell.split("`")))


def pictures() -> dict[Path, str]:
    """Return the pictures of the page of the portal, by their files."""
    return {PORTAL / f"{screen.name}.svg": draw(screen) for screen in portal_screens.screens()}


def write(*, with_interop: bool) -> None:
    """Write the pages and pictures. The table of clients is written only after a run of all clients."""
    pages = {
        PYTHON: python,
        API: python_reference.api,
        REFUSALS: refusals,
        COMMANDS: commands_page.commands,
        EVENTS: events,
        MEASURE: measure,
        ERRORS: errors,
        DIFFERENCES: differences,
        FORGERIES_PAGE: forgeries,
    }
    if with_interop:
        pages[INTEROP] = interop
    for path, make in pages.items():
        path.write_text(make(), encoding="utf-8")
    PORTAL.mkdir(exist_ok=True)
    for path, picture in pictures().items():
        path.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    write(with_interop="--interop" in sys.argv)
