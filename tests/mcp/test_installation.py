"""The extra `mcp`: a server without it stays as light as it is, and one that needs it says so."""

import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from app.errors import SettingsError
from seed.cli.program import app as program
from tests.conftest import ROOT
from tests.databases import url_of
from tests.mcp.conftest import app_of

IMPORTS = """
import sys
from app.main import create_app
from app.settings import Settings
create_app(Settings(mcp=sys.argv[1] == "on"))
print(*sorted(name for name in sys.modules if name.partition(".")[0] in {"mcp", "mcp_types", "jsonschema", "httpx2"}
              or name.startswith("app.mcp")))
"""


@pytest.mark.unmeasured
@pytest.mark.parametrize(("switch", "is_imported"), [("off", False), ("on", True)])
def test_nothing_of_it_is_imported_unless_it_is_switched_on(tmp_path: Path, switch: str, is_imported: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", IMPORTS, switch]
    printed = subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    assert ("mcp.server" in printed.split()) is is_imported
    assert bool(printed.split()) is is_imported


def test_a_server_without_the_package_names_the_extra(initialized: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "mcp" or name.startswith("app.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp_types", None)
    with pytest.raises(SettingsError, match=r"DATELINE_MCP needs the package mcp\S*: pip install 'dateline\[mcp\]'"):
        app_of(initialized)
    result = CliRunner().invoke(program, ["mcp"], env={"DATELINE_DATABASE_URL": url_of(initialized)})
    assert result.exit_code == 1
    assert "`dateline mcp` needs the package mcp" in result.stderr


def locked(name: str) -> set[str]:
    """Return the packages that a lock file names."""
    lock = (ROOT / name).read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))


def closure(package: str) -> set[str]:
    """Return a package and all that it needs here, with what extras of theirs it asks for."""
    known: set[str] = set()
    rest = [(package, "")]
    while rest:
        name, extra = rest.pop()
        known.add(re.sub(r"[-_.]+", "-", name).lower())
        for line in requires(name) or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                rest += [(need.name, one) for one in (*need.extras, "") if (need.name, one) not in rest]
        rest = [(one, of) for one, of in rest if re.sub(r"[-_.]+", "-", one).lower() not in known or of]
    return known


def test_an_image_can_have_the_extra() -> None:
    """The Dockerfile names all packages that it needs besides those of the server."""
    pattern = re.search(r"if \[ -n \"\$MCP\".*?wanted = /(.*?)/\}", (ROOT / "Dockerfile").read_text(), re.DOTALL)
    assert pattern is not None
    added = {name for name in locked("requirements-dev.lock") if re.search(pattern[1], f"{name}==")}
    missing = closure("mcp") - locked("requirements.lock")
    assert missing <= added
