"""The button for pages: where it leads, how it looks, and when it is not there."""

import re
from pathlib import Path
from typing import Any

import django_entrance
import pytest
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, Template, TemplateSyntaxError, engines
from django.test import Client, RequestFactory
from django.urls import include, path
from scripted import API, OTHER_TENANT, TENANT
from sign_ins import start_session

pytestmark = pytest.mark.django_db

ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API, "CLIENT_SECRET": "entra-local-not-a-secret"}
LOAD = "{% load entrance %}"
BUTTON = f"{LOAD}{{% sign_in_with_microsoft %}}"


def begin(request: HttpRequest) -> HttpResponse:
    """Stand for the view that begins page sign-in."""
    return HttpResponse(request.POST.get("next", "none"))


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(BUTTON).render({}, request))


urlpatterns = [
    path("page/", page),
    path("accounts/login/", LoginView.as_view(template_name="django_entrance/login.html")),
    path("other-login/", LoginView.as_view(template_name="django_entrance/login.html")),
    path("entrance/", include(([path("sign-in/", begin, name="sign-in")], "entrance"))),
]


@pytest.fixture(autouse=True)
def project(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.ENTRANCE = ENTRANCE


def draw(source: str = BUTTON, address: str = "/page/", **context: Any) -> str:
    request = RequestFactory().get(address)
    request.resolver_match = None
    return Template(source).render(RequestContext(request, context))


def field(html: str, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return None if found is None else found[1]


def test_it_is_a_form_with_a_csrf_token_and_the_page(strict_client: Client) -> None:
    html = strict_client.get("/page/?a=1").content.decode()
    assert '<form class="entrance-sign-in-form" method="post" action="/entrance/sign-in/"' in html
    assert re.search(
        r'<button type="submit" class="entrance-sign-in" data-theme="auto"><svg .*</svg>Sign in with ', html
    )
    sent = {name: field(html, name) or "" for name in ("next", "csrfmiddlewaretoken")}
    assert strict_client.post("/entrance/sign-in/", sent).content == b"/page/?a=1"
    assert strict_client.post("/entrance/sign-in/", {"next": "/"}).status_code == 403, "control"
    assert "<script" not in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("source", "address", "next_page"),
    [
        (BUTTON, "/page/", "/page/"),
        (BUTTON, "/page/?next=/there/", "/there/"),
        (BUTTON, "/page/?next=https://evil.example/", None),
        (BUTTON, "/page/?next=//evil.example/", None),
        (BUTTON, "/accounts/login/", None),
        (BUTTON, "/accounts/login/?next=/there/", "/there/"),
        (LOAD + '{% sign_in_with_microsoft next="/chosen/" %}', "/page/?next=/there/", "/chosen/"),
        (LOAD + '{% sign_in_with_microsoft next="https://evil.example/" %}', "/page/", None),
        (LOAD + '{% sign_in_with_microsoft next="javascript:alert(1)" %}', "/page/", None),
        (LOAD + "{% sign_in_with_microsoft next=undefined %}", "/page/", "/page/"),
    ],
)
def test_where_a_person_goes_then(source: str, address: str, next_page: str | None) -> None:
    assert field(draw(source, address), "next") == next_page


def test_this_page_is_never_another_site() -> None:
    request = RequestFactory().get("/", PATH_INFO="//evil.example/")
    request.resolver_match = None
    assert field(Template(BUTTON).render(RequestContext(request)), "next") is None


def test_the_answer_to_a_form_is_no_page_to_go_to() -> None:
    request = RequestFactory().post("/page/")
    request.resolver_match = None
    assert field(Template(BUTTON).render(RequestContext(request)), "next") is None


def test_a_login_page_that_has_no_address_is_none(settings: Any) -> None:
    settings.LOGIN_URL = "not-a-name"
    assert field(draw(), "next") == "/page/"


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ('text="Sign in"', ' aria-label="Sign in with Microsoft"><svg'),
        ('text="Staff: Microsoft"', 'data-theme="auto"><svg'),
        ("text=hostile", "</svg>&lt;b&gt;</button>"),
        ('theme="dark"', 'data-theme="dark"'),
        ('theme="light"', 'data-theme="light"'),
        ('prompt="select_account"', 'name="prompt" value="select_account"'),
    ],
)
def test_its_options(options: str, shown: str) -> None:
    assert shown in draw(f"{LOAD}{{% sign_in_with_microsoft {options} %}}", hostile="<b>")


def test_a_theme_that_is_none_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match='"auto", "light" or "dark"'):
        draw(f'{LOAD}{{% sign_in_with_microsoft theme="blue" %}}')


def test_the_style_sheet_is_linked_once() -> None:
    link = '<link rel="stylesheet" href="/static/django_entrance/sign-in.css">'
    twice = f"{BUTTON}{{% include 'django_entrance/sign_in.html' %}}"
    assert draw(twice).count(link) == 1
    in_head = f"{LOAD}<head>{{% entrance_styles %}}</head>{{% sign_in_with_microsoft %}}"
    assert draw(in_head).startswith(f"<head>{link}</head><form")


def test_beside_a_form_it_has_a_line_and_a_theme() -> None:
    beside = "{% include 'django_entrance/sign_in.html' %}"
    assert '<p class="entrance-or">or</p>' in draw(beside)
    assert 'data-theme="auto"' in draw(beside)
    assert 'data-theme="auto"' in draw(beside, theme="of the site"), "a site's own variable"
    assert 'data-theme="dark"' in draw("{% include 'django_entrance/sign_in.html' with button_theme='dark' %}")


def test_without_a_credential_there_is_nothing_beside_a_form(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API}
    assert draw("{% include 'django_entrance/sign_in.html' %}").strip() == ""


def test_without_the_style_sheet_the_button_is_plain(settings: Any, tmp_path: Path) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django.contrib.staticfiles"]
    manifest = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifest}}
    settings.DEBUG = False
    assert draw().startswith("<form")


AUTHORITIES = {
    "staff": {"TENANT_ID": TENANT},
    "partners": {"TENANT_ID": OTHER_TENANT, "CLIENT_SECRET": "entra-local-not-a-secret"},
}


@pytest.mark.parametrize(
    ("options", "sent"), [("", None), ('authority="partners"', "partners"), ('authority=""', None)]
)
def test_the_authority_that_is_asked_for_is_sent(settings: Any, options: str, sent: str | None) -> None:
    """Without a name, sign-in takes the first that has a credential."""
    settings.ENTRANCE = {"CLIENT_ID": API, "AUTHORITIES": AUTHORITIES}
    html = draw(f"{LOAD}{{% sign_in_with_microsoft {options} %}}")
    assert (field(html, "authority"), "<form" in html) == (sent, True)
    assert "<form" not in draw(f'{LOAD}{{% sign_in_with_microsoft authority="staff" %}}')


def without_urls(settings: Any) -> None:
    settings.ROOT_URLCONF = ()


def without_credential(settings: Any) -> None:
    settings.ENTRANCE = {"TENANT_ID": TENANT, "CLIENT_ID": API}


def elsewhere(settings: Any) -> None:
    settings.ENTRANCE = ENTRANCE | {"AUTHORITIES": {"staff": {}}, "AUTHORITIES_HERE": "project_urls.authorities_here"}


@pytest.mark.parametrize("debug", [True, False], ids=["DEBUG", "not DEBUG"])
@pytest.mark.parametrize(
    ("change", "source", "said"),
    [
        (without_credential, BUTTON, "ENTRANCE has no CLIENT_SECRET, CLIENT_CERTIFICATE or CLIENT_ASSERTION for page"),
        (elsewhere, BUTTON, "ENTRANCE has no CLIENT_SECRET"),
        (without_urls, BUTTON, "the URLs are missing: path(&quot;entrance/&quot;, include("),
        (None, LOAD + '{% sign_in_with_microsoft authority="x" %}', "no authority is named &#x27;x&#x27; here."),
    ],
)
def test_without_what_it_needs_it_is_not_there(settings: Any, change: Any, source: str, said: str, debug: bool) -> None:
    settings.DEBUG = debug
    settings.ROOT_URLCONF = __name__
    if change is not None:
        change(settings)
    html = draw(source)
    assert (said in html) == debug
    assert "<form" not in html
    assert debug or html == ""
    assert draw(f"{LOAD}{{% microsoft_sign_in_is_set_up as it %}}{{{{ it }}}}") == str(change is None)


def test_without_a_request_it_is_not_there(settings: Any) -> None:
    assert Template(BUTTON).render(Context()) == ""
    settings.DEBUG = True
    assert "the template has no request." in Template(BUTTON).render(Context())


@pytest.mark.parametrize("address", ["/accounts/login/", "/other-login/"])
def test_the_login_template(client: Client, address: str) -> None:
    html = client.get(f"{address}?next=/there/").content.decode()
    assert html.count('name="next" value="/there/"') == 2
    assert 'name="username"' in html
    assert '<p class="entrance-or">or</p>' in html
    assert client.get(address).content.decode().count('name="next"') == 1, "Django's own; none for the button"
    html = client.post(address, {"username": "x", "password": "y", "next": "/there/"}).content.decode()
    assert html.count('name="next" value="/there/"') == 2
    assert "Please enter a correct username" in html
    start_session(client)
    html = client.get(f"{address}?next=/there/").content.decode()
    assert "<strong>barbara</strong>, who may not open this page" in html
    assert field(html, "prompt") == "select_account"


def test_the_button_looks_like_that_of_the_react_package() -> None:
    package = Path(django_entrance.__file__).parent
    css = package.joinpath("static/django_entrance/sign-in.css").read_text(encoding="utf-8")
    react = package.parents[2].joinpath("react/src/react/buttonStyles.ts").read_text(encoding="utf-8")
    react = react.replace("${BUTTON_CLASS}", "entrance-sign-in")
    for selector in (
        r"\.entrance-sign-in",
        r'\.entrance-sign-in\[data-theme="dark"\]',
        r"\.entrance-sign-in:focus-visible",
    ):
        rule = re.compile(rf"^{selector} \{{.*?\}}", re.DOTALL | re.MULTILINE)
        found, wanted = rule.search(css), rule.search(react)
        assert found is not None
        assert wanted is not None
        assert found[0] == wanted[0]
    logo = package.joinpath("templates/django_entrance/sign_in_button.html").read_text(encoding="utf-8")
    drawn = package.parents[2].joinpath("react/src/react/MicrosoftLogo.tsx").read_text(encoding="utf-8")
    assert re.findall(r' d="[^"]+"', logo) == re.findall(r' d="[^"]+"', drawn)
