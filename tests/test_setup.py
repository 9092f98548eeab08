"""`make setup` in a checkout: it ends with what is ready, and the program that it writes runs anywhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import __version__
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return an environment that make takes for complete, with the Python that runs the tests."""
    bin_ = tmp_path / "venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (bin_ / "python").chmod(0o755)
    (bin_ / "pip").touch()
    (bin_.parent / ".ready").touch()
    return bin_.parent


def run(*command: str, cwd: Path, **environment: str) -> tuple[int, str, str]:
    """Run a command and return its exit code and outputs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "MAKE"))}
    process = subprocess.run(
        command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    return process.returncode, process.stdout, process.stderr


def test_the_set_up_ends_with_what_is_ready_and_what_to_do_next(venv: Path) -> None:
    code, out, err = run("make", "setup", f"VENV={venv}", cwd=ROOT)
    assert (code, err) == (0, "")
    assert out.splitlines()[-2:] == [
        f"dateline {__version__}",
        f"{venv}/bin is ready: 'make serve' serves the collection that ships, "
        f"'{venv}/bin/dateline' says what else there is.",
    ]


@pytest.mark.unmeasured
def test_the_program_of_a_checkout_runs_in_any_folder_under_the_name_by_which_it_is_called(
    venv: Path, tmp_path: Path
) -> None:
    """A folder of the name `seed` there does not matter."""
    run("make", "setup", f"VENV={venv}", cwd=ROOT)
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "__init__.py").touch()
    code, out, err = run("venv/bin/dateline", "serve", cwd=tmp_path, DATELINE_DATABASE_URL="sqlite:///lost.db")
    assert (code, out) == (1, "")
    assert "create it with `venv/bin/dateline init`" in err
    assert run("venv/bin/dateline", cwd=tmp_path)[1].startswith("venv/bin/dateline serve ")
