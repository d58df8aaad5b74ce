"""Says which credential the API's registration lacks: a certificate, a federated credential or a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django_entrance.entra.registration.changes import Change, Item
from django_entrance.entra.registration.found import Found
from django_entrance.entra.registration.wanted import Federation, Key, NewSecret, Wanted

Json = Mapping[str, Any]


def credential_change(wanted: Wanted, found: Found) -> Iterator[Change]:
    """Yield the addition of the credential where it is missing. No other is ever removed."""
    assert found.api is not None
    match wanted.credential:
        case Key() as key:
            yield from of_key(key, found.api)
        case Federation() as federation:
            yield from of_federation(federation, found)
        case NewSecret() as secret:
            yield from of_secret(secret, found.api)


def of_key(key: Key, api: Json) -> Iterator[Change]:
    """Yield the list of keys with ours. Graph keeps a key that is named by its id, without its data."""
    known = [
        {name: value for name, value in each.items() if value is not None} for each in api.get("keyCredentials") or ()
    ]
    if any(each["keyId"] == key.id for each in known):
        return
    ours = {
        "keyId": key.id,
        "displayName": key.name,
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": key.data,
        "endDateTime": key.ends_at,
    }
    yield Change(
        key="certificate",
        title=f"add the certificate {key.name!r} to the API",
        method="PATCH",
        path=f"/applications/{api['id']}",
        body={"keyCredentials": [*known, ours]},
        place="api",
        items=(Item(name="keyCredentials", before=None, after=key.name),),
    )


def of_federation(federation: Federation, found: Found) -> Iterator[Change]:
    assert found.api is not None
    pair = (federation.issuer, federation.subject)
    if "federated" in found.unread or any((each["issuer"], each["subject"]) == pair for each in found.federated):
        return
    body = {
        "name": federation.name,
        "issuer": federation.issuer,
        "subject": federation.subject,
        "audiences": [federation.audience],
    }
    yield Change(
        key="federated credential",
        title=f"let the workload {federation.subject!r} of {federation.issuer} act as the API",
        method="POST",
        path=f"/applications/{found.api['id']}/federatedIdentityCredentials",
        body=body,
        place="federated",
        items=tuple(Item(name=name, before=None, after=value) for name, value in body.items()),
    )


def of_secret(secret: NewSecret, api: Json) -> Iterator[Change]:
    if own_secrets(api, secret.name) and not secret.is_another:
        return
    yield Change(
        key="secret",
        title=f"add a client secret to the API, valid until {secret.ends_at}",
        method="POST",
        path=f"/applications/{api['id']}/addPassword",
        body={"passwordCredential": {"displayName": secret.name, "endDateTime": secret.ends_at}},
        place="api",
        items=(Item(name="passwordCredentials", before=None, after=secret.name),),
        shows_secret=True,
    )


def own_secrets(api: Json, name: str) -> list[Json]:
    """Return the secrets that we made and that are still valid, the oldest first."""
    now = datetime.now(UTC)
    known = [each for each in api.get("passwordCredentials") or () if each.get("displayName") == name]
    valid = [each for each in known if moment(each.get("endDateTime")) > now]
    return sorted(valid, key=lambda each: (str(each.get("startDateTime")), str(each.get("keyId"))))


def moment(text: object) -> datetime:
    """Return a time of Graph's. It has more digits of a second than Python 3.10 could read; the rest is ISO 8601."""
    time = datetime.fromisoformat(str(text))
    return time if time.tzinfo else time.replace(tzinfo=UTC)
