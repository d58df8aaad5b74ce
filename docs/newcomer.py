"""Does what a newcomer does, timed: takes a project with password login, admin and REST framework, and adds Microsoft.

Usage: python docs/newcomer.py

Once by hand, from the samples of docs/tutorials/existing-site.md, and once by the command of docs/howto/init.md. Then
entra-double and the project run as processes, and Grace, who has a password there, signs in over HTTP.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import ndiff
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from sampling import HOWTO, ROOT, TUTORIALS, samples

PAGE, COMMAND = TUTORIALS / "existing-site.md", HOWTO / "init.md"
BUTTON = "Sign in with Microsoft"
MOST_LINES = 12
MOST_LINES_FOR_REACT = 15
PATIENCE = 30.0
PASSWORD = "structured-1968"
GRACE = "96ace000-0000-4000-a000-000000000012"
"""Her object id at entra-double."""

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


class Outcome(NamedTuple):
    """The changed lines by file, and the seconds from the first change to the end of the sign-ins."""

    lines: Mapping[str, int]
    seconds: float


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


def changed_lines(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, int]:
    """Return how many lines each file has more or different; blank ones and comments do not count."""
    counts = dict.fromkeys(after, 0)
    for name, text in after.items():
        for line in ndiff(before.get(name, "").splitlines(), text.splitlines()):
            counts[name] += line.startswith("+ ") and not re.match(r"\+ \s*(#|$)", line)
    return {name: count for name, count in counts.items() if count}


def by_hand(project: Path, entra: str) -> dict[str, str]:
    """Write the samples of the tutorial into the project, each line where it says. Return the environment: none."""
    settings, urls = samples(PAGE, "python")[:2]
    [page] = samples(PAGE, "html")
    with (project / "mysite/settings.py").open("a") as file:
        file.write(settings.partition("\n")[2].replace("http://localhost:8400", entra))
    put_urls(project / "mysite/urls.py", urls)
    with (project / "templates/registration/login.html").open("a") as file:
        file.write(page.splitlines(keepends=True)[-1])
    return {}


def put_urls(file: Path, sample: str) -> None:
    """Write the lines of a sample that the project lacks: imports first, patterns into the list."""
    for line in sample.splitlines()[1:]:
        text = file.read_text()
        code = line.partition("  #")[0]
        if code in text:
            continue
        is_pattern = line.startswith("    ")
        place = text.index("urlpatterns = [\n") + len("urlpatterns = [\n") if is_pattern else 0
        file.write_text(f"{text[:place]}{line}\n{text[place:]}")


def by_command(project: Path, entra: str) -> dict[str, str]:
    """Run the command of the page in the project, and return the environment that the page sets."""
    first, environment = samples(COMMAND, "sh")[:2]
    words = first.split()
    run([sys.executable, *words[1:], "--yes"], project, {})
    return dict(re.findall(r"export (\w+)=(\S+)", environment)) | {"ENTRANCE_AUTHORITY_HOST": entra}


def lines_for_react(folder: Path) -> dict[str, int]:
    """Run the command for Vite's template, and return the changed lines with those of Django's settings."""
    for name, text in VITE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    run(["node", str(ROOT / "packages/react/bin/init.js"), "init", "--yes"], folder, {})
    [settings] = samples(COMMAND, "python")
    return changed_lines(VITE | {"settings.py": ""}, texts(folder) | {"settings.py": settings})


class Browser:
    """Follows links and forms as a browser does, and keeps cookies. Pages of entra-double choose Grace."""

    def __init__(self) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.answer = requests.Response()

    def visit(self, address: str) -> str:
        """Get a page, and return its text."""
        self.answer = self.http.get(address, timeout=PATIENCE)
        return self.answer.text

    def submit(self, to: str, **fields: str) -> str:
        """Send the form of the page that goes to an address which ends so; an empty one goes to the page itself."""
        forms = re.findall(r"<form\b.*?</form>", self.answer.text, re.DOTALL)
        [form] = [form for form in forms if (target_of(form) or urlsplit(self.answer.url).path).endswith(to)]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        address = urljoin(self.answer.url, target_of(form) or self.answer.url)
        sent = dict(hidden) | fields
        self.answer = self.http.post(address, sent, headers={"referer": self.answer.url}, timeout=PATIENCE)
        return self.answer.text

    def choose_grace(self) -> str:
        """Choose Grace on the page of entra-double, and come back."""
        transaction = re.findall(r'name="transaction" value="([^"]+)"', self.answer.text)[0]
        address = f"{'/'.join(self.answer.url.split('/')[:4])}/sign-in"
        self.answer = self.http.post(address, {"transaction": transaction, "account": GRACE}, timeout=PATIENCE)
        return self.answer.text


def target_of(form: str) -> str:
    found = re.search(r'<form[^>]*\baction="([^"]*)"', form)
    return found[1] if found else ""


def require(condition: bool, what: str, browser: Browser) -> None:
    if not condition:
        raise SystemExit(f"Not so: {what}\n{browser.answer.status_code} {browser.answer.url}\n{browser.answer.text}")


def sign_in(site: str) -> None:
    """Be Grace: be told to connect, connect, and sign in as the same user. The password goes on working."""
    stranger = Browser()
    require(BUTTON in stranger.visit(f"{site}/login/"), "the login page has the button", stranger)
    stranger.submit("/entrance/sign-in/")
    told = "/entrance/account/" in stranger.choose_grace() and stranger.answer.status_code == 403
    require(told, "she is told how to connect", stranger)

    with_password = Browser()
    with_password.visit(f"{site}/login/")
    with_password.submit("/login/", username="grace", password=PASSWORD)
    her_id = with_password.answer.json()["id"]
    with_password.visit(f"{site}/entrance/account/")
    with_password.submit("/connect/sign-in/", password=PASSWORD)
    require("is connected" in with_password.choose_grace(), "she is connected", with_password)

    with_microsoft = Browser()
    with_microsoft.visit(f"{site}/login/?next=/api/me/")
    with_microsoft.submit("/entrance/sign-in/")
    with_microsoft.choose_grace()
    same = with_microsoft.answer.json() == {"id": her_id, "username": "grace"}
    require(same, "she is the same user for the API", with_microsoft)
    with_microsoft.visit(f"{site}/admin/")
    require("Site administration" in with_microsoft.answer.text, "she may enter the admin, as before", with_microsoft)


@contextmanager
def serving(command: list[str], folder: Path, environment: Mapping[str, str], address: str) -> Iterator[None]:
    """Run a server until the end of the block."""
    with (folder / "server.log").open("a") as log:
        server = subprocess.Popen(command, cwd=folder, env=clean(environment), stdout=log, stderr=log)
    try:
        wait_for(address, server, folder / "server.log")
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            requests.get(address, timeout=PATIENCE)
            return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise SystemExit(f"{address} does not answer:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def try_way(way: Callable[[Path, str], dict[str, str]], folder: Path) -> Outcome:
    """Make a project, change it, and sign in; only the changes and what follows is timed."""
    project = make_project(folder)
    before = texts(project)
    entra, site = (f"http://localhost:{free_port()}" for _ in range(2))
    started = time.monotonic()
    environment = way(project, entra)
    lines = changed_lines(before, texts(project))
    double = [sys.executable, "-m", "entra_double", "serve", "--port", entra.rpartition(":")[2]]
    django = [sys.executable, "manage.py", "runserver", "--noreload", site.removeprefix("http://")]
    manage(project, "migrate", "--verbosity", "0", environment=environment)
    with (
        serving(double, project, {}, f"{entra}/health"),
        serving(django, project, environment, f"{site}/login/"),
    ):
        sign_in(site)
    return Outcome(lines, time.monotonic() - started)


WAYS: Mapping[str, Callable[[Path, str], dict[str, str]]] = {
    f"By hand, from {PAGE.name}": by_hand,
    f"By the command of {COMMAND.name}": by_command,
}


def tell(lines: Mapping[str, int], most: int) -> None:
    for file, count in lines.items():
        print(f"{count:6}  {file}")
    print(f"{sum(lines.values()):6}  changed lines, at most {most}")


if __name__ == "__main__":
    for name, way in WAYS.items():
        with TemporaryDirectory() as scratch:
            outcome = try_way(way, Path(scratch))
        print(name)
        tell(outcome.lines, MOST_LINES)
        print(f"{outcome.seconds:6.1f}  seconds, without the installation, until Grace was the user that she was")
    with TemporaryDirectory() as scratch:
        print("React beside it, by npx @django-entrance/react init")
        tell(lines_for_react(Path(scratch)), MOST_LINES_FOR_REACT)
