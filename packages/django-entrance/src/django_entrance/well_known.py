"""The URLs under ``path("", include("django_entrance.well_known"))``, which has to stand at the root (RFC 8615).

Of a site that is mounted under a prefix, clients find an authority at the last address only: it is within the prefix.
"""

from django.urls import path

from django_entrance.frontend.metadata import authorization_server, protected_resource

app_name = "entrance_well_known"

urlpatterns = [
    path(".well-known/oauth-protected-resource", protected_resource, name="protected-resource"),
    path(".well-known/oauth-protected-resource/<path:path>", protected_resource, name="protected-resource"),
    path(
        ".well-known/oauth-authorization-server/entrance/<str:authority>",
        authorization_server,
        name="authorization-server",
    ),
    path("entrance/<str:authority>/.well-known/openid-configuration", authorization_server),
]
