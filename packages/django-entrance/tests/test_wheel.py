"""Files that the wheel has besides the code."""

import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
MSAL = PACKAGE.parents[1] / "node_modules" / "@azure" / "msal-browser"


def test_the_wheel_has_the_licence_of_the_msal_code_that_is_in_the_redirect_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=PACKAGE, check=True, capture_output=True, timeout=60)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        texts = {name.split("/licenses/", 1)[-1]: packed.read(name).decode() for name in packed.namelist()}
    assert "Contains parts of @azure/msal-browser" in texts["django_entrance/static/django_entrance/redirect-bridge.js"]
    assert "django-entrance contributors" in texts["LICENSE"]
    assert texts["licenses/msal-browser.txt"] == MSAL.joinpath("LICENSE").read_text(encoding="utf-8")
