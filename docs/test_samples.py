"""Runs the code samples of the documentation."""

import json
import logging
import logging.config
import re
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from django_entrance.bearer.refusal_log import log_refusal
from django_entrance.checks import check_middleware
from django_entrance.conf.default_mapping import default_mapping
from django_entrance.conf.validation import validate
from django_entrance.verification import identify, trusted
from django_entrance.verification.errors import MalformedRequest
from entra_double import Entra, seed
from sampling import ROOT, TUTORIALS, samples

NOT_OURS = {"node_modules", ".venv", ".make", ".nox"}
PAGES = sorted(document for document in ROOT.rglob("*.md") if not NOT_OURS & set(document.parts))
RUN_ELSEWHERE = "import graphene", "# asgi.py", "# graph_sdk.py"
"""Begin the samples of ``nox --session graphene`` and ``msgraph``, and of ``test_samples_of_websockets``."""

DOCS = sorted((ROOT / "docs" / "howto").glob("*.md")) + sorted((ROOT / "docs" / "reference").glob("*.md"))
SKIP = re.compile(
    r"(?:pytest|mark)\.(?:skip|skipif|xfail|importorskip)\(|\b(?:it|test|describe)\.(?:skip|only|todo)\w*\("
)

TENANT = "c0470500-0000-4000-a000-000000000001"
API = "a9100000-0000-4000-a000-000000000002"
DJANGO = "django.contrib.auth.middleware.AuthenticationMiddleware"


def test_the_samples_of_django_entrance_run_one_after_the_other(settings: Any) -> None:
    settings.DEBUG = True  # http is for localhost, and for debugging
    names: dict[str, Any] = {"INSTALLED_APPS": [], "MIDDLEWARE": [DJANGO], "urlpatterns": [], "token": "opaque"}
    for code in samples(ROOT / "packages" / "django-entrance" / "README.md", "python"):
        exec(compile(code, "sample", "exec"), names)
    assert list(validate({"CLAIM_MAPPING": default_mapping(), **names["ENTRANCE"]})) == []
    assert [str(included.pattern) for included in names["urlpatterns"]] == ["entrance/"]
    assert names["MIDDLEWARE"] == [DJANGO, "django_entrance.middleware.EntraMiddleware"]
    assert names["identity"] is None


@pytest.mark.parametrize(
    "document",
    [
        TUTORIALS / "react-and-graphql.md",
        ROOT / "packages" / "react" / "README.md",
        ROOT / "packages" / "react" / "docs" / "data.md",
        ROOT / "packages" / "react" / "docs" / "svelte.md",
        ROOT / "packages" / "react" / "docs" / "vue.md",
        ROOT / "docs" / "howto" / "django-session-for-react.md",
    ],
    ids=["root", "react", "data", "svelte", "vue", "session"],
)
def test_the_samples_for_react_have_the_right_types(document: Path) -> None:
    folder = ROOT / ".make" / "samples" / f"{document.parent.name}-{document.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    found = samples(document, "tsx") + samples(document, "ts")
    assert found
    for number, code in enumerate(found):
        named = re.match(r"// (\w+)\.ts\n", code)
        name = "App" if "export function App" in code else named[1] if named else f"sample{number}"
        (folder / f"{name}.tsx").write_text(code + "\nexport {};\n")
    (folder / "components.d.ts").write_text('declare module "*.vue";\ndeclare module "*.svelte";\n')
    options = {"strict": True, "noEmit": True, "jsx": "react-jsx", "module": "esnext", "moduleResolution": "bundler"}
    options |= {"target": "es2023", "lib": ["es2023", "dom", "dom.iterable"], "skipLibCheck": True, "types": []}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.tsx", "*.d.ts"]}))
    run = subprocess.run(["npx", "tsc", "-p", folder], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_sample_of_a_claims_challenge_is_one() -> None:
    [code] = samples(ROOT / "packages" / "react" / "docs" / "data.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    extensions = names["refusal"].extensions
    assert (extensions["code"], extensions["reason"]) == ("FORBIDDEN", "authentication_context_missing")
    assert list(json.loads(b64decode(extensions["claims"]))) == ["access_token"]


@pytest.mark.parametrize(
    "code",
    [code for page in DOCS for code in samples(page, "python") if not code.startswith(RUN_ELSEWHERE)],
    ids=lambda code: code[:40],
)
def test_the_samples_of_the_documentation_run(code: str, settings: Any) -> None:
    """Each sample runs on its own. Settings in it must be valid."""
    settings.DEBUG = True  # http is for localhost, and for debugging
    names: dict[str, Any] = {"ENTRANCE": {}, "INSTALLED_APPS": [], "MIDDLEWARE": [DJANGO]}
    exec(compile(code, "sample", "exec"), names)
    if "TENANT_ID" in code and names["ENTRANCE"]:
        assert list(validate({"CLAIM_MAPPING": default_mapping(), **names["ENTRANCE"]})) == []


@pytest.mark.django_db
def test_the_sample_of_a_session_refuses_a_request_without_an_identity(rf: RequestFactory) -> None:
    names: dict[str, Any] = {}
    (code,) = samples(ROOT / "docs" / "reference" / "python.md", "python")
    exec(code, names)
    request = rf.post("/")
    request.entra = None  # type: ignore[attr-defined]
    assert names["start_session"](request).status_code == 401


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_no_page_appends_the_middleware(document: Path) -> None:
    """If it were last, earlier middleware would not see the user of a bearer token."""
    assert not re.search(r"MIDDLEWARE\s*\+=|MIDDLEWARE\.append", document.read_text())


def test_the_sample_order_of_middleware_is_valid(settings: Any) -> None:
    [code] = samples(ROOT / "docs" / "howto" / "place-the-middleware.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    settings.MIDDLEWARE = names["MIDDLEWARE"]
    assert check_middleware(None) == []
    place = settings.MIDDLEWARE.index(DJANGO)
    assert settings.MIDDLEWARE[place + 1] == "django_entrance.middleware.EntraMiddleware"


def test_the_sample_logging_prints_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    [code] = samples(ROOT / "docs" / "howto" / "see-who-was-refused.md", "python")
    names: dict[str, Any] = {}
    exec(code, names)
    log = logging.getLogger("django_entrance")
    before = log.handlers[:], log.level, log.propagate
    try:
        logging.config.dictConfig({**names["LOGGING"], "incremental": False})
        log_refusal(RequestFactory().get("/log/?code=1"), MalformedRequest())
    finally:
        log.handlers[:], log.level, log.propagate = before
    printed = capsys.readouterr().err
    assert " INFO Refused authorization_malformed (400) at GET /log/ to an unknown caller: " in printed


RECORD = """
import { connectMicrosoft } from "./connect.mjs";
const calls = [];
globalThis.fetch = async (address, options) => {
  calls.push({ address, ...options });
  return { ok: true, json: async () => ({ ticket: "the-ticket", user: "grace" }) };
};
const user = await connectMicrosoft(async () => "the-token", { "X-CSRFToken": "c" }, process.argv[2]);
console.log(JSON.stringify({ user, calls }));
"""


def test_the_sample_of_connecting_sends_what_the_view_reads(tmp_path: Path) -> None:
    [code] = samples(ROOT / "docs" / "howto" / "your-users-exist-already.md", "js")
    (tmp_path / "connect.mjs").write_text(code)
    (tmp_path / "record.mjs").write_text(RECORD)
    run = subprocess.run(["node", tmp_path / "record.mjs", "pw"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["user"] == "grace"
    asked, connected = told["calls"]
    assert (asked["headers"]["X-CSRFToken"], json.loads(asked["body"])) == ("c", {"password": "pw"})
    assert connected["headers"]["Authorization"] == "Bearer the-token"
    assert json.loads(connected["body"]) == {"ticket": "the-ticket"}


async def test_the_samples_of_verification_work(monkeypatch: pytest.MonkeyPatch) -> None:
    in_django, without_django = samples(DOCS[0].parent / "verify-a-token-outside-a-request.md", "python")
    names: dict[str, Any] = {}
    exec(in_django, names)
    assert names["who_sent"]("opaque") == "not one of ours"
    assert names["who_sent"]("x" * 40_000) == "refused: token_too_large"
    exec(without_django, names)
    assert names["whoami"]("Bearer opaque") is None
    with pytest.raises(MalformedRequest):
        names["whoami"]("bearer one two")


def test_a_real_tenant_gets_the_optional_claims_that_entra_double_has() -> None:
    api, front_end = (ROOT / "docs" / "howto" / "use-a-real-tenant.md").read_text().split("**The front end**")
    of = {each.name: each for each in seed().applications}
    pages = (ROOT / "docs" / "howto" / "sign-in-without-react.md").read_text().split("## With a real tenant")[1]
    for text, listed in (
        (api, of["Logbook API"].access_token_claims),
        (front_end, of["Logbook web"].id_token_claims),
        (pages, of["Logbook API"].id_token_claims),
    ):
        sentence = text.partition("optional claim")[2].partition("token")[0]
        assert re.findall(r"`(\w+)`", sentence) == [each.name for each in listed]


def test_every_test_that_may_be_skipped_is_listed() -> None:
    folders = (ROOT / name for name in ("packages", "reference", "docs", "benchmarks"))
    files = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in {".py", ".ts", ".tsx", ".js"}]
    ours = [path for path in files if not {*NOT_OURS, "dist"} & set(path.parts)]
    skipped = {path.name for path in ours if SKIP.search(path.read_text())}
    listed = re.findall(r"^\| `(\w+\.py)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    assert skipped == set(listed)


def test_every_test_that_security_names_is_there() -> None:
    named = set(re.findall(r"`(?:[\w/]+/)?(test_\w+(?:\.py)?)`", (ROOT / "SECURITY.md").read_text()))
    files = list(ROOT.glob("packages/*/tests/**/*.py"))
    functions = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text())}
    assert named
    assert named <= functions | {path.name for path in files}


@pytest.mark.parametrize("document", PAGES, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_has_a_target(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)} links to {target}"


@pytest.mark.django_db
def test_the_functions_for_custom_user_models_find_departments_and_employees(entra: Entra) -> None:
    names: dict[str, Any] = {"ENTRANCE": {}}
    for code in samples(ROOT / "docs" / "howto" / "custom-user-models.md", "python"):
        exec(compile(code, "sample", "exec"), names)
    authority = trusted(tenant=TENANT, client_id=API, host=entra.base_url, fetch=entra.fetch)
    employee = User.objects.create(username="1815")
    found = []
    tokens: list[dict[str, Any]] = [{"employeeid": "1815", "extn.path": "Contoso/Research"}, {"employeeid": "1852"}]
    for claims in tokens:
        identity = identify(entra.token("ada", **claims), [authority])
        found.append((names["find_new_person"](identity), names["department"](identity)))
    assert found == [(employee, "Research"), (None, None)]
