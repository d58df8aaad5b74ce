"""The URLs under ``path("entrance/", include("django_entrance.urls"))``."""

from django.urls import path

from django_entrance.frontend import account, views
from django_entrance.sessions.callback import callback
from django_entrance.sessions.connecting import connect_at_microsoft
from django_entrance.sessions.front_channel import front_channel_logout
from django_entrance.sessions.kept_forms import send_again
from django_entrance.sessions.sign_in import sign_in
from django_entrance.sessions.sign_out import sign_out
from django_entrance.sessions.views import session

app_name = "entrance"

urlpatterns = [
    path("config.json", views.config_json, name="config"),
    path("redirect/", views.redirect_bridge, name="redirect"),
    path("session/", session, name="session"),
    path("sign-out/", sign_out, name="sign-out"),
    path("front-channel-logout/", front_channel_logout, name="front-channel-logout"),
    path("sign-in/", sign_in, name="sign-in"),
    path("send-again/", send_again, name="send-again"),
    path("callback/", callback, name="callback"),
    path("account/", account.account, name="account"),
    path("account/connect/", account.connect, name="connect"),
    path("account/connect/sign-in/", connect_at_microsoft, name="connect-sign-in"),
]
