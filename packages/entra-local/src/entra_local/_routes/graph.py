"""The routes of Microsoft Graph and of userinfo; there are none yet."""

from __future__ import annotations

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
