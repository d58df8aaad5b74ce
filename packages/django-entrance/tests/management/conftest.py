import pytest
from django_entrance.management.doctor import CERTIFICATE_VARIABLES

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *CERTIFICATE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
