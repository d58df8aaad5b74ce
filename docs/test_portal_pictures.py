"""The pictures of the page on the portal are fresh, explained in its text, and agree with what the command makes."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from build_reference import PORTAL, pictures
from django_entrance.entra.registration.wanted import GRAPH_ROLES, GRAPH_SCOPES
from empty_tenant import DIRECTORY, settings_for
from entra_double import RunningEntra
from portal_drawing import EDGE, PER_CHARACTER, WIDTH, Button, Field, Screen, draw, wrapped
from portal_screens import SETTINGS, SITE, screens
from registrations import WHERE, run
from sampling import HOWTO
from token_watch import keep_secret

PAGE = (HOWTO / "register-in-the-portal.md").read_text(encoding="utf-8")
PICTURE = re.compile(r"^!\[(.+)\]\((.+)\)$", re.MULTILINE)
ALL = {screen.name: screen for screen in screens()}
WIDEST = 12 * PER_CHARACTER
"""Units of a character in the smallest size."""


def in_words(text: str) -> str:
    """Return the text of the page as it is read, without its pictures."""
    return " ".join(re.sub(r"[*`]", "", PICTURE.sub("", text)).split())


def test_the_pictures_are_fresh() -> None:
    made = pictures()
    assert {path.name: path.read_text(encoding="utf-8") for path in PORTAL.iterdir()} == {
        path.name: text for path, text in made.items()
    }, "run: make docs"


def test_the_page_shows_each_picture_once_in_order_with_what_it_says() -> None:
    expected = [(screen.alt, f"../images/portal/{screen.name}.svg") for screen in screens()]
    assert PICTURE.findall(PAGE) == expected


@pytest.mark.parametrize("screen", ALL.values(), ids=ALL)
def test_every_label_of_a_picture_is_in_the_text(screen: Screen) -> None:
    """A reader who does not see the picture misses nothing."""
    text = in_words(PAGE)
    assert [each for each in screen.texts() if each not in text] == []


@pytest.mark.entra(directory=DIRECTORY)
def test_the_pictures_have_what_the_command_makes(entra_server: RunningEntra, settings: Any) -> None:
    settings.DEBUG = True
    everything = {key: SETTINGS[key] for key in ("ACCESS", "AUTHENTICATION_CONTEXTS")}
    settings.ENTRANCE = settings_for(entra_server, **everything)
    made = run(entra_server, assignment_required=True)
    keep_secret(made.secret)
    assert made.found.api is not None
    assert made.found.spa is not None
    shown = {text for screen in ALL.values() for text in screen.texts()}
    assert {each for each in (*names_in(made.found.api), *names_in(made.found.spa)) if each not in shown} == {"Admin"}
    assert made.found.api_entry is not None
    assert made.found.api_entry["appRoleAssignmentRequired"] is True


def names_in(registration: Mapping[str, Any]) -> set[str]:
    """Return the names and addresses in a registration that a person would have to type or choose."""
    permissions = {id_: name for name, id_ in (GRAPH_SCOPES | GRAPH_ROLES).items()}
    asked = [each["id"] for api in registration["requiredResourceAccess"] for each in api["resourceAccess"]]
    claims = registration.get("optionalClaims") or {}
    return {
        *(role["value"] for role in registration["appRoles"]),
        *(scope["value"] for scope in registration["api"]["oauth2PermissionScopes"]),
        *(claim["name"] for kind in ("accessToken", "idToken") for claim in claims[kind]),
        *(permissions[each] for each in asked if each in permissions),
        *(on_the_page(uri) for place in ("web", "spa") for uri in registration[place]["redirectUris"]),
        on_the_page(registration["web"]["logoutUrl"]),
    }


def on_the_page(address: str) -> str:
    return address.replace(WHERE.signed_out.rstrip("/"), SITE)


@pytest.mark.parametrize("screen", ALL.values(), ids=ALL)
def test_no_text_leaves_its_picture(screen: Screen) -> None:
    picture = Xml.fromstring(draw(screen))
    ends = [
        float(text.get("x", "0")) + len(text.text or "") * WIDEST
        for text in picture.iter("{http://www.w3.org/2000/svg}text")
        if text.get("text-anchor") is None
    ]
    assert max(ends) <= WIDTH - EDGE


def test_text_of_a_value_is_no_markup() -> None:
    screen = Screen("name", ("<way>",), "alt", (Field("Label", "<script>&"), Button("Go")))
    assert [each.text for each in Xml.fromstring(draw(screen)).iter("{http://www.w3.org/2000/svg}text")] == [
        *("<way>", "Label", "<script>&", "Go"),
    ]


def test_a_long_value_breaks_after_a_slash_and_a_blank() -> None:
    assert wrapped("https://site/a/long/path", 100, 10) == ["https://site/a/", "long/path"]
    assert wrapped("two words and more", 62, 10) == ["two words", "and more"]
    assert wrapped("short", 100, 10) == ["short"]
