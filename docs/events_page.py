"""Generates docs/reference/events.md from the model ``SignInEvent`` and the signals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Field
from django_entrance.models import SignInEvent

HEAD = """\
# Events and signals

<!-- Written by docs/build_reference.py from django_entrance.models and django_entrance.signals. -->

The same things are told three times: as rows of `SignInEvent`, which stay for `KEEP_EVENTS`; as signals, for code of
yours; and as [counters](../howto/measure.md), which name no person. [Who signed in, and why
not](../howto/who-signed-in-and-why-not.md) shows how to read the rows.

## Outcomes of an event

| outcome | when |
|---|---|
"""

FIELDS_HEAD = """
## Fields of an event

A field without a value is an empty text, an id or the user is `None`. `entrance events --json` prints them.

| field | what it is |
|---|---|
"""

SIGNALS_HEAD = """
## Signals

In `django_entrance.signals`. Every receiver must take `**kwargs`. The sender is the user model, of `refused` the class
of the refusal. `signed_in` and `refused` are sent with `send_robust`: a receiver that fails is logged and changes no
answer.

| signal | when |
|---|---|
"""

OUTCOMES = {
    "signed_in": "a token was used for the first time, once for all processes; or a session began",
    "refused": "a person or application with a token that Entra signed, or a signed-in user, was refused",
    "created": "a user was created for a new person",
    "adopted": "a rule tied an identity to an existing user",
    "connected": "the person or an administrator tied an identity to an existing user",
    "disconnected": "that was ended",
}

FIELDS = {
    "at": "when",
    "outcome": "one of the above",
    "reason": "of a refusal: its [reason](refusals.md)",
    "door": "`bearer`, `session`, `page` or `login`; `admin` for what was done in Django's admin",
    "authority": "the name of the authority in `AUTHORITIES`, or `default`",
    "tenant_id": "the tenant that issued the token",
    "object_id": "the person or service principal in that tenant",
    "client_id": "the application that asked for the token",
    "agent_id": "the agent that called, for a person or on its own",
    "correlation_id": "the token's `uti`: the *Unique token identifier* in Entra's sign-in log",
    "user": "the Django user, as long as there is one",
}


def events(signals: Iterable[tuple[str, str]]) -> str:
    """Return the page. An outcome or a field that has no words here fails."""
    outcomes = ((f"`{value}`", OUTCOMES[value]) for value in SignInEvent.Outcome.values)
    tables = (rows(outcomes), rows(fields()), rows(signals))
    return HEAD + tables[0] + FIELDS_HEAD + tables[1] + SIGNALS_HEAD + tables[2]


def fields() -> Iterator[tuple[str, str]]:
    for field in SignInEvent._meta.get_fields():
        if isinstance(field, Field) and not field.primary_key:
            yield f"`{field.name}`", FIELDS[field.name]


def rows(cells: Iterable[tuple[str, str]]) -> str:
    return "".join(f"| {first} | {second} |\n" for first, second in cells)
