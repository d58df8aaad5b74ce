"""The ASGI application: `uvicorn config.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = get_asgi_application()

from django_entrance.contrib.mcp import serve_mcp  # noqa: E402  # after Django has loaded the models
from logbook.tools import server  # noqa: E402

application = serve_mcp(site, server)
