"""The site of ``door_urls`` for real servers: ``application`` under ASGI, ``wsgi`` under WSGI."""

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

application = get_asgi_application()
wsgi = get_wsgi_application()
