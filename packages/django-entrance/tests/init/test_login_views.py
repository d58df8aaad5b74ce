"""The login page is the template that the project gives to ``LoginView``, in its URLs or in a class of its own."""

from pathlib import Path

import pytest
from django_entrance.init.login_page import BUTTON
from init_projects import LOGIN, URLS, Run, write

PAGE, OTHER = "templates/registration/login.html", "people/templates/people/in.html"
CLASS = "class In(auth.LoginView):\n    form_class = OurForm\n    template_name = 'people/in.html'\n"
CALL = 'urlpatterns = [path("in/", LoginView.as_view(template_name="people/in.html"))]\n'


def has_button(tmp_path: Path, name: str) -> bool:
    return BUTTON in (tmp_path / name).read_text()


def test_the_root_urlconf_names_the_page(run: Run, tmp_path: Path) -> None:
    view = 'path("in/", auth_views.LoginView.as_view(template_name="people/in.html", redirect_field_name="n"))'
    write(tmp_path, {"mysite/urls.py": URLS.replace('path("", home)', view), OTHER: LOGIN})
    run()
    assert (has_button(tmp_path, OTHER), has_button(tmp_path, PAGE)) == (True, False)


@pytest.mark.parametrize(("name", "code"), [("people/views.py", CLASS), ("people/urls.py", CALL)])
def test_another_module_names_the_page(run: Run, tmp_path: Path, name: str, code: str) -> None:
    write(tmp_path, {PAGE: None, OTHER: LOGIN, name: code})
    run()
    assert has_button(tmp_path, OTHER)


@pytest.mark.parametrize(("name", "code"), [("people/views.py", CLASS), ("people/urls.py", CALL)])
def test_beside_djangos_own_page_it_is_not_certain_which(run: Run, tmp_path: Path, name: str, code: str) -> None:
    write(tmp_path, {OTHER: LOGIN, name: code})
    assert f"By hand, in {OTHER}, {PAGE} (there are several login pages)" in run()
    assert (has_button(tmp_path, OTHER), has_button(tmp_path, PAGE)) == (False, False)


@pytest.mark.parametrize(
    "code",
    [
        "class In(LoginView):\n    template_name = PAGE\n",
        "class In(LogoutView):\n    template_name = 'people/in.html'  # no LoginView\n",
        "LoginView.as_view(template_name=page())\n",
        "LoginView.as_view(\n",
    ],
    ids=["a name", "another view", "a call", "no Python"],
)
def test_control_no_template_is_named(run: Run, tmp_path: Path, code: str) -> None:
    write(tmp_path, {OTHER: LOGIN, "people/views.py": code})
    run()
    assert (has_button(tmp_path, OTHER), has_button(tmp_path, PAGE)) == (False, True)


def test_a_dangling_link_names_no_template(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "mysite" / "views.py").symlink_to("nowhere.py")
    run()
    assert has_button(tmp_path, PAGE)
