"""The compose files: what they refer to exists, and their settings and programs are ours."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import PREFIX, Settings
from seed.cli.program import app as seed_command
from tests.conftest import ROOT

FILES = sorted(ROOT.glob("compose*.yaml"))
COMMANDS = {command.name for command in seed_command.registered_commands}

PINNED = re.compile(r"[a-z-]+:[0-9][0-9.]*")
"""An image with a version; one of our own has none."""


def read(file: Path) -> dict[str, Any]:
    """Return a file with its anchors resolved."""
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return document


def services(file: Path) -> dict[str, dict[str, Any]]:
    """Return the services of a file by name."""
    found: dict[str, dict[str, Any]] = read(file)["services"]
    return found


def dateline_services() -> list[dict[str, Any]]:
    """Return the services of all files that are built from this repository."""
    return [service for file in FILES for service in services(file).values() if "build" in service]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_a_service_refers_to_is_declared(file: Path) -> None:
    document = read(file)
    for name, service in document["services"].items():
        volumes = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert volumes <= set(document.get("volumes", {})), name
        assert {config["source"] for config in service.get("configs", ())} <= set(document.get("configs", {})), name
        assert set(service.get("networks", ())) <= set(document.get("networks", {})), name
        for other, condition in service.get("depends_on", {}).items():
            is_checked = "healthcheck" in document["services"][other] or "build" in document["services"][other]
            assert condition["condition"] == "service_completed_successfully" or is_checked, name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_images_have_versions_and_checks(file: Path) -> None:
    """Ours has the check of the Dockerfile."""
    for name, service in services(file).items():
        if "build" not in service:
            assert PINNED.fullmatch(service["image"]), name
            assert {"test", "interval", "timeout"} <= set(service["healthcheck"]), name


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_only_this_machine_reaches_the_ports(file: Path) -> None:
    ports = [port for service in services(file).values() for port in service.get("ports", ())]
    assert ports == [ports[0]]
    assert ports[0].startswith("127.0.0.1:")


def test_the_settings_of_a_service_are_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    for service in dateline_services():
        own = {name: value for name, value in service.get("environment", {}).items() if name.startswith(PREFIX)}
        for name, value in own.items():
            monkeypatch.setenv(name, value)
        given = Settings().model_dump(include={name.removeprefix(PREFIX).lower() for name in own})
        assert len(given) == len(own)


def test_the_commands_of_a_service_exist() -> None:
    commands = [service["command"] for service in dateline_services() if "command" in service]
    assert {tuple(command[:3]) for command in commands} == {("python", "-m", "seed")}
    assert {command[3] for command in commands} <= COMMANDS


def test_an_image_can_have_the_driver() -> None:
    """With the versions and the hashes of the lock file of the tests."""
    file = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "ARG POSTGRESQL=\n" in file
    pattern = re.search(r"awk '/(.*?)/ \{wanted = /(.*?)/\} wanted' requirements-dev.lock", file)
    assert pattern is not None
    wanted, kept = False, []
    for line in (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines():
        if re.search(pattern[1], line):
            wanted = bool(re.search(pattern[2], line))
        if wanted:
            kept.append(line)
    names = [line.partition("==")[0] for line in kept if "==" in line]
    assert names == ["psycopg", "psycopg-binary"]
    assert all("--hash=sha256:" in line for line in kept if line.startswith(" "))
