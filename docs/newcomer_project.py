"""The newcomer's project as it was before: a person with a password, the admin, an API, and Vite's template."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PASSWORD = "structured-1968"
SETTINGS = """
INSTALLED_APPS += ["rest_framework"]
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
LOGIN_URL, LOGIN_REDIRECT_URL = "login", "/api/me/"
"""
URLS = """\
from django.contrib import admin
from django.contrib.auth.views import LoginView
from django.urls import include, path

from mysite.views import me

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api-auth/", include("rest_framework.urls")),
    path("api/me/", me),
    path("login/", LoginView.as_view(), name="login"),
]
"""
VIEWS = """\
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response


@api_view()
@permission_classes([IsAuthenticated])
def me(request):
    return Response({"id": request.user.pk, "username": request.user.username})
"""
LOGIN = """\
<!doctype html>
<title>Log in</title>
<form method="post">{% csrf_token %}{{ form.as_p }}<button>Log in</button></form>
"""
MAKE_GRACE = f"""
from django.contrib.auth.models import User
User.objects.create_user("grace", "grace@contoso.example", {PASSWORD!r}, is_staff=True)
"""


VITE = {
    "src/main.tsx": """\
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './index.css'
import App from './App.tsx'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
""",
    "vite.config.ts": """\
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// https://vite.dev/config/
export default defineConfig({
  plugins: [react()],
})
""",
}
"""What create-vite writes of what is edited. `make interop` makes the whole project."""


def manage(project: Path, *words: str, environment: Mapping[str, str] | None = None) -> None:
    run([sys.executable, "manage.py", *words], project, environment or {})


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command, and show what it said if it fails."""
    done = subprocess.run(command, cwd=folder, env=clean(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without settings of other projects."""
    others = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
    own = {name: value for name, value in os.environ.items() if name not in others}
    return {**own, **environment}


def make_project(folder: Path) -> Path:
    """Make the project as it was before: a person with a password, the admin, an API."""
    run([sys.executable, "-m", "django", "startproject", "mysite", "."], folder, {})
    with (folder / "mysite/settings.py").open("a") as settings:
        settings.write(SETTINGS)
    (folder / "mysite/urls.py").write_text(URLS)
    (folder / "mysite/views.py").write_text(VIEWS)
    (folder / "templates/registration").mkdir(parents=True)
    (folder / "templates/registration/login.html").write_text(LOGIN)
    manage(folder, "migrate", "--verbosity", "0")
    manage(folder, "shell", "--verbosity", "0", "--command", MAKE_GRACE)
    return folder


def texts(project: Path) -> dict[str, str]:
    """Return the sources of the project that are edited."""
    files = (path for path in project.rglob("*") if path.suffix in {".py", ".html", ".ts", ".tsx"})
    return {path.relative_to(project).as_posix(): path.read_text() for path in files}
