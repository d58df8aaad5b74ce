"""Writes the reference pages that are made from the code. `make docs` and `make interop` run it; tests compare."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django_entrance.verification.errors import every_reason
from entra_double import FORGERIES
from entra_double._world.errors import CATALOGUE, Aadsts

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))  # tests load this file by its path

import python_page  # noqa: E402

PYTHON = DOCS / "reference" / "python.md"
REFUSALS = DOCS / "reference" / "refusals.md"
ERRORS = DOCS / "entra-double" / "errors.md"
DIFFERENCES = DOCS / "entra-double" / "differences.md"
FORGERIES_PAGE = DOCS / "entra-double" / "forgeries.md"
INTEROP = DOCS / "entra-double" / "interop.md"

RECORDED_DIFFERENCES = DOCS.parent / "packages/entra-double/tests/recorded/differences.toml"
DECLARED = DOCS.parent / "packages/entra-double/interop/clients.toml"
RESULTS = DOCS.parent / ".make/interop/results.json"

HEAD = """\
# Refusals

<!-- Written by docs/build_reference.py from django_entrance.verification.errors. -->

A token that names a configured authority and is not good is refused, and no other login is asked. The answer is a
problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)):

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
your code may branch on it. With `EXPLAIN_REFUSALS` (the default while `DEBUG` is on) `detail` also says what was
expected and what was received. The [log](../howto/see-who-was-refused.md) always does; neither ever holds a token.

`django_entrance.permissions` refuses a view's callers with `not_signed_in`, `scope_missing` and `app_role_missing`, and
the answer is the same. Where the caller came with a session or with a password, `title` and `detail` say so.

`<APP_ID_URI>` stands for the App ID URI of your API, which the answer contains. Without `EXPLAIN_REFUSALS`, a refusal
that reveals settings is shown as the refusal in the last column.

| reason | status | OAuth error | what it means | what to do | shown as |
|---|---|---|---|---|---|
"""


def refusals() -> str:
    rows = (
        f"| `{refusal.reason}` | {refusal.status} | {f'`{refusal.error}`' if refusal.error else ''} "
        f"| {refusal.title} | {refusal.remedy} | {f'`{refusal.redacted_as.reason}`' if refusal.redacted_as else ''} |\n"
        for refusal in every_reason()
    )
    return HEAD + "".join(rows)


PYTHON_TABLES = {
    "public names": python_page.public_names,
    "members of Identity": python_page.members_of_identity,
    "limits": python_page.limits,
}


def python() -> str:
    """Return the page of Python names with its tables made anew; the words around them are written by hand."""
    page = PYTHON.read_text(encoding="utf-8")
    for name, rows in PYTHON_TABLES.items():
        page = with_table(page, name, rows())
    return page


def with_table(page: str, name: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Replace the rows between the comments that name a table; the head of the table stays."""
    table = re.compile(rf"(<!-- table: {name} -->\n(?:.*\n){{2}})(?:.*\n)*?(<!-- end -->)")
    made, count = table.subn(lambda found: found[1] + "".join(map(_row, rows)) + found[2], page)
    assert count == 1, f"the page has no table of {name}"
    return made


ERRORS_HEAD = """\
# Errors of entra-double

<!-- Written by docs/build_reference.py from entra_double/_world/aadsts/*.toml. -->

Every refusal is one of the service's own errors, in the place where the service tells it: on a page that nothing comes
back from, at the redirect URI, or as JSON. The numbers, the OAuth errors and the shapes are the service's
([Microsoft's list](https://learn.microsoft.com/entra/identity-platform/reference-error-codes)); the words are ours. Do
not branch on the numbers in production where anything else tells the cases apart: the service may change them. Branch
on `error`, `suberror` and `claims`. Four cases have no other signal in MSAL for the browser: 50105, 65004, 90094 and
90095 come as `access_denied` or `interaction_required`. @django-entrance/react reads these four numbers, to choose a
sentence for the person and nothing else; should one change, the general sentence is shown.

Of a number with a question mark we are not sure: the service's documentation and what people have seen do not agree, or
nobody has written it down.

| AADSTS | error | told | what it says | to meet it here | what real people do about it |
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
    cells = (f"{entry.code}{mark}", told, _PLACES[entry.place], entry.outline, entry.provoke, entry.remedy)
    return _row(cells)


DIFFERENCES_HEAD = """\
# Where entra-double differs from the service

<!-- Written by docs/build_reference.py from packages/entra-double/tests/recorded/differences.toml. -->

Every shape of a token, a document and an answer is compared with recorded facts of the service
(`packages/entra-double/tests/recorded/facts.toml` names the source and the date of each). A test allows what is listed
here, and nothing else.

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

Tokens that an API meets one day, by name; [testing.md](testing.md) says how to get one. Each is a good token with one
thing changed, and signed with the published key unless its signature is what is wrong. An API is meant that takes
delegated tokens of one tenant, for its own id, with the scope and from the client of the good token, and with a leeway
of 60 seconds. It must answer *refuse* ones with the status beside it. *accept* ones are controls: whoever refuses them
refuses good tokens. *either* ones may be refused or accepted, but nothing may fail. The numbers are those of our corpus
of attacks.

| name | what is wrong | an API must | corpus |
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

<!-- The table is written by docs/build_reference.py from what `make interop` has heard. -->

Clients from other projects, unmodified and pinned with hashes, each in an environment of its own, complete their real
flows against entra-double. The person is a cookie jar that opens the client's address, follows every redirect, picks an
account and consents; for msal-browser it is Chromium and Firefox. `make interop` makes the environments, runs all of
them, and writes this table; a client that cannot be installed is a red line here.
`packages/entra-double/interop/clients.toml` says which flows each has to complete. The four of Microsoft run in
`make test` as well.

*http* and *https* clients have entra-double's address in their settings. Those reached *by name* have no setting for
another host than `login.microsoftonline.com`: they run as they are behind `HTTPS_PROXY`, a proxy that takes the names
`login.microsoftonline.com` and `graph.microsoft.com` to entra-double and refuses every other
(`packages/entra-double/interop/elsewhere.py`). Tests of such a client can do the same.

| client | reached | flow | | what it said |
|---|---|---|---|---|
"""


def interop() -> str:
    """Make the table of the last run; without one there is nothing to say."""
    heard = json.loads(RESULTS.read_text(encoding="utf-8"))
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    reached = {client["client"]: client["reached"] for client in (*declared["client"], *declared["other"])}
    silent = sorted(reached.keys() - {row["client"] for row in heard})
    return (
        INTEROP_HEAD
        + "".join(_client_row(row, reached[row["client"]]) for row in heard)
        + "".join(_row((client, reached[client], "all", "**✗**", "it was not heard")) for client in silent)
    )


def _client_row(row: dict[str, Any], reached: str) -> str:
    mark = "✓" if row["ok"] else "**✗**"
    return _row((f"{row['client']} {row['version']}", reached, row["flow"], mark, row["said"].replace("<", "&lt;")))


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def write(*, with_interop: bool) -> None:
    """Write the pages; that of the clients only after a run of them all, as other runs hear a few of them."""
    pages = {PYTHON: python, REFUSALS: refusals, ERRORS: errors, DIFFERENCES: differences}
    if with_interop:
        pages[INTEROP] = interop
    for path, make in pages.items():
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    write(with_interop="--interop" in sys.argv)
