import pytest
from django_entrance.verification.authority import Authority
from django_entrance.verification.metadata.signing_keys import SigningKeys
from held_keys import Clock, signing_keys_from
from scripted import K1, K2, ScriptedAuthority, trust


@pytest.fixture
def published() -> ScriptedAuthority:
    return ScriptedAuthority(keys=[K1.jwk(), K2.jwk()])


@pytest.fixture
def authority(published: ScriptedAuthority) -> Authority:
    return trust(published)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signing_keys(published: ScriptedAuthority, clock: Clock) -> SigningKeys:
    return signing_keys_from(published.fetch, clock)
