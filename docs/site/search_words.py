"""Words that readers search for, and the page that answers them, which may call the matter otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sphinx import addnodes

if TYPE_CHECKING:
    from docutils.nodes import document  # type: ignore[import-untyped]
    from sphinx.application import Sphinx

WORDS: Mapping[str, tuple[str, ...]] = {
    "docs/howto/agents-and-guests": ("guests", "guest", "agents", "b2b", "external users"),
    "docs/howto/ask-for-more-proof": ("mfa", "step-up", "conditional access", "second factor"),
    "docs/howto/behind-a-proxy": ("proxy", "nginx", "https", "load balancer"),
    "docs/howto/call-other-apis": ("on-behalf-of", "obo", "microsoft graph", "graph", "access token"),
    "docs/howto/custom-user-models": ("custom user", "claim mapping", "profile"),
    "docs/howto/django-rest-framework": ("drf", "rest framework"),
    "docs/howto/django-session-for-react": ("session", "csrf"),
    "docs/howto/deploy": ("deploy", "deployment", "uvicorn", "docker"),
    "docs/howto/doctor": ("doctor", "health check", "diagnose"),
    "docs/howto/explain": ("aadsts", "error", "troubleshooting"),
    "docs/howto/how-long-a-session-lives": ("session lifetime", "timeout", "expiry"),
    "docs/howto/init": ("setup", "uninstall", "undo", "vite"),
    "docs/howto/keep-tokens-short": ("header too large", "long tokens"),
    "docs/howto/measure": ("metrics", "prometheus", "opentelemetry", "monitoring", "alerts", "json logs"),
    "docs/howto/move-from-django-auth-adfs": ("adfs", "django-auth-adfs", "migrate"),
    "docs/howto/operate": ("rotate", "secret", "outage", "run-book", "production"),
    "docs/howto/reach-entra": ("outgoing proxy", "certificates", "workers"),
    "docs/howto/register": ("app registration", "registration", "consent"),
    "docs/howto/register-in-the-portal": ("azure portal", "redirect uri"),
    "docs/howto/roles-and-groups": ("groups", "roles", "permissions", "is_staff", "superuser"),
    "docs/howto/see-who-was-refused": ("logs", "logging"),
    "docs/howto/sign-in-without-react": ("login", "log in", "sign in", "button"),
    "docs/howto/signing-out": ("logout", "log out", "sign out", "single sign-out"),
    "docs/howto/swagger": ("swagger", "openapi"),
    "docs/howto/the-admin": ("admin", "django admin"),
    "docs/howto/too-many-groups": ("overage", "too many groups"),
    "docs/howto/use-a-real-tenant": ("tenant", "azure ad", "optional claims"),
    "docs/howto/verify-a-token-outside-a-request": ("celery", "background task", "verify token"),
    "docs/howto/websockets": ("websocket", "websockets", "channels", "subscriptions"),
    "docs/howto/who-signed-in-and-why-not": ("audit", "events", "sign-in log"),
    "docs/howto/your-users-exist-already": ("existing users", "link accounts", "connect", "adopt", "names"),
    "docs/entra-double/testing": ("pytest", "tests", "mock"),
    "docs/reference/settings": ("settings", "environment variables"),
    "docs/reference/refusals": ("refusals", "reason"),
}


def add_words(app: Sphinx, doctree: document) -> None:
    """Put the words of a page into the index of the search, which ranks them before words of the text."""
    entries = [("single", word, "", "main", None) for word in WORDS.get(app.env.docname, ())]
    if entries:
        doctree.insert(0, addnodes.index(entries=entries, inline=False))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("doctree-read", add_words)
    return {"parallel_read_safe": True}
