from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.html import format_html


@login_required
def home(request: HttpRequest) -> HttpResponse:
    name = request.user.get_username()
    return HttpResponse(format_html('<p>Signed in as {}</p><a href="/entrance/sign-out/">Sign out</a>', name))


urlpatterns = [
    path("", home, name="home"),
    path("login/", LoginView.as_view(template_name="django_entrance/login.html"), name="login"),
    path("entrance/", include("django_entrance.urls")),
]
