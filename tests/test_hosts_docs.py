"""The pages about several databases, hosts and machines run word for word, with the output that they show."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import ROOT
from tests.databases import Server

pytestmark = [pytest.mark.unmeasured, pytest.mark.sqlite]

HOW_TO = ROOT / "docs" / "how-to"

PROGRAMS = {
    "dateline": 'exec "{python}" -P -m seed "$@"',
    # The other hosts are folders.
    "scp": 'mkdir -p "${2%%:*}" && cp "$1" "${2%%:*}/${2#*:}"',
    "ssh": 'host="$1"; shift; cd "$host" && exec "$@"',
}
"""The programs that the pages call, as scripts; the others are those of the system."""

SERVER_URL = "postgresql://ann@db.example/dateline"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the programs on whose path they are found."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in PROGRAMS.items():
        program = programs / name
        program.write_text(f"#!/bin/sh\n{script.replace('{python}', sys.executable)}\n", encoding="utf-8")
        program.chmod(0o755)
    return tmp_path


def run(folder: Path, command: str) -> str:
    """Run a command in a shell; return what it prints, but no progress; fail if it does."""
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DATELINE_DATABASE_URL": "sqlite:///dateline.db",
    }
    shell = ["/bin/sh", "-c", command]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def run_page(folder: Path, name: str, server_url: str = SERVER_URL) -> int:
    """Run the commands of a page, each after the settings before it, and compare the output; return their number."""
    shown_url = make_url(server_url).render_as_string()
    page = (HOW_TO / name).read_text(encoding="utf-8")
    commands = 0
    for block in re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        settings = ""
        for command, shown in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
            command_here = command.replace(SERVER_URL, f"'{server_url}'")
            if command.startswith("export "):
                settings += f"{command_here}\n"
                continue
            assert_shown(run(folder, settings + command_here), shown.replace(SERVER_URL, shown_url))
            commands += 1
    return commands


def assert_shown(printed: str, shown: str) -> None:
    """Compare the output of a command with the shown one, in which `…` stands for anything."""
    at = 0
    for fragment in shown.split("…"):
        assert fragment.strip() in printed[at:], printed
        at = printed.index(fragment.strip(), at) + len(fragment.strip())


@pytest.fixture
def shipped(folder: Path, initialized: Path) -> Path:
    """Return the folder, with a database of the collection that ships."""
    shutil.copy(initialized, folder / "dateline.db")
    return folder


def test_a_database_moves_to_a_server_and_back(shipped: Path, server: Server) -> None:
    assert run_page(shipped, "move-a-database.md", server.url_of(server.create())) == 4


def test_copies_are_served_on_several_hosts(shipped: Path) -> None:
    """Also on one that has a database already."""
    (shipped / "api1.example").mkdir()
    shutil.copy(shipped / "dateline.db", shipped / "api1.example" / "dateline.db")
    assert run_page(shipped, "serve-on-several-hosts.md") == 5
    assert (shipped / "api2.example" / "dateline.db").exists()


def test_texts_are_extracted_on_several_machines(folder: Path) -> None:
    record = {"source": "The Quay", "text": "Vladimir Putin left Latakia."}
    lines = [json.dumps({**record, "title": f"Report {number}", "id": f"{number}"}) + "\n" for number in range(3)]
    (folder / "articles.jsonl").write_text("".join(lines), encoding="utf-8")
    assert run_page(folder, "extract-on-several-machines.md") == 4
