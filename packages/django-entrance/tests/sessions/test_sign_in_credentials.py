"""Page sign-in at entra-double with each credential that our application can have. The secret is in `test_callback`."""

from pathlib import Path
from typing import Any

import pytest
from browsing import GRACE, Person, reason_of
from django_entrance.entra.sign_in_client import sign_in_client
from entra_double import RunningEntra
from own_credentials import assertion, pem_of, trust_certificate, trust_platform
from scripted import K2

pytestmark = pytest.mark.django_db


def prove_with(settings: Any, **credential: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"CLIENT_SECRET": None} | credential


@pytest.fixture
def certificate(entra: RunningEntra, settings: Any, tmp_path: Path) -> bytes:
    """Let the application prove itself with a certificate, and return it."""
    private, certificate = pem_of(K2)
    (tmp_path / "entra.pem").write_bytes(private + certificate)
    prove_with(settings, CLIENT_CERTIFICATE=str(tmp_path / "entra.pem"))
    return certificate


def test_a_certificate(entra: RunningEntra, certificate: bytes) -> None:
    answer = Person(entra).sign_in()
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_misconfigured")
    assert b"AADSTS700027" in answer.content
    trust_certificate(entra, certificate)
    assert Person(entra).sign_in().status_code == 302


def test_a_certificate_proves_one_sign_in_after_the_other(entra: RunningEntra, certificate: bytes) -> None:
    """MSAL sends the same assertion for nine minutes."""
    trust_certificate(entra, certificate)
    ada, grace = Person(entra), Person(entra, GRACE)
    for person in (ada, grace):
        assert person.sign_in().status_code == 302
    assert (ada.username(), grace.username()) == ("ada@contoso.example", "grace@contoso.example")


def test_a_federated_credential(entra: RunningEntra, settings: Any, tmp_path: Path) -> None:
    """The platform writes a token for the application into a file, and renews it."""
    trust_platform(entra)
    file = tmp_path / "token"
    prove_with(settings, CLIENT_ASSERTION=str(file))
    file.write_text(assertion(sub="system:serviceaccount:other:api"))
    answer = Person(entra).sign_in()
    assert (answer.status_code, reason_of(answer)) == (503, "sign_in_misconfigured")
    assert b"AADSTS700213" in answer.content
    file.write_text(assertion())
    ada = Person(entra)
    assert ada.sign_in().status_code == 302
    assert ada.username() == "ada@contoso.example"
    assert sign_in_client("default").msal.token_cache._cache == {}
