"""Undo removes the texts that the command adds, in any style, and no others."""

import pytest
from django_entrance.init.login_page import BUTTON
from django_entrance.init.ours import may_be_added
from django_entrance.init.settings import BACKENDS, ENTRANCE

OURS = (
    '    "django_entrance",\n',
    ", 'django_entrance.middleware.EntraMiddleware'",
    '"django_entrance.backends.EntraBackend", ',
    BACKENDS,
    ENTRANCE.replace("\n", "\r\n"),
    f"\t{BUTTON}\n",
    "p('entrance/', inc('django_entrance.urls')), ",
    'urlpatterns = [path("entrance/", include("django_entrance.urls")), *urlpatterns]\n',
    "include, ",
    "\nfrom django.urls import include, path",
)


@pytest.mark.parametrize("text", OURS)
def test_control_a_text_of_the_command_is_known(text: str) -> None:
    assert may_be_added(text)


@pytest.mark.parametrize("text", OURS)
def test_a_text_with_more_is_not(text: str) -> None:
    assert not may_be_added(f"DEBUG = False\n{text}")
    assert not may_be_added(f'{text}"django.middleware.csrf.CsrfViewMiddleware",\n')


@pytest.mark.parametrize("text", ["", "\n", "path", "*urlpatterns", '"django.contrib.auth",\n'])
def test_others_are_not(text: str) -> None:
    assert not may_be_added(text)
