"""A project with allauth, oauth-toolkit and cors-headers beside us, for ``coexistence/``."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from project_settings import *  # noqa: F403
from project_settings import AUTHENTICATION_BACKENDS as OURS
from project_settings import INSTALLED_APPS as APPS
from project_settings import MIDDLEWARE as USUAL

ROOT_URLCONF = "coexistence_urls"
INSTALLED_APPS = [*APPS, "allauth", "allauth.account", "allauth.headless", "oauth2_provider", "corsheaders"]
MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    *USUAL,
    "allauth.account.middleware.AccountMiddleware",
    "oauth2_provider.middleware.OAuth2TokenMiddleware",
]
AUTHENTICATION_BACKENDS = [
    *OURS,
    "allauth.account.auth_backends.AuthenticationBackend",
    "oauth2_provider.backends.OAuth2Backend",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # or the second of two equal sign-ins is answered in another way
HEADLESS_ONLY = True
HEADLESS_FRONTEND_URLS: dict[str, str] = {}
HEADLESS_JWT_PRIVATE_KEY = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
OAUTH2_PROVIDER = {"SCOPES": {"log": "the log"}}
CORS_ALLOWED_ORIGINS = ["https://app.contoso.example"]
CORS_ALLOW_CREDENTIALS = True
CORS_EXPOSE_HEADERS = ["WWW-Authenticate", "Retry-After"]
