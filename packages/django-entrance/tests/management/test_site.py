"""The addresses that ``entrance doctor`` prints for the site."""

from typing import Any

import pytest
from django_entrance.management.site import examine_addresses, examine_site


@pytest.mark.parametrize(
    ("public", "site", "shown"),
    [
        ("https://app.contoso.com", None, "https://app.contoso.com/entrance/callback/"),
        (None, "https://own.example/some/page", "https://own.example/entrance/callback/"),
        (None, None, "https://<your site>/entrance/callback/; PUBLIC_URL or --site fills in your site"),
    ],
)
def test_the_addresses_to_register_are_printed(settings: Any, public: Any, site: str | None, shown: str) -> None:
    settings.ENTRANCE = settings.ENTRANCE | {"PUBLIC_URL": public}
    found = {each.what: each.seen for each in examine_addresses(site)}
    assert found["redirect URIs, web"] == shown
    assert found["redirect URIs, single-page application"] == shown.replace("callback", "redirect")
    assert found["redirect URIs, front-channel logout URL"] == shown.replace("callback", "front-channel-logout")


@pytest.mark.parametrize("site", ["https://ada:s3cret@127.0.0.1:1/", "https://ada:s3cret@[::1"])
def test_a_name_and_password_in_the_address_are_not_printed(site: str) -> None:
    found = [*examine_site(site, None)]
    assert found
    assert "s3cret" not in str(found)
    assert ("https://127.0.0.1:1/entrance/callback/" in str(found)) == ("127.0.0.1" in site)


def test_without_our_urls_there_is_nothing_to_register(settings: Any) -> None:
    settings.ROOT_URLCONF = "django.contrib.auth.urls"
    (finding,) = examine_addresses(None)
    assert finding.seen == "none: the project's urls do not include django_entrance.urls"
