"""Runs the tutorials as a reader would: each as a new project, against a running entra-double."""

from pathlib import Path

from sampling import NEW_PROJECT, TUTORIALS, run_pytest, samples, write_project, write_sample

STORY = """\
import pytest
from conftest import text_of

PASSWORD = "structured-1968"


@pytest.fixture
def grace_with_a_password(django_user_model):
    return django_user_model.objects.create_user("grace", "grace@contoso.example", PASSWORD)


def groups_of(user):
    return [group.name for group in user.groups.all()]


def test_the_login_page_has_the_form_and_the_button(ada):
    page = text_of(ada, "/login/?next=/entrance/session/")
    assert "Log in" in page
    assert "Sign in with Microsoft" in page
    assert 'name="next" value="/entrance/session/"' in page


def test_a_new_person_gets_a_user_and_the_rights_of_her_role(ada, django_user_model):
    ada.sign_in()
    user = django_user_model.objects.get()
    assert (user.username, user.is_staff, groups_of(user)) == ("ada@contoso.example", True, ["editors"])
    assert not user.has_usable_password()


def test_an_existing_person_is_refused_until_she_connects(grace, grace_with_a_password):
    refused = grace.sign_in()
    assert refused.status_code == 403
    assert "/entrance/account/" in refused.content.decode()
    assert "_auth_user_id" not in grace.client.session


def test_the_password_goes_on_working(grace, grace_with_a_password):
    assert grace.client.post("/login/", {"username": "grace", "password": PASSWORD}).status_code == 302
    assert grace.client.get("/entrance/session/").json()["user"]["username"] == "grace"


def test_a_deactivated_person_is_out_at_the_next_click(ada, django_user_model):
    ada.sign_in()
    django_user_model.objects.update(is_active=False)
    assert ada.client.get("/entrance/session/").json()["user"] is None
    assert ada.sign_in().status_code == 403
"""


def test_an_existing_site(tmp_path: Path) -> None:
    page = TUTORIALS / "existing-site.md"
    (tmp_path / "registration").mkdir()
    write_project(tmp_path, page)
    for code in samples(page, "python"):
        if ", further" in code.splitlines()[0]:
            write_sample(tmp_path, code)
    (tmp_path / "test_story.py").write_text(STORY)
    assert "5 passed" in run_pytest(tmp_path, "--ds=settings")


def test_a_rest_api(tmp_path: Path) -> None:
    for code in samples(TUTORIALS / "rest-api.md", "python"):
        write_sample(tmp_path, code, before=NEW_PROJECT if code.startswith("# settings.py\n") else "")
    assert "6 passed" in run_pytest(tmp_path, "--ds=settings")


def test_react_and_graphql(tmp_path: Path) -> None:
    for code in samples(TUTORIALS / "react-and-graphql.md", "python"):
        write_sample(tmp_path, code, before=NEW_PROJECT if code.startswith("# settings.py\n") else "")
    assert "5 passed" in run_pytest(tmp_path, "--ds=settings")
