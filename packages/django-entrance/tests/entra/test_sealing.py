import time
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django_entrance.entra.sealing import current_keys, derive, seal, unseal

FACTS = {"token": "a-secret", "era": "1"}


def test_what_is_sealed_is_read_at_its_place_in_its_time() -> None:
    sealed = seal("here", FACTS, until=time.time() + 60)
    assert "a-secret" not in sealed
    assert unseal("here", sealed) == FACTS
    assert unseal("there", sealed) is None
    assert unseal("here", seal("here", FACTS, until=time.time() - 1)) is None


@pytest.mark.parametrize("stored", [None, 5, b"bytes", "", "gAAAA", "ä", {"token": "a-secret"}])
def test_anything_else_counts_as_nothing(stored: Any) -> None:
    assert unseal("here", stored) is None


def test_every_change_of_a_character_is_seen() -> None:
    sealed = seal("here", FACTS, until=time.time() + 60)
    for at in range(0, len(sealed.rstrip("=")) - 1, 7):
        other = "A" if sealed[at] != "A" else "B"
        assert unseal("here", sealed[:at] + other + sealed[at + 1 :]) is None


def test_the_key_is_for_this_purpose_alone(settings: Any) -> None:
    assert derive(settings.SECRET_KEY) == derive(settings.SECRET_KEY.encode())
    sealed = seal("here", FACTS, until=time.time() + 60)
    assert Fernet(derive(settings.SECRET_KEY)).decrypt(sealed.encode())
    assert settings.SECRET_KEY.encode() not in derive(settings.SECRET_KEY)


def test_the_keys_follow_the_settings(settings: Any) -> None:
    old, sealed = settings.SECRET_KEY, seal("here", FACTS, until=time.time() + 60)
    settings.SECRET_KEY = "another-one-that-is-long-enough-for-anything"
    assert unseal("here", sealed) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal("here", sealed) == FACTS
    assert current_keys() is current_keys()
