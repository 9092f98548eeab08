"""`dateline …` as users see it: what it prints, where, and its exit code; never a traceback."""

import gzip
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from app import __version__
from app.stores import store_of
from app.stores.schema import INIT_COMMAND, newer_release
from app.stores.sqlite import file_url
from seed.cli import progress, runtime
from seed.cli.database import database_reader
from seed.cli.load import NOTHING_READ, SHIPPED_CORPUS
from seed.cli.output import exit_on_error
from seed.cli.program import app
from seed.maintenance.database import open_writer
from seed.pipeline.workers import Workers, start_workers
from tests.conftest import ROOT, load_jsonl
from tests.seed.languages import TEXTS
from tests.seed.loading import dump, natural

COMMANDS = (
    *("serve", "mcp", "init", "load", "inspect", "status", "annotate", "reannotate", "remove", "compact"),
    *("verify", "backup", "restore", "copy", "lexicon", "correct"),
)

RECORDS: list[dict[str, Any]] = [
    {"title": "Ferry resumes", "source": "harbour-gazette.example", "published": "2019-03-04", "text": "It sails."},
    {"title": "Tide turns", "source": "harbour-gazette.example", "text": "It turns.", "entities": []},
]


class CommandResult(NamedTuple):
    """The exit code and the outputs of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., CommandResult]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the URL of a database that does not exist yet."""
    return file_url(tmp_path / "dateline.db")


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command on the test's database, or another, without progress lines."""
    monkeypatch.setattr(progress, "LINE_INTERVAL_SECONDS", 3600)

    def run(
        *arguments: object, stdin: bytes | None = None, url: str = url, lexicon: Path | None = None
    ) -> CommandResult:
        environment = {"DATELINE_DATABASE_URL": url, "FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": "100"}
        environment["DATELINE_LEXICON"] = None if lexicon is None else str(lexicon)
        invoked = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, env=environment)
        assert invoked.exception is None or isinstance(invoked.exception, SystemExit), invoked.exception
        return CommandResult(invoked.exit_code, invoked.stdout, invoked.stderr)

    return run


@pytest.fixture(scope="module")
def shared_workers() -> Iterator[Callable[..., AbstractContextManager[Workers]]]:
    """Return `start_workers`, which starts the same processes only once and ends them after the last test."""
    with ExitStack() as stack:
        started = cache(lambda *arguments: stack.enter_context(start_workers(*arguments)))
        yield lambda *arguments: nullcontext(started(*arguments))


@pytest.fixture
def few_processes(
    shared_workers: Callable[..., AbstractContextManager[Workers]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run all commands with the same worker processes."""
    monkeypatch.setattr(runtime, "start_workers", shared_workers)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Return a file of two valid records."""
    path = tmp_path / "reports.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
    return path


@pytest.mark.unmeasured
def test_help_lists_every_command_and_the_exit_codes(run: Run) -> None:
    """One line each."""
    result = run("--help")
    assert result.code == 0
    assert re.findall(r"^│ (\w+) ", result.out, re.MULTILINE) == list(COMMANDS)
    assert "Exit codes: 0 done; 1 " in result.out


def test_the_program_alone_says_what_to_do_next(run: Run) -> None:
    """In four lines, each with a command."""
    result = run()
    assert (result.code, result.err) == (0, "")
    assert [line.split()[:2] for line in result.out.splitlines()] == [
        ["dateline", "serve"],
        ["dateline", "load"],
        ["dateline", "status"],
        ["dateline", "--help"],
    ]


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == CommandResult(0, f"dateline {__version__}\n", "")


def test_a_misspelt_command_names_the_nearest(run: Run) -> None:
    """With the exit code of a wrong command line."""
    result = run("laod")
    assert result.code == 2
    assert "Did you mean 'load'?" in result.err


@pytest.mark.unmeasured
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(run: Run, command: str) -> None:
    """And it does nothing else."""
    result = run(command, "--help")
    assert result.code == 0
    assert f"dateline {command}" in result.out
    assert command in ("lexicon", "correct") or "Example: dateline" in result.out


READY = (
    "The database '{database}' is ready: corpus version 1 with 5 articles. "
    "`dateline serve` serves it, and `dateline load PLACE` adds articles.\n"
)


@pytest.mark.unmeasured
def test_init_creates_a_database_and_loads_the_shipped_corpus_once(run: Run, tmp_path: Path) -> None:
    """Both times it says what is ready and what to do next."""
    first = run("init")
    assert first.code == 0
    assert re.fullmatch(
        r"5 read: 5 loaded, 0 updated, 0 unchanged, 0 refused, in \d+\.\d s\npublished corpus version 1\n"
        + re.escape(READY.format(database=tmp_path / "dateline.db")),
        first.out,
    )
    assert run("init") == CommandResult(0, READY.format(database=tmp_path / "dateline.db"), "")


@pytest.mark.unmeasured
def test_load_and_load_again(run: Run, records: Path) -> None:
    """The second time, nothing is new."""
    first, second = run("load", records), run("load", records)
    assert first.code == second.code == 0
    assert re.fullmatch(
        r"2 read: 2 loaded, 0 updated, 0 unchanged, 0 refused, in .* s\npublished corpus version 1\n", first.out
    )
    assert re.fullmatch(
        r"2 read: 0 loaded, 0 updated, 2 unchanged, 0 refused, in .* s\nnothing new to publish\n", second.out
    )
    assert first.err == second.err == ""


def test_the_users_lexicon_is_applied_to_everything_loaded(run: Run, tmp_path: Path, records: Path) -> None:
    """DATELINE_LEXICON adds to the shipped lexicon; `lexicon check` reports problems of both."""
    run("load", records)
    own = tmp_path / "lexicon"
    own.mkdir()
    (own / "weapons.yaml").write_text("- {id: tide, name: Tide, aliases: [Tide turns]}\n", encoding="utf-8")
    assert run("lexicon", "check", lexicon=own) == CommandResult(0, "0 problems\n", "")
    result = run("reannotate", lexicon=own)
    assert result.code == 0
    # The second record supplied its entities: none.
    assert re.fullmatch(r"2 articles: 0 updated, 2 unchanged, in .* s\npublished corpus version 2\n", result.out)
    (own / "weapons.yaml").write_text("- {id: tide, name: Tide, wikidata: 7}\n", encoding="utf-8")
    result = run("lexicon", "check", lexicon=own)
    assert (result.code, result.out) == (1, "1 problem\n")
    assert "weapons.yaml" in result.err


def test_a_lexicon_folder_that_does_not_exist_is_refused(run: Run, tmp_path: Path) -> None:
    """Before anything is read."""
    wanted = f"error: DATELINE_LEXICON is {str(tmp_path / 'missing')!r}: expected a folder that exists\n"
    assert run("load", tmp_path, lexicon=tmp_path / "missing") == CommandResult(2, "", wanted)


@pytest.mark.unmeasured
def test_load_reports_refused_records(run: Run, records: Path) -> None:
    """By file and line on stderr; the others are loaded, and the exit code is 1."""
    with records.open("a", encoding="utf-8") as file:
        file.write('{"title": "No text", "source": "s"}\n')
        given = {"id": "vladimir-putin", "name": "Vladimir", "type": "place", "mentions": [[0, 8]]}
        file.write(json.dumps({"title": "Vladimir", "source": "s", "text": "Vladimir", "entities": [given]}) + "\n")
    result = run("load", records)
    assert result.code == 1
    assert result.err == (
        f"refused {records}:3: text is None: expected a value; this field is required\n"
        f"refused {records}:4: entities[0].id is 'vladimir-putin', which is known as person, not as place\n"
    )
    assert result.out.startswith("4 read: 2 loaded, 0 updated, 0 unchanged, 2 refused, in ")
    assert result.out.endswith("published corpus version 1\n")


@pytest.mark.unmeasured
def test_paths_that_cannot_be_read_are_refused(run: Run, tmp_path: Path) -> None:
    """Each by its name."""
    paths = [tmp_path / "missing.jsonl", tmp_path / "report.pdf"]
    paths[1].write_bytes(b"%PDF-1.7")
    result = run("load", *paths)
    assert result.code == 1
    assert [line.split(": ")[0] for line in result.err.splitlines()] == [f"refused {path}" for path in paths]
    assert "nothing new to publish" in result.out


def test_skipped_files_are_counted_in_a_note(run: Run, records: Path, tmp_path: Path) -> None:
    """They are no refusals."""
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(records, folder)
    (folder / "a.css").touch()
    (folder / "Thumbs.db").touch()
    kinds = "styles, scripts, media, parts of saved pages, files of the system"
    for command in (("load", folder, "--dry-run"), ("inspect", folder), ("load", folder)):
        result = run(*command)
        assert (result.code, result.err) == (0, f"note: 2 files skipped that hold no articles: {kinds}\n")
    (folder / "a.css").unlink()
    assert run("load", folder, "--dry-run").err.startswith("note: 1 file skipped that holds no articles: ")


def test_a_dry_run_needs_no_database_and_stores_nothing(run: Run, records: Path, tmp_path: Path) -> None:
    """It prints how many records can be loaded, the refusals with their reasons, and the notes."""
    assert run("load", records, "--dry-run", url="nonsense") == CommandResult(
        0, "2 read: 2 can be loaded, 0 refused; nothing was stored\n", ""
    )
    with records.open("a", encoding="utf-8") as file:
        file.write('{"title": "Café", "source": "s", "text": "cafÃ©"}\n' * 2 + "{\n")
    result = run("load", records, "--dry-run")
    assert result.code == 1
    assert result.out == "5 read: 4 can be loaded, 1 refused; nothing was stored\n"
    assert result.err.startswith(f"refused {records}:5: invalid JSON at column 2")
    assert (
        f"note {records}:3: text looks like UTF-8 that was decoded in another encoding ('Ã©'); it is stored"
        in result.err
    )
    assert result.err.endswith(" (and 1 more)\n")
    assert [path.name for path in tmp_path.iterdir()] == ["reports.jsonl"]


@pytest.mark.unmeasured
def test_undeclared_languages_are_detected(run: Run, tmp_path: Path, url: str) -> None:
    """Loading stores them; a dry run and `inspect` also note a declaration that the text contradicts."""
    path = tmp_path / "a.jsonl"
    lines = [{"title": "Traversier", "source": "s", "text": TEXTS["fr"]}]
    lines.append({"title": "Ferry", "source": "s", "text": TEXTS["ar"], "language": "en"})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    note = "declared to be in en, but reads as ar"
    assert run("load", path, "--dry-run").err == f"note {path}:2: {note}\n"
    result = run("inspect", path)
    assert "  language   fr  [detected in the text]\n" in result.out
    assert f"  note       {note}\n" in result.out
    assert run("load", path).err == ""
    rows = dump(Path(url.removeprefix("sqlite:///")))["revision"]
    assert [(row["language"], row["language_detected"]) for row in rows] == [("fr", True), ("en", False)]


@pytest.mark.unmeasured
def test_load_prints_notes(run: Run, tmp_path: Path) -> None:
    """Each once, on stderr; the record is loaded."""
    table = tmp_path / "a.csv"
    table.write_text("title,source,text,shelf\nFerry,s,It sails.,4\n", encoding="utf-8")
    result = run("load", table)
    assert (result.code, result.err) == (0, f"note {table}:2: ignored columns: shelf\n")


@pytest.mark.unmeasured
def test_outputs_of_other_tools_are_named_and_what_is_no_article_is_counted(run: Run, tmp_path: Path) -> None:
    """By `load`, by a dry run, and by `inspect`."""
    path = tmp_path / "result.json"
    messages = [{"id": number, "type": "service", "date_unixtime": "1", "text": ""} for number in (1, 2)]
    messages.append({"id": 3, "type": "message", "date_unixtime": "1683016200", "text": "It sails."})
    path.write_text(json.dumps({"name": "Quay", "messages": messages}), encoding="utf-8")
    lines = (
        f"note {path}:1: skipped: a service message is no article (Telegram) (and 1 more)\n"
        f"note {path}:3: read as Telegram\n"
    )
    assert run("load", path, "--dry-run").err == lines
    assert (result := run("load", path)).err == lines
    assert result.out.startswith("1 read: 1 loaded")
    inspected = run("inspect", path)
    assert inspected.code == 0
    assert f"{path}:1\n  note       skipped: a service message is no article (Telegram)\n" in inspected.out
    assert "  title      It sails.  [the first words of the text, which has no title]\n" in inspected.out
    assert "  source     Quay  [name of Telegram]\n" in inspected.out


def test_columns_are_mapped_and_formats_forced(run: Run, tmp_path: Path) -> None:
    """By --map, --format and --encoding."""
    table = tmp_path / "a.dat"
    table.write_bytes("kop,krant,lijf\nCafé,s,It sails.\n".encode("cp1252"))
    maps = ["--map", "title=kop", "--map", "source=krant", "--map", "text=lijf"]
    result = run("inspect", table, "--format", "csv", "--encoding", "cp1252", *maps)
    assert result.code == 0
    assert "  title      Café  [kop]\n" in result.out


def test_inspect_shows_each_field_and_its_provenance(run: Run, records: Path) -> None:
    """Without a database; empty fields have their reason."""
    result = run("inspect", records, "--date", "2019-03-04T18:30-05:00", url="nonsense")
    assert (result.code, result.err) == (0, "")
    assert result.out.split(f"{records}:2\n")[0] == (
        f"{records}:1\n"
        "  id         –  [not in the file]\n"
        "  title      Ferry resumes  [title]\n"
        "  source     harbour-gazette.example  [source]\n"
        "  url        –  [not in the file]\n"
        "  published  2019-03-04 18:30 -05:00 (minute, metadata) = 2019-03-04T23:30:00Z  [set by the user]\n"
        "  authors    –  [not in the file]\n"
        "  language   –  [not in the file, and the text is too short to detect it]\n"
        "  rights     –  [not in the file]\n"
        "  text_kind  full  [as in the file]\n"
        "  text       9 characters: It sails.  [text]\n"
        "  entities   –  [not in the file]\n"
    )
    assert "  entities   0 given  [entities]\n" in result.out


def test_inspect_shows_details_where_there_are_some(run: Run, tmp_path: Path) -> None:
    record = {"title": "Ferry", "source": "s", "text": "It sails.", "details": {"page": "A\x1b4", "edition": "Late"}}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert run("inspect", path).out.endswith("  details    edition: Late; page: A\ufffd4  [details]\n")
    inspected = json.loads(run("inspect", path, "--json").out)
    assert inspected["fields"]["details"]["value"] == {"edition": "Late", "page": "A\x1b4"}


def test_inspect_shows_notes_and_refusals_and_says_that_there_are_more_records(run: Run, tmp_path: Path) -> None:
    """With exit code 1 if anything is refused; no control characters reach the terminal."""
    path = tmp_path / "a.jsonl"
    lines = [{"title": "Ferry \x1b[2J", "source": "s", "text": "cafÃ©", "published": "2019"}, {}, {}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    result = run("inspect", path, "--limit", "2")
    assert result.code == 1
    assert "  title      Ferry \ufffd[2J  [title]\n" in result.out
    assert "  published  2019 (year, metadata)  [published]\n" in result.out
    assert "  note       text looks like UTF-8" in result.out
    assert f"{path}:2: refused: title is None" in result.out
    assert result.err == "… more records follow; use --limit to show them.\n"
    assert run("inspect", path, "--map", "x").err.startswith("error: --map is 'x'")


def test_inspect_shows_spaces_and_joiners_as_they_are(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    title = "Lyon\u00a0: le\u202fport\u3000می\u200cرود\u00ad"
    path.write_text(json.dumps({"title": f"{title}\u2028\u202e", "source": "s", "text": "A."}), encoding="utf-8")
    assert f"  title      {title}\ufffd\ufffd  [title]\n" in run("inspect", path).out


def test_an_empty_folder_is_no_success(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("inspect", tmp_path / "empty")
    assert (result.code, result.out) == (
        1,
        f"{tmp_path}/empty: refused: the folder has no files, except for hidden ones: expected files of articles\n",
    )


EMPTY: dict[str, str | bytes] = {
    "a.json": "[]",
    "b.json": '{"articles": []}',
    "c.csv": "title,source,text\n",
    "d.rss": '<rss version="2.0"><channel><title>T</title></channel></rss>',
    "e.jsonl": "",
    "f.jsonl.gz": gzip.compress(b""),
    "g.csv": "",
}


@pytest.mark.parametrize("command", [("load", "--dry-run"), ("load",), ("inspect",)])
def test_files_without_articles_are_named_and_alone_no_success(
    run: Run, records: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Next to files with articles they are only noted, since an answer without results is no mistake."""
    folder = tmp_path / "empty"
    folder.mkdir()
    for name, content in EMPTY.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    zipfile.ZipFile(folder / "h.zip", "w").close()
    alone = run(*command, folder)
    said = alone.out if command == ("inspect",) else alone.err
    assert alone.code == 1
    assert NOTHING_READ in alone.err
    assert said.count("skipped: the file holds no article") == (len(EMPTY) if command == ("inspect",) else 1)
    assert said.count("skipped: the archive holds no file to read") == 1
    together = run(*command, records, folder)
    assert (together.code, NOTHING_READ in together.err) == (0, False)


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["a.json", "a.html", "a.rss", "a.md", "a.txt", "a.dat", "a.xml", "a.html.gz"])
def test_an_empty_file_of_no_lines_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    content = "\ufeff \n".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    result = run("inspect", tmp_path / name)
    assert (result.code, result.out) == (
        1,
        f"{tmp_path}/{name.removesuffix('.gz')}: refused: the file is empty: expected at least one article\n",
    )


@pytest.mark.unmeasured
def test_date_and_source_options_apply_to_every_record(run: Run, records: Path) -> None:
    """Like the manifest."""
    assert run("load", records, "--date", "2019-03-05", "--source", "Bay Courier").code == 0
    assert "2019-03-05 to 2019-03-05" in run("status").out


WRONG = {
    "a date": (["--date", "March"], r"error: --date: .*'March'.*\n"),
    "a source": (["--source", " "], r"error: --source: .*\n"),
    "a manifest that is missing": (["--manifest", "missing.csv"], r"error: missing\.csv: cannot be read: .*\n"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("what", WRONG)
def test_an_invalid_option_stops_the_command(run: Run, records: Path, what: str) -> None:
    """Before anything is read, with a one-line error."""
    options, wanted = WRONG[what]
    result = run("load", records, *options)
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(wanted, result.err)


def test_a_manifest_row_without_a_file_stops_the_command(run: Run, records: Path, tmp_path: Path) -> None:
    """The error names its line."""
    manifest = tmp_path / "meta.csv"
    manifest.write_text("file,source\nother.txt,Bay Courier\n", encoding="utf-8")
    result = run("load", records, "--manifest", manifest)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"error: {manifest}, line 2, file 'other.txt'")


def test_status(run: Run, tmp_path: Path, database: Path) -> None:
    """One line per label, with the values in one column."""
    assert database.parent == tmp_path
    load_jsonl(database, RECORDS)
    result = run("status")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert [line[:23].rstrip().rstrip(":") for line in lines] == [
        "corpus version",
        "articles",
        "printed",
        "sources",
        "entities",
        "loaded, not published",
        "removed",
        "revisions not served",
        "SQLite",
    ]
    assert [line[22] for line in lines] == [" "] * 9
    assert lines[1] == "articles:              2, of which 1 undated"
    assert lines[5] == "loaded, not published: 0"


def test_annotate_reads_a_file(run: Run, tmp_path: Path) -> None:
    """It prints one line of JSON per text, without escaping characters."""
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "a", "text": "Élan: Vladimir Putin."}\n', encoding="utf-8")
    result = run("annotate", path)
    assert (result.code, result.err) == (0, "")
    (line,) = map(json.loads, result.out.splitlines())
    assert line["id"] == "a"
    assert [(mention["text"], mention["wikidata"]) for mention in line["mentions"]] == [("Vladimir Putin", "Q7747")]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_annotate_reads_standard_input(run: Run, arguments: list[str]) -> None:
    """Bad lines are reported on stderr and skipped; the exit code is 1."""
    result = run("annotate", *arguments, stdin=b'{"id": 1, "text": "No."}\nword\n\n{"id": 2, "text": ""}\n')
    assert result.code == 1
    assert [json.loads(line)["id"] for line in result.out.splitlines()] == [1, 2]
    assert result.err.startswith("refused -:2: the line is not JSON (")


def test_annotate_prepares_records_for_a_load(run: Run, tmp_path: Path) -> None:
    """Bad lines are reported on stderr and printed, too; the exit code is 1."""
    record = {"title": "Amsel", "text": "Vladimir Putin spoke.", "Paper": "The Quay"}
    lines = f"{json.dumps(record)}\nword\n\n{json.dumps({**record, 'entities': []})}\n"
    options = ("--records", "--map", "source=Paper")
    prepared = run("annotate", *options, stdin=lines.encode())
    first, *others = prepared.out.splitlines()
    assert others == lines.splitlines()[1:]
    assert [mention[5] for mention in json.loads(first)["annotation"]["mentions"]] == ["vladimir-putin"]
    assert prepared.code == 1
    assert prepared.err.startswith("refused -:2: invalid JSON at column 1")
    assert prepared.err.endswith("1 record annotated, 1 left as they are, 1 refused\n")
    without_source = run("annotate", "--records", stdin=lines.encode())
    assert without_source.out == lines
    assert "refused -:1: source is None: expected a value" in without_source.err
    (tmp_path / "a.jsonl").write_text(first, encoding="utf-8")
    assert run("annotate", *options, "--quiet", tmp_path / "a.jsonl") == CommandResult(0, f"{first}\n", "")
    loaded = run("load", tmp_path / "a.jsonl", "--map", "source=Paper")
    assert (loaded.code, loaded.err) == (0, "")


@pytest.mark.parametrize("option", [("--source", "The Quay"), ("--map", "source=Paper")])
def test_options_of_records_need_records(run: Run, option: tuple[str, str]) -> None:
    wanted = "error: --source and --map are about records: add --records.\n"
    assert run("annotate", *option, stdin=b"") == CommandResult(1, "", wanted)


def test_annotate_needs_no_database(run: Run, tmp_path: Path) -> None:
    """And it creates none."""
    assert run("annotate", stdin=b"", url="nonsense") == CommandResult(0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_annotate_reports_a_missing_file(run: Run, tmp_path: Path) -> None:
    """With a one-line error."""
    result = run("annotate", tmp_path / "missing.jsonl")
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(r"error: .*missing\.jsonl'\n", result.err)


def test_compact(run: Run, tmp_path: Path, database: Path) -> None:
    """It prints how much was deleted."""
    assert database.parent == tmp_path
    load_jsonl(database, RECORDS)
    load_jsonl(database, [{**RECORDS[0], "text": "It sails again."}])
    assert run("compact") == CommandResult(0, "Deleted 1 revision and 0 entities no longer in use.\n", "")


def _missing(_database: Path) -> None:
    """Do nothing: there is no file yet."""


def _empty(database: Path) -> None:
    database.write_bytes(b"")


def _garbage(database: Path) -> None:
    database.write_text("This is no database, though it has enough characters for one. " * 20, encoding="ascii")


def _folder(database: Path) -> None:
    database.mkdir()


def _broken(database: Path) -> None:
    with open_writer(file_url(database)) as engine, engine.begin() as connection:
        connection.execute(text("DROP TABLE publish"))


def _later(database: Path) -> None:
    with open_writer(file_url(database)):
        pass
    engine = store_of(file_url(database)).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_a'"))
    engine.dispose()


STATES: dict[str, tuple[Callable[[Path], None], dict[str, str]]] = {
    "missing": (_missing, {"status": "There is no database to read; run `dateline init`."}),
    "empty": (_empty, {"status": "The database has no tables yet; run `dateline init`."}),
    "garbage": (
        _garbage,
        {
            "status": "DATELINE_DATABASE_URL names a file that cannot be read (file is not a database): name another "
            "and run `dateline init`, or put a backup in its place with `dateline restore`.",
            "init": "'{database}' cannot be opened as a database (file is not a database).",
            "compact": "'{database}' cannot be opened as a database (file is not a database).",
        },
    ),
    "a folder": (
        _folder,
        dict.fromkeys(
            ("status", "init"),
            "DATELINE_DATABASE_URL is 'sqlite:///{database}': expected a file, as in sqlite:///dateline.db, "
            "and '{database}' is a folder",
        ),
    ),
    "broken": (
        _broken,
        dict.fromkeys(
            ("status", "init"),
            "The database is damaged (no such table: publish); `dateline verify` says where, and "
            "`dateline restore` puts a backup in its place.",
        ),
    ),
    "of a later release": (
        _later,
        {"status": newer_release("2099_01_01_a")},
    ),
}
CASES = [(state, command) for state, (_, commands) in STATES.items() for command in commands]


@pytest.mark.parametrize(("state", "command"), CASES)
def test_an_unusable_database_is_a_one_line_error(run: Run, tmp_path: Path, state: str, command: str) -> None:
    """With its cause, on stderr."""
    database = tmp_path / "dateline.db"
    spoil, reasons = STATES[state]
    spoil(database)
    code = 2 if state == "a folder" else 1  # No state of the database, but a wrong setting.
    assert run(command) == CommandResult(code, "", f"error: {reasons[command].format(database=database)}\n")


def test_a_database_that_fails_while_it_is_read_is_a_one_line_error(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For example, when its disk is gone."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", file_url(database))
    with pytest.raises(typer.Exit) as exit_, exit_on_error(), database_reader():
        raise OperationalError("SELECT 1", None, Exception("disk I/O error"))
    assert exit_.value.exit_code == 1
    assert capsys.readouterr() == ("", "error: the database cannot be used (disk I/O error)\n")


@pytest.mark.unmeasured
@pytest.mark.parametrize("command", ["init", "compact", "status", "verify"])
def test_a_database_of_a_later_release_is_left_alone(run: Run, tmp_path: Path, command: str) -> None:
    """This release cannot know what it contains."""
    _later(tmp_path / "dateline.db")
    result = run(command)
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("error: The database was written by a newer release of Dateline (")
    assert INIT_COMMAND not in result.err
    assert result.err.count("\n") == 1


@pytest.mark.unmeasured
@pytest.mark.parametrize("command", ["init", "status", "compact", "load"])
@pytest.mark.parametrize("value", ["", "nonsense", "mysql://reader@host/name", "sqlite://"])
def test_a_database_url_without_a_file_is_a_one_line_error(run: Run, records: Path, command: str, value: str) -> None:
    """It names the variable, its value and what was expected."""
    arguments = [records] if command == "load" else []
    wanted = f"error: DATELINE_DATABASE_URL is {value!r}: expected a file, as in sqlite:///dateline.db\n"
    assert run(command, *arguments, url=value) == CommandResult(2, "", wanted)


def test_a_missing_folder_is_named(run: Run, tmp_path: Path) -> None:
    """It is not created."""
    url = file_url(tmp_path / "missing" / "dateline.db")
    wanted = f"error: DATELINE_DATABASE_URL is {url!r}, but the folder {str(tmp_path / 'missing')!r} does not exist.\n"
    assert run("init", url=url) == CommandResult(1, "", wanted)


def test_a_second_writer_is_refused(run: Run, url: str) -> None:
    """Readers are not."""
    with open_writer(url):
        result = run("init")
        assert run("status").code == 0
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(r"error: Process \d+ is writing to this database \(.*\); wait until it ends\.\n", result.err)


OPENED: list[str] = []
"""The files opened while `LISTENING` is not empty: an audit hook of Python cannot be removed."""

LISTENING: list[bool] = []


def _record_opened(event: str, arguments: tuple[Any, ...]) -> None:
    if LISTENING and event == "open":
        OPENED.append(str(arguments[0]))


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Return the names of all files that are opened during a test."""
    if not OPENED:
        sys.addaudithook(_record_opened)
    LISTENING.append(True)
    OPENED[:] = ["the hook is in"]
    yield OPENED
    LISTENING.clear()


def test_status_reads_no_lexicon(
    database: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So it is fast. Here the module runs as `python -m seed` runs it."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", file_url(database))
    monkeypatch.setattr(sys, "argv", ["seed", "status"])
    with pytest.raises(SystemExit) as exit_:
        runpy.run_path(str(ROOT / "seed" / "__main__.py"), run_name="__main__")
    assert exit_.value.code == 0
    assert capsys.readouterr().out.startswith("corpus version:        none, nothing has been published yet\n")
    assert [name for name in opened if name.endswith(".yaml")] == []


def test_the_module_runs_nothing_when_a_worker_imports_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A spawned worker imports the main module of its parent by another name."""
    assert runpy.run_path(str(ROOT / "seed" / "__main__.py"), run_name="__mp_main__")["app"] is app
    assert capsys.readouterr() == ("", "")


@pytest.mark.unmeasured
def test_a_database_is_backed_up_verified_and_restored(run: Run, tmp_path: Path, records: Path) -> None:
    """And damage is reported with exit code 1."""
    run("load", records)
    copy = tmp_path / "kept.db"
    assert run("backup", copy) == CommandResult(0, f"Copied the database to {copy} and verified the copy.\n", "")
    assert run("verify") == CommandResult(0, "0 faults\n", "")
    engine = store_of(file_url(tmp_path / "dateline.db")).writer_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET title = 'Ferry rests' WHERE id = 1"))
    engine.dispose()
    damaged = run("verify")
    assert (damaged.code, damaged.out) == (1, "2 faults\n")
    assert re.match(r"revision 1 of article \w{12} differs from what was stored\nwords: the text index ", damaged.err)
    assert run("restore", copy).code == 1
    assert run("restore", copy, "--replace") == CommandResult(0, f"Restored the database from {copy}.\n", "")
    assert run("verify").out == "0 faults\n"


PAGES = ("amp", "arabic", "arc-fusion")


@pytest.mark.usefixtures("few_processes")
def test_several_workers_load_what_one_process_loads(run: Run, tmp_path: Path) -> None:
    """From pages, one of them with so long a tag that it is read in its own process, from streams and from archives."""
    other, places = file_url(tmp_path / "other.db"), tmp_path / "places"
    places.mkdir()
    with zipfile.ZipFile(places / "more.zip", "w") as archive:
        for page in ((ROOT / "tests" / "seed" / "readers" / "pages" / f"{name}.html") for name in PAGES):
            shutil.copy(page, places)
            archive.write(page, f"again-{page.name}")
    picture = f'<img src="data:{"x" * 20_001}">'
    content = f"<html><title>Tide turns</title><p>{picture}It turns, said Vladimir Putin.</p></html>"
    (places / "picture.html").write_text(content, encoding="utf-8")
    lines = "".join(json.dumps(record) + "\n" for record in [*RECORDS, {}])
    (places / "reports.jsonl").write_text(lines, encoding="utf-8")
    command = ["load", SHIPPED_CORPUS, places, "--source", "Bay Courier"]
    one, two = run(*command), run(*command, "--workers", 2, url=other)
    assert natural(tmp_path / "dateline.db") == natural(tmp_path / "other.db")
    assert (two.code, two.err) == (one.code, one.err)
    assert one.out.startswith("15 read: 10 loaded, ")
    assert re.match(r"note .*amp.html: .*\nrefused .*reports.jsonl:3: .*\n", one.err)
    dry = run(*command, "--dry-run", "--workers", 2)
    assert dry.out == "15 read: 14 can be loaded, 1 refused; nothing was stored\n"
    assert sorted(dry.err.splitlines()) == sorted(one.err.splitlines())


@pytest.mark.usefixtures("few_processes")
def test_several_workers_reannotate(run: Run) -> None:
    """Like one process."""
    assert run("init").code == 0
    assert run("reannotate", "--workers", 2).out.startswith("5 articles: 0 updated, 5 unchanged, in ")
    assert "--workers" in run("load", SHIPPED_CORPUS, "--workers", 0).err


def test_an_interrupted_load_reports_what_is_stored_and_how_to_continue(
    run: Run, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the exit code of Ctrl-C; the same command then publishes."""
    open_connections: list[Connection] = []

    def interrupted(engine: Engine, **_more: object) -> None:
        open_connections.append(engine.connect())  # Like a connection interrupted in the middle of a statement.
        open_connections[-1].execute(text("DELETE FROM pending WHERE false"))
        raise KeyboardInterrupt

    wanted = "; 2 articles are stored but not yet published; run the same command again to continue\n"
    with monkeypatch.context() as patch:
        patch.setattr("seed.pipeline.context.publish", interrupted)
        assert run("load", records) == CommandResult(130, "", f"interrupted: nothing has been published yet{wanted}")
    open_connections.pop().close()
    assert run("load", records).out.endswith("published corpus version 1\n")
    with monkeypatch.context() as patch:
        patch.setattr("seed.pipeline.context.publish", interrupted)
        result = run("load", records, "--date", "2019-03-05")
    assert result == CommandResult(130, "", f"interrupted: corpus version 1 is served{wanted}")
    open_connections.pop().close()
    assert run("load", records, "--date", "2019-03-05").out.endswith("published corpus version 2\n")


CLOSED = {
    "the reader is gone": "{} 2>&1 | true; exit ${{PIPESTATUS[0]}}",
    "outputs are closed": "{} <&- >&- 2>&-",
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("how", CLOSED)
def test_a_load_whose_output_nobody_reads_still_loads(
    run: Run, url: str, records: Path, process_command: tuple[str, ...], how: str
) -> None:
    """It publishes, and its exit code shows that a record was refused."""
    with records.open("a", encoding="utf-8") as file:
        file.write("{}\n")
    command = shlex.join([*process_command, "load", str(records)])
    process = subprocess.run(
        ["bash", "-c", CLOSED[how].format(command)],
        env={**os.environ, "DATELINE_DATABASE_URL": url},
        cwd=ROOT,
        timeout=120,
        check=False,
        capture_output=True,
    )
    assert (process.returncode, process.stdout, process.stderr) == (1, b"", b"")
    assert "corpus version:        1" in run("status").out
