"""What is computed from an identity is cached as long as the identity exists."""

import gc
import weakref
from typing import Any

import pytest
from django.contrib.auth.models import User
from django_entrance.accounts import claim_mapping, linked_users
from django_entrance.accounts.provisioning import provision
from django_entrance.verification.identify import identify
from django_entrance.verification.identity import Identity
from identities import person
from scripted import K1, Json, ScriptedAuthority, token, trust

pytestmark = pytest.mark.django_db


def identity_of(claims: Json) -> Identity:
    identity = identify(token(claims), [trust(ScriptedAuthority(keys=[K1.jwk()]))], now=claims["iat"])
    assert identity is not None
    return identity


def mapping(settings: Any, **fields: Any) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLAIM_MAPPING": fields}


def test_what_is_made_of_an_identity_ends_with_it() -> None:
    """So with ``REMEMBERED_TOKENS`` 0, nothing of a token stays after its request."""
    identity = person(given_name="Ada")
    provision(identity)
    provision(identity)
    assert identity in linked_users.account_ids.latest
    assert identity in claim_mapping.mapped_fields.latest
    gone = weakref.ref(identity)
    del identity
    gc.collect()
    assert gone() is None


def test_other_settings_read_the_same_identity_anew(settings: Any) -> None:
    identity = person(given_name="Ada")
    provision(identity)
    mapping(settings, last_name="given_name")
    provision(identity)
    assert User.objects.get().last_name == "Ada"
