"""Writes the reference pages that are made from the code. `make docs` runs it; a test compares."""

from pathlib import Path

from django_entrance.verification.errors import every_reason

REFUSALS = Path(__file__).parent / "reference" / "refusals.md"

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
  "detail": "Ask for a new token. If it is new, compare the clock of this server with the right time.",
  "reason": "token_expired"
}
```

`WWW-Authenticate` carries the OAuth error ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)). `reason` is stable:
your code may branch on it. With `EXPLAIN_REFUSALS` (the default while `DEBUG` is on) `detail` also says what was
expected and what came. The log of `django_entrance` at level INFO always does; neither ever holds a token.

`<CLIENT_ID>` stands for yours, which the answer has. Without `EXPLAIN_REFUSALS`, a refusal that speaks of the settings
is told as another: the last column says as which.

| reason | status | OAuth error | what it means | what to do | told as |
|---|---|---|---|---|---|
"""


def refusals() -> str:
    rows = (
        f"| `{refusal.reason}` | {refusal.status} | {f'`{refusal.error}`' if refusal.error else ''} "
        f"| {refusal.title} | {refusal.remedy} | {f'`{refusal.told_as.reason}`' if refusal.told_as else ''} |\n"
        for refusal in every_reason()
    )
    return HEAD + "".join(rows)


if __name__ == "__main__":
    REFUSALS.write_text(refusals(), encoding="utf-8")
