"""The ASGI application: `uvicorn config.asgi:application`. Pages and the API over HTTP, live lists over WebSockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = get_asgi_application()  # before the imports that need models

from accounts.live import user_of_own_token  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402
from django_entrance.contrib.channels import EntranceMiddleware  # noqa: E402
from django_entrance.contrib.mcp import serve_mcp  # noqa: E402
from logbook.graphql.live import live_graphql  # noqa: E402
from logbook.tools import server  # noqa: E402

live = EntranceMiddleware(URLRouter([path("graphql/", live_graphql)]), own_login=user_of_own_token)
application = serve_mcp(ProtocolTypeRouter({"http": site, "websocket": live}), server)
