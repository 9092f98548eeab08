"""`--json` and `--quiet` on every command: what is on stdout, what on stderr, and which shape it has."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from app.sqlite_driver import DRIVER
from app.stores.schema import INIT_COMMAND
from app.stores.sqlite import file_url
from seed.cli import maintenance, progress
from seed.cli.annotate import AnnotatedText
from seed.cli.inspection import InspectedField, InspectedRecord
from seed.cli.options import CommandOptions, ResultOptions
from seed.cli.program import COMMANDS, LEXICON_COMMANDS, app
from seed.cli.results import (
    BackupReport,
    CompactReport,
    CopyReport,
    DryRunReport,
    InitReport,
    LexiconReport,
    LoadReport,
    ReannotateReport,
    RemovalReport,
    ReportedRecord,
    RestoreReport,
    VerifyReport,
)
from seed.extract.annotator import Annotator
from seed.maintenance.status import Status
from seed.pipeline.identity import public_id
from tests.conftest import ROOT, load_jsonl

RECORDS: list[dict[str, Any]] = [
    {
        "authors": ["Ada Byrne", "Jo Li"],
        "id": "1",
        "title": "Ferry resumes",
        "source": "harbour-gazette.example",
        "published": "2019-03-04",
        "text": "It.",
    },
    {"id": "2", "title": "Tide turns", "source": "harbour-gazette.example", "text": "It turns.", "entities": []},
]


class CommandResult(NamedTuple):
    """The exit code and the outputs of a command."""

    code: int
    out: str
    err: str


class Program:
    """The program on a database of two articles, in a folder with their file and one of a bad record."""

    def __init__(self, database: Path) -> None:
        self.database = database
        load_jsonl(database, RECORDS)
        self.records = database.with_suffix(".jsonl")
        self.refused = database.with_name("refused.jsonl")
        self.refused.write_text('{"title": "No text", "source": "s"}\n', encoding="utf-8")
        self.texts = database.with_name("texts.jsonl")
        self.texts.write_text('{"id": 1, "text": "Vladimir Putin spoke."}\n', encoding="utf-8")

    def run(self, *arguments: object) -> CommandResult:
        """Run a command."""
        environment = {"DATELINE_DATABASE_URL": file_url(self.database), "COLUMNS": "100"}
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return CommandResult(result.exit_code, result.stdout, result.stderr)

    def document(self, *arguments: object, code: int = 0, err: str = "") -> Any:  # noqa: ANN401 - any JSON
        """Run a command with `--json`, check its exit code and stderr, and return its one document."""
        result = self.run(*arguments, "--json")
        assert (result.code, result.err) == (code, err)
        assert result.out.count("\n") == 1
        return json.loads(result.out)


@pytest.fixture
def program(database: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Return the program on a database of this test, without progress lines."""
    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 3600)
    return Program(database)


@pytest.mark.unmeasured
def test_init(program: Program, tmp_path: Path) -> None:
    """A new database says what was loaded, a ready one that nothing was."""
    database = str(program.database)
    assert program.document("init") == {"database": database, "corpus_version": 1, "articles": 2, "load": None}
    program.database = tmp_path / "new.db"
    new = program.document("init")
    assert new.pop("load")["loaded"] == 5
    assert new == {"database": str(program.database), "corpus_version": 1, "articles": 5}


def test_load(program: Program) -> None:
    reason = "text is None: expected a value; this field is required"
    line = f"refused {program.refused}:1: {reason}\n"
    report = program.document("load", program.records, program.refused, code=1, err=line)
    assert report.pop("seconds") > 0
    assert report == {
        "read": 3,
        "loaded": 0,
        "updated": 0,
        "unchanged": 2,
        "refused": 1,
        "skipped": 0,
        "renamed": 0,
        "published_version": 2,
        "refused_records": [{"place": str(program.refused), "line": 1, "reason": reason}],
        "skipped_records": [],
        "renamed_records": [],
    }


def test_a_dry_run(program: Program) -> None:
    reason = "text is None: expected a value; this field is required"
    line = f"refused {program.refused}:1: {reason}\n"
    assert program.document("load", program.records, program.refused, "--dry-run", code=1, err=line) == {
        "read": 3,
        "loadable": 2,
        "refused": 1,
        "refused_records": [{"place": str(program.refused), "line": 1, "reason": reason}],
    }


def test_inspect_streams_a_document_per_record(program: Program) -> None:
    """The whole text is in it; that more records follow is a note."""
    result = program.run("inspect", program.records, program.refused, "--limit", 2, "--json")
    assert (result.code, result.err) == (0, "… more records follow; use --limit to show them.\n")
    first, second = map(json.loads, result.out.splitlines())
    assert (first["place"], first["line"], first["refused"], first["notes"]) == (str(program.records), 1, None, [])
    assert first["fields"]["text"] == {"value": "It.", "provenance": "text"}
    assert first["fields"]["url"] == {"value": None, "provenance": "not in the file"}
    assert first["fields"]["published"]["value"] == {
        "on": "2019-03-04",
        "time": None,
        "zone": None,
        "precision": "day",
        "basis": "metadata",
        "evidence": None,
        "at": None,
    }
    assert first["fields"]["authors"]["value"] == ["Ada Byrne", "Jo Li"]
    assert "  authors    Ada Byrne; Jo Li  [authors]\n" in program.run("inspect", program.records).out
    assert second["fields"]["entities"] == {"value": [], "provenance": "entities"}


def test_inspect_shows_a_refusal_as_a_document(program: Program) -> None:
    assert program.document("inspect", program.refused, code=1) == {
        "place": str(program.refused),
        "line": 1,
        "refused": "text is None: expected a value; this field is required",
        "fields": {},
        "notes": [],
    }


def test_status(program: Program) -> None:
    status = program.document("status")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", status.pop("published_at"))
    assert status == {
        "corpus_version": 1,
        "articles": 2,
        "undated": 1,
        "first_day": "2019-03-04",
        "last_day": "2019-03-04",
        "sources": 1,
        "entities": 0,
        "pending": 0,
        "removed": 0,
        "unserved_revisions": 0,
        "database": "SQLite",
        "database_version": DRIVER.sqlite_version,
    }


def test_annotate_prints_the_same_json_with_and_without_the_option(program: Program) -> None:
    report = program.document("annotate", program.texts)
    assert [mention["text"] for mention in report["mentions"]] == ["Vladimir Putin"]
    assert program.run("annotate", program.texts, "--json") == program.run("annotate", program.texts)


def test_reannotate(program: Program) -> None:
    report = program.document("reannotate")
    assert report.pop("seconds") > 0
    assert report == {"articles": 2, "updated": 0, "unchanged": 2, "refused": 0, "published_version": 2}


def test_remove_and_undo_and_compact_and_load(program: Program) -> None:
    """A removed article is skipped by a load, which is a note."""
    id_ = program.document("remove", "1")["articles"][0]
    fixed = {"undone": False, "without_text": []}
    again = program.document("remove", "1")
    assert again == {**fixed, "articles": [], "unchanged": [id_], "published_version": None}
    assert program.document("compact") == {"revisions": 1, "entities": 0, "published_version": None}
    result = program.run("load", program.records, "--json")
    assert result.err.startswith(f"skipped {program.records}:1: article {id_} was removed on ")
    skipped = json.loads(result.out)["skipped_records"]
    assert [(record["place"], record["line"]) for record in skipped] == [(str(program.records), 1)]
    err = f"{id_}: its text was deleted by `compact`; load the article again\n"
    undone = {"undone": True, "articles": [id_], "unchanged": [], "without_text": [id_], "published_version": None}
    assert program.document("remove", "1", "--undo", err=err) == undone


def test_load_names_articles_of_exports_that_have_another_id(program: Program, tmp_path: Path) -> None:
    """A note and a number, for people and for programs."""
    published = {"on": "2019", "at": None, "precision": "year", "basis": "stated"}
    quay = {"source": {"id": "the-quay", "name": "The Quay"}, "published": published, "text_kind": "full"}
    lines = [{"id": "2v8k0q4m1xsc", "title": title, "text": f"{title} sails.", **quay} for title in ("Ada", "Bo")]
    export = tmp_path / "export.ndjson"
    export.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    own = public_id("title:the-quay:bo:2019")
    reason = f"another article here has the id 2v8k0q4m1xsc: its id here is {own}"
    note = f"renamed {export}:2: {reason}\n"
    report = program.document("load", export, err=note)
    assert (report["loaded"], report["renamed"]) == (2, 1)
    assert report["renamed_records"] == [{"place": str(export), "line": 2, "reason": reason}]
    reason = f"article 2v8k0q4m1xsc of the export was known here: its id here is {own}"
    result = program.run("load", export)
    assert f"renamed {export}:2: {reason}\n" in result.err
    assert "2 unchanged, 0 refused, 1 under another id, in" in result.out


def test_verify_lists_the_first_faults(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are printed to stderr."""
    assert program.document("verify") == {"faults": 0, "first_faults": []}

    def verify(_engine: object, _progress: object) -> Iterator[str]:
        return iter(["one", "two", "three"])

    monkeypatch.setattr(maintenance, "verify", verify)
    monkeypatch.setattr(maintenance, "MAX_LISTED_FAULTS", 2)
    wanted = {"faults": 3, "first_faults": ["one", "two"]}
    assert program.document("verify", code=1, err="one\ntwo\nthree\n") == wanted


def test_backup_and_restore(program: Program, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert program.document("backup", copy) == {"file": str(copy)}
    assert program.document("restore", copy, "--replace") == {"file": str(copy)}


def test_copy(program: Program, tmp_path: Path) -> None:
    moved = tmp_path / "moved.db"
    urls = file_url(program.database), file_url(moved)
    document = program.document("copy", *urls)
    rows = document.pop("rows")
    assert (rows["article"], rows["article_key"], rows["publish"]) == (2, 4, 1)
    assert document == {
        "from_database": str(program.database),
        "to_database": str(moved),
        "corpus_version": 1,
        "copied_rows": sum(rows.values()),
        "changed": False,
    }
    assert program.document("copy", *urls)["copied_rows"] == 0


@pytest.mark.unmeasured
def test_lexicon_check(program: Program) -> None:
    assert program.document("lexicon", "check") == {"problems": []}


def test_an_error_is_a_line_on_stderr_and_no_document(program: Program) -> None:
    program.database = program.database.with_name("missing.db")
    wanted = CommandResult(1, "", f"error: There is no database to read; run `{INIT_COMMAND}`.\n")
    assert program.run("status", "--json") == wanted
    assert program.run("status", "--quiet") == wanted


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_options(program: Program, name: str) -> None:
    """Only servers have no result."""
    assert issubclass(COMMANDS[name].options, CommandOptions)
    printed = program.run(name, "--help").out
    assert "--quiet" in printed
    assert ("--json" in printed) == (name not in {"serve", "mcp"}) == issubclass(COMMANDS[name].options, ResultOptions)


@pytest.mark.unmeasured
def test_a_quiet_command_prints_nothing_if_nothing_is_wrong(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither progress nor notes nor a summary."""
    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 0)
    table = tmp_path / "a.csv"
    table.write_text("title,source,text,shelf\nFerry,s,It sails.,4\n", encoding="utf-8")
    copy = tmp_path / "copy.db"
    commands: list[tuple[object, ...]] = [
        ("init",),
        ("load", table),
        ("load", table, "--dry-run"),
        ("reannotate",),
        ("remove", "1"),
        ("load", program.records),
        ("compact",),
        ("verify",),
        ("backup", copy),
        ("restore", copy, "--replace"),
        ("copy", file_url(program.database), file_url(tmp_path / "moved.db")),
        ("lexicon", "check"),
    ]
    for command in commands:
        assert program.run(*command, "--quiet") == CommandResult(0, "", ""), command
    loud = program.run("load", table)
    assert "note " in loud.err
    assert " read" in loud.err


def test_a_quiet_command_prints_what_it_was_asked_for(program: Program) -> None:
    for command in (("status",), ("inspect", program.records, "--limit", 1), ("annotate", program.texts)):
        assert program.run(*command, "--quiet") == program.run(*command)._replace(err="")


def test_a_quiet_command_prints_refusals_and_json(program: Program) -> None:
    result = program.run("load", program.refused, "--quiet", "--json")
    assert (result.code, json.loads(result.out)["refused"]) == (1, 1)
    assert result.err.startswith(f"refused {program.refused}:1: ")


def test_a_wrong_setting_ends_every_command(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything else happens, with the exit code of a wrong command line."""
    monkeypatch.setenv("DATELINE_DATABSE_URL", "sqlite:///x.db")
    wanted = "error: DATELINE_DATABSE_URL is not a setting; did you mean DATELINE_DATABASE_URL?\n"
    arguments: dict[str, tuple[object, ...]] = {
        "load": (program.records,),
        "inspect": (program.records,),
        "remove": ("1",),
        "backup": ("copy.db",),
        "restore": ("copy.db",),
        "copy": ("sqlite:///a.db", "sqlite:///b.db"),
    }
    commands = [(name, *arguments.get(name, ())) for name in COMMANDS]
    commands += [("lexicon", name) for name in LEXICON_COMMANDS]
    for command in commands:
        assert program.run(*command) == CommandResult(2, "", wanted)


PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
SHAPES: Mapping[str, tuple[type, ...]] = {
    "init": (InitReport,),
    "load": (LoadReport, ReportedRecord),
    "load --dry-run": (DryRunReport,),
    "inspect": (InspectedRecord, InspectedField),
    "status": (Status,),
    "annotate": (AnnotatedText,),
    "reannotate": (ReannotateReport,),
    "lexicon check": (LexiconReport,),
    "verify": (VerifyReport,),
    "backup": (BackupReport,),
    "restore": (RestoreReport,),
    "copy": (CopyReport,),
    "compact": (CompactReport,),
    "remove": (RemovalReport,),
}
"""The dataclasses of the documents by command."""


@pytest.mark.parametrize("command", SHAPES)
def test_the_reference_names_every_field(command: str) -> None:
    """And no other."""
    (row,) = re.findall(rf"^\| `{command}` \| (.*) \|$", PAGE.partition("## JSON")[2], re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", row))
    assert named == {field.name for shape in SHAPES[command] for field in fields(shape)}


def fail(*_arguments: object, **_named: object) -> None:
    raise IndexError("no such \x1b[2Jword")


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_a_verbose_command_prints_the_traceback_of_an_unexpected_error(
    program: Program, monkeypatch: pytest.MonkeyPatch, quiet: tuple[str, ...]
) -> None:
    """Without what would control the terminal, and nothing more of what a record lacks."""
    commands = (
        ("load", program.records, program.refused),
        ("load", program.records, program.refused, "--dry-run"),
        ("inspect", program.records, program.refused),
        ("annotate", program.texts),
        ("reannotate",),
    )
    monkeypatch.setattr("seed.readers.formats.json_document.read_record", fail)
    monkeypatch.setattr(Annotator, "annotate", fail)
    for command in commands:
        result = program.run(*command, *quiet, "--verbose")
        assert "\nIndexError: no such \\x1b[2Jword\n" in result.err, command
        assert "in fail\n" in result.err
        assert "Traceback" not in program.run(*command, *quiet).err
    monkeypatch.undo()
    assert "Traceback" not in program.run("load", program.refused, "--verbose").err
