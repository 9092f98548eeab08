"""Output that nobody reads: a load continues, a command that only prints exits."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer

from seed.cli.output import output_mode, print_message, print_note, print_result


@contextmanager
def closed_reader(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Replace an output by a pipe whose reader is gone; yield the link that shows where it leads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as output, monkeypatch.context() as patch:
        patch.setattr(sys, name, output)
        yield Path("/proc/self/fd") / str(writer)


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_output_without_a_reader_is_dropped(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_reader(name, monkeypatch) as output:
        print_message("first", err=name == "stderr")
        print_message("second", err=name == "stderr")
        assert str(output.readlink()) == os.devnull


def test_a_log_on_a_full_disk_stops_no_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        print_message("first", err=True)
        print_message("second", err=True)
        assert str(Path("/proc/self/fd", str(full.fileno())).readlink()) == os.devnull
        monkeypatch.undo()


def test_a_command_that_only_prints_exits_without_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_reader("stdout", monkeypatch) as output:
        with pytest.raises(typer.Exit) as exit_:
            print_result("first")
        assert exit_.value.exit_code == 1
        assert str(output.readlink()) == os.devnull


def test_lines_are_printed_to_their_output(capsys: pytest.CaptureFixture[str]) -> None:
    print_message("one")
    print_result("two")
    print_message("three", err=True)
    assert capsys.readouterr() == ("one\ntwo\n", "three\n")


def test_lines_name_the_program_as_it_was_called(capsys: pytest.CaptureFixture[str]) -> None:
    with output_mode(quiet=False, program="bin/dateline"):
        print_message("error: run `dateline init`", err=True)
    print_message("error: run `dateline init`", err=True)
    assert capsys.readouterr().err == "error: run `bin/dateline init`\nerror: run `dateline init`\n"


def test_a_quiet_command_prints_no_notes(capsys: pytest.CaptureFixture[str]) -> None:
    with output_mode(quiet=True, program="dateline"):
        print_note("one")
        print_message("two", err=True)
    print_note("three")
    assert capsys.readouterr() == ("", "two\nthree\n")
