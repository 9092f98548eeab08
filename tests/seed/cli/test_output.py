"""Lines that nobody reads: a load goes on, a command that only prints ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from seed.cli.output import show, tell


@contextmanager
def unread(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make an output one whose reader is gone; give the link that says where it leads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as output, monkeypatch.context() as patch:
        patch.setattr(sys, name, output)
        yield Path("/proc/self/fd") / str(writer)


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_what_nobody_reads_is_dropped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with unread(name, monkeypatch) as output:
        tell("first", err=name == "stderr")
        tell("second", err=name == "stderr")
        assert str(output.readlink()) == os.devnull


def test_a_log_on_a_full_disk_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        tell("first", err=True)
        tell("second", err=True)
        assert str(Path("/proc/self/fd", str(full.fileno())).readlink()) == os.devnull
        monkeypatch.undo()


def test_a_command_that_only_prints_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    with unread("stdout", monkeypatch) as output:
        with pytest.raises(typer.Exit) as ended:
            show("first")
        assert ended.value.exit_code == 1
        assert str(output.readlink()) == os.devnull


def test_what_is_read_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    tell("one")
    show("two")
    tell("three", err=True)
    assert capsys.readouterr() == ("one\ntwo\n", "three\n")
