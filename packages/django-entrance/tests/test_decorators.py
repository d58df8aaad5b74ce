"""The decorators themselves: what they keep of a view, and how they are misused."""

from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.views import View
from django_entrance.decorators import app_role_required, scope_required
from guarded_urls import FORMS, GUARDS, AsyncView, aview, view


@pytest.mark.parametrize("guard", GUARDS.values())
@pytest.mark.parametrize("form", FORMS)
def test_a_view_stays_sync_or_async(form: str, guard: Any) -> None:
    made = FORMS[form](guard)
    assert iscoroutinefunction(made) == ((form.startswith("a") and form != "as-view") or form == "as-aview")


@pytest.mark.parametrize("guard", GUARDS.values())
def test_a_view_keeps_its_name(guard: Any) -> None:
    assert (guard(view).__name__, guard(aview).__name__) == ("view", "aview")
    kind: type[View] = guard(AsyncView.as_view()).view_class
    assert kind is AsyncView


@pytest.mark.parametrize("wrong", [(), (view,), ("",), ("Admin", None)])
def test_names_are_needed(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r'Name what is required: @app_role_required\("…"\)\.'):
        app_role_required(*wrong)


def test_a_scope_is_needed() -> None:
    with pytest.raises(TypeError, match=r'Name what is required: @scope_required\("…"\)\.'):
        scope_required(view)  # type: ignore[arg-type]  # without parentheses
