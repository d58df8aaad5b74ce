from __future__ import annotations

import httpx
import pytest
from entra_local._errors import CATALOGUE, Refusal


async def test_an_error_number_is_explained(http: httpx.AsyncClient) -> None:
    response = await http.get("/error?code=50105")
    assert "AADSTS50105" in response.text
    assert "… is not assigned to the application" in response.text
    assert "interaction_required" in response.text
    assert "bad_token" in (await http.get("/error?code=50173")).text


@pytest.mark.parametrize("code", ["", "1", "x", "²", "50105<b>"])
async def test_an_unknown_error_number_is_not(http: httpx.AsyncClient, code: str) -> None:
    assert (await http.get("/error", params={"code": code})).status_code == 404


def test_every_error_of_the_catalogue_fits_its_number() -> None:
    assert all(number == entry.code for number, entry in CATALOGUE.items())
    assert all(entry.text.endswith((".", "~")) and entry.remedy for entry in CATALOGUE.values())


def test_no_description_contains_a_word_that_msal_takes_for_another_error() -> None:
    words = ("interaction_required", "consent_required", "login_required", "bad_token", "ui_not_allowed")
    assert not [entry.code for entry in CATALOGUE.values() if any(word in entry.text for word in words)]


def test_a_refusal_keeps_braces_in_details_as_they_are() -> None:
    assert "'{0.__class__}'" in str(Refusal(90002, tenant="{0.__class__}"))
