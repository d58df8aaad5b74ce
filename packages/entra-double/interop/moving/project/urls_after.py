from django.urls import include, path
from views import who

urlpatterns = [path("entrance/", include("django_entrance.urls")), path("who", who)]
