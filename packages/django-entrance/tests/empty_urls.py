"""A project that does not include our URLs."""

from typing import Any

urlpatterns: list[Any] = []
