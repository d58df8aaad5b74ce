import pytest
from django_entrance.verification.authority import Authority
from scripted import K1, K2, ScriptedAuthority, trust


@pytest.fixture
def published() -> ScriptedAuthority:
    return ScriptedAuthority(keys=[K1.jwk(), K2.jwk()])


@pytest.fixture
def authority(published: ScriptedAuthority) -> Authority:
    return trust(published)
