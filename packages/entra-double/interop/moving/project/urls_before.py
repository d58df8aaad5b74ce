from django.urls import include, path
from views import who

urlpatterns = [path("oauth2/", include("django_auth_adfs.urls")), path("who", who)]
