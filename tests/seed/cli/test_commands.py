"""`python -m seed …` as its users meet it: what it prints, where, and with which exit code; never a traceback."""

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
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from app.stores.schema import INIT_COMMAND, SCHEMA
from app.stores.sqlite import file_url, writer_engine
from seed.__main__ import app
from seed.cli import progress
from seed.cli.load import CORPUS
from seed.cli.runtime import refusing
from seed.maintenance.database import open_writer
from tests.conftest import ROOT, load_jsonl
from tests.seed.languages import TEXTS
from tests.seed.loading import dump, natural

COMMANDS = (
    *("init", "load", "inspect", "status", "annotate", "compact", "reannotate", "remove"),
    *("verify", "backup", "restore", "lexicon"),
)

RECORDS: list[dict[str, Any]] = [
    {"title": "Ferry resumes", "source": "harbour-gazette.example", "published": "2019-03-04", "text": "It sails."},
    {"title": "Tide turns", "source": "harbour-gazette.example", "text": "It turns.", "entities": []},
]


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a database may come to be."""
    return file_url(tmp_path / "dateline.db")


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the test's own database, or another; it says nothing in between, however slow the machine."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 3600)

    def run(*arguments: object, stdin: bytes | None = None, url: str = url, lexicon: Path | None = None) -> Ran:
        environment = {"DATELINE_DATABASE_URL": url, "FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": "100"}
        environment["DATELINE_LEXICON"] = None if lexicon is None else str(lexicon)
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """A file of two good records."""
    path = tmp_path / "reports.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in RECORDS), encoding="utf-8")
    return path


def test_help_lists_every_command(run: Run) -> None:
    """With a line each; the same without any argument."""
    ran = run("--help")
    assert ran.code == 0
    assert "DATELINE_DATABASE_URL" in ran.out
    assert re.findall(r"^│ (\w+) ", ran.out, re.MULTILINE) == list(COMMANDS)
    assert "init" in run().out + run().err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(run: Run, command: str) -> None:
    """And does nothing."""
    ran = run(command, "--help")
    assert ran.code == 0
    assert f"python -m seed {command}" in ran.out


def test_init_makes_a_database_and_loads_what_ships_once(run: Run) -> None:
    """Afterwards it says what is published."""
    first = run("init")
    assert first.code == 0
    assert re.fullmatch(
        r"5 read: 5 loaded, 0 updated, 0 unchanged, 0 refused, in \d+\.\d s\npublished corpus version 1\n", first.out
    )
    assert run("init") == Ran(0, "The database is ready; corpus version 1 is published.\n", "")


def test_load_and_load_again(run: Run, records: Path) -> None:
    """The second time nothing is new."""
    first, second = run("load", records), run("load", records)
    assert first.code == second.code == 0
    assert re.fullmatch(
        r"2 read: 2 loaded, 0 updated, 0 unchanged, 0 refused, in .* s\npublished corpus version 1\n", first.out
    )
    assert re.fullmatch(
        r"2 read: 0 loaded, 0 updated, 2 unchanged, 0 refused, in .* s\nnothing new to publish\n", second.out
    )
    assert first.err == second.err == ""


def test_a_lexicon_of_ones_own_is_applied_to_what_is_loaded(run: Run, tmp_path: Path, records: Path) -> None:
    """DATELINE_LEXICON adds to what ships; `lexicon check` says what is wrong with both."""
    run("load", records)
    own = tmp_path / "lexicon"
    own.mkdir()
    (own / "weapons.yaml").write_text("- {id: tide, name: Tide, aliases: [Tide turns]}\n", encoding="utf-8")
    assert run("lexicon", "check", lexicon=own) == Ran(0, "0 problems\n", "")
    ran = run("reannotate", lexicon=own)
    assert ran.code == 0
    # The second record brought its entities along, and said that there are none.
    assert re.fullmatch(r"2 articles: 0 annotated anew, 2 unchanged, in .* s\npublished corpus version 2\n", ran.out)
    (own / "weapons.yaml").write_text("- {id: tide, name: Tide, wikidata: 7}\n", encoding="utf-8")
    ran = run("lexicon", "check", lexicon=own)
    assert (ran.code, ran.out) == (1, "1 problems\n")
    assert "weapons.yaml" in ran.err


def test_a_lexicon_that_is_no_folder_is_refused(run: Run, tmp_path: Path) -> None:
    """Before anything is read."""
    ran = run("load", tmp_path, lexicon=tmp_path / "missing")
    assert ran.code == 1
    assert "DATELINE_LEXICON" in ran.err or "lexicon" in ran.err


def test_load_names_what_it_refuses(run: Run, records: Path) -> None:
    """By file and line on stderr; the others load, and the exit code is 1."""
    with records.open("a", encoding="utf-8") as file:
        file.write('{"title": "No text", "source": "s"}\n')
        given = {"id": "vladimir-putin", "name": "Vladimir", "type": "place", "mentions": [[0, 8]]}
        file.write(json.dumps({"title": "Vladimir", "source": "s", "text": "Vladimir", "entities": [given]}) + "\n")
    ran = run("load", records)
    assert ran.code == 1
    assert ran.err == (
        f"refused {records}:3: text is None: wanted a value; this field is required\n"
        f"refused {records}:4: entities[0].id is 'vladimir-putin', known as person; given is place\n"
    )
    assert ran.out.startswith("4 read: 2 loaded, 0 updated, 0 unchanged, 2 refused, in ")
    assert ran.out.endswith("published corpus version 1\n")


def test_paths_that_cannot_be_read_are_refused(run: Run, tmp_path: Path) -> None:
    """By their names."""
    paths = [tmp_path / "missing.jsonl", tmp_path / "report.pdf"]
    paths[1].write_bytes(b"%PDF-1.7")
    ran = run("load", *paths)
    assert ran.code == 1
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [f"refused {path}" for path in paths]
    assert "nothing new to publish" in ran.out


def test_a_dry_run_needs_no_database_and_stores_nothing(run: Run, records: Path, tmp_path: Path) -> None:
    """It says what can be loaded, what is refused and why, and what was noted."""
    assert run("load", records, "--dry-run", url="nonsense") == Ran(
        0, "2 read: 2 can be loaded, 0 refused; nothing was stored\n", ""
    )
    with records.open("a", encoding="utf-8") as file:
        file.write('{"title": "Café", "source": "s", "text": "cafÃ©"}\n' * 2 + "{\n")
    ran = run("load", records, "--dry-run")
    assert ran.code == 1
    assert ran.out == "5 read: 4 can be loaded, 1 refused; nothing was stored\n"
    assert ran.err.startswith(f"refused {records}:5: invalid JSON at column 2")
    assert (
        f"note {records}:3: text looks like UTF-8 that was decoded in another encoding ('Ã©'); it is stored" in ran.err
    )
    assert ran.err.endswith(" (and 1 more)\n")
    assert [path.name for path in tmp_path.iterdir()] == ["reports.jsonl"]


def test_languages_are_detected_where_nothing_declares_them(run: Run, tmp_path: Path, url: str) -> None:
    """Loading stores them; a dry run and `inspect` also tell of a declaration that the text contradicts."""
    path = tmp_path / "a.jsonl"
    lines = [{"title": "Traversier", "source": "s", "text": TEXTS["fr"]}]
    lines.append({"title": "Ferry", "source": "s", "text": TEXTS["ar"], "language": "en"})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    note = "declared to be in en, but reads as ar"
    assert run("load", path, "--dry-run").err == f"note {path}:2: {note}\n"
    ran = run("inspect", path)
    assert "  language   fr  [detected in the text]\n" in ran.out
    assert f"  note       {note}\n" in ran.out
    assert run("load", path).err == ""
    rows = dump(Path(url.removeprefix("sqlite:///")))["revision"]
    assert [(row["language"], row["language_detected"]) for row in rows] == [("fr", True), ("en", False)]


def test_load_tells_what_was_noted(run: Run, tmp_path: Path) -> None:
    """Each thing once, on stderr; the record loads."""
    table = tmp_path / "a.csv"
    table.write_text("title,source,text,shelf\nFerry,s,It sails.,4\n", encoding="utf-8")
    ran = run("load", table)
    assert (ran.code, ran.err) == (0, f"note {table}:2: ignored columns: shelf\n")


def test_columns_are_mapped_and_formats_forced(run: Run, tmp_path: Path) -> None:
    """As --map, --format and --encoding say."""
    table = tmp_path / "a.dat"
    table.write_bytes("kop,krant,lijf\nCafé,s,It sails.\n".encode("cp1252"))
    maps = ["--map", "title=kop", "--map", "source=krant", "--map", "text=lijf"]
    ran = run("inspect", table, "--format", "csv", "--encoding", "cp1252", *maps)
    assert ran.code == 0
    assert "  title      Café  [kop]\n" in ran.out


def test_inspect_shows_each_field_and_where_it_came_from(run: Run, records: Path) -> None:
    """Without a database; what is empty has its reason."""
    ran = run("inspect", records, "--date", "2019-03-04T18:30-05:00", url="nonsense")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.split(f"{records}:2\n")[0] == (
        f"{records}:1\n"
        "  id         –  [nothing in the file says]\n"
        "  title      Ferry resumes  [title]\n"
        "  source     harbour-gazette.example  [source]\n"
        "  url        –  [nothing in the file says]\n"
        "  published  2019-03-04 18:30 -05:00 (minute, metadata) = 2019-03-04T23:30:00Z  [set by the user]\n"
        "  authors    –  [nothing in the file says]\n"
        "  language   –  [nothing in the file says, and the text is too short to tell by]\n"
        "  rights     –  [nothing in the file says]\n"
        "  text_kind  full  [as in the file]\n"
        "  text       9 characters: It sails.  [text]\n"
        "  entities   –  [nothing in the file says]\n"
    )
    assert "  entities   0 given  [entities]\n" in ran.out


def test_inspect_shows_notes_refusals_and_that_there_is_more(run: Run, tmp_path: Path) -> None:
    """With exit code 1 if anything is refused; nothing steers the terminal."""
    path = tmp_path / "a.jsonl"
    lines = [{"title": "Ferry \x1b[2J", "source": "s", "text": "cafÃ©", "published": "2019"}, {}, {}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    ran = run("inspect", path, "--limit", "2")
    assert ran.code == 1
    assert "  title      Ferry \ufffd[2J  [title]\n" in ran.out
    assert "  published  2019 (year, metadata)  [published]\n" in ran.out
    assert "  note       text looks like UTF-8" in ran.out
    assert f"{path}:2: refused: title is None" in ran.out
    assert ran.out.endswith("… more than 2; --limit shows more.\n")
    assert run("inspect", path, "--map", "x").err.startswith("error: --map is 'x'")


def test_a_date_and_a_source_hold_for_every_record(run: Run, records: Path) -> None:
    """As the manifest does."""
    assert run("load", records, "--date", "2019-03-05", "--source", "Bay Courier").code == 0
    found = run("status").out
    assert "2019-03-05 to 2019-03-05" in found


WRONG = {
    "a date": (["--date", "March"], r"error: --date: .*'March'.*\n"),
    "a source": (["--source", " "], r"error: --source: .*\n"),
    "a manifest that is missing": (["--manifest", "missing.csv"], r"error: missing\.csv: cannot be read: .*\n"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_in_an_option_stops_the_run(run: Run, records: Path, what: str) -> None:
    """Before anything is read, in one line."""
    options, wanted = WRONG[what]
    ran = run("load", records, *options)
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(wanted, ran.err)


def test_a_manifest_that_names_no_file_stops_the_run(run: Run, records: Path, tmp_path: Path) -> None:
    """It is named with its line."""
    manifest = tmp_path / "meta.csv"
    manifest.write_text("file,source\nother.txt,Bay Courier\n", encoding="utf-8")
    ran = run("load", records, "--manifest", manifest)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"error: {manifest}, line 2, file 'other.txt'")


def test_status(run: Run, tmp_path: Path, database: Path) -> None:
    """A line each, values in one column."""
    assert database.parent == tmp_path
    load_jsonl(database, RECORDS)
    ran = run("status")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
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
    """A line of JSON for each text, in whole characters."""
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "a", "text": "Élan: Vladimir Putin."}\n', encoding="utf-8")
    ran = run("annotate", path)
    assert (ran.code, ran.err) == (0, "")
    (line,) = map(json.loads, ran.out.splitlines())
    assert line["id"] == "a"
    assert [(mention["text"], mention["wikidata"]) for mention in line["mentions"]] == [("Vladimir Putin", "Q7747")]


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_annotate_reads_standard_input(run: Run, arguments: list[str]) -> None:
    """Bad lines are named on stderr and passed over; the exit code is 1."""
    ran = run("annotate", *arguments, stdin=b'{"id": 1, "text": "No."}\nword\n\n{"id": 2, "text": ""}\n')
    assert ran.code == 1
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [1, 2]
    assert ran.err.startswith("refused -:2: the line is no JSON (")


def test_annotate_needs_no_database(run: Run, tmp_path: Path) -> None:
    """And makes none."""
    assert run("annotate", stdin=b"", url="nonsense") == Ran(0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_annotate_says_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    """In one line."""
    ran = run("annotate", tmp_path / "missing.jsonl")
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"error: .*missing\.jsonl'\n", ran.err)


def test_compact(run: Run, tmp_path: Path, database: Path) -> None:
    """It says how much went."""
    assert database.parent == tmp_path
    load_jsonl(database, RECORDS)
    load_jsonl(database, [{**RECORDS[0], "text": "It sails again."}])
    assert run("compact") == Ran(0, "Dropped 1 revisions and 0 entities that nothing serves.\n", "")


def _missing(_database: Path) -> None:
    """There is no file yet."""


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
    engine = writer_engine(file_url(database))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2099_01_01_a'"))
    engine.dispose()


STATES: dict[str, tuple[Callable[[Path], None], dict[str, str]]] = {
    "missing": (_missing, {"status": "There is no database to read; run `python -m seed init`."}),
    "empty": (_empty, {"status": "The database has no tables yet; run `python -m seed init`."}),
    "garbage": (
        _garbage,
        {
            "status": "DATELINE_DATABASE_URL names a file that cannot be read (file is not a database): name another "
            "and run `python -m seed init`, or put a backup in its place with `python -m seed restore`.",
            "init": "'{database}' cannot be opened as a database (file is not a database).",
            "compact": "'{database}' cannot be opened as a database (file is not a database).",
        },
    ),
    "a folder": (
        _folder,
        dict.fromkeys(
            ("status", "init"),
            "DATELINE_DATABASE_URL is 'sqlite:///{database}'; wanted is a file, as in sqlite:///dateline.db, "
            "and '{database}' is a folder",
        ),
    ),
    "broken": (
        _broken,
        dict.fromkeys(
            ("status", "init"),
            "The database is damaged (no such table: publish); `python -m seed verify` says where, and "
            "`python -m seed restore` puts a backup in its place.",
        ),
    ),
    "of a later release": (
        _later,
        {"status": f"The database is at migration 2099_01_01_a, this release needs {SCHEMA}; run `{INIT_COMMAND}`."},
    ),
}
CASES = [(state, command) for state, (_, commands) in STATES.items() for command in commands]


@pytest.mark.parametrize(("state", "command"), CASES)
def test_a_database_that_cannot_be_used_is_one_line(run: Run, tmp_path: Path, state: str, command: str) -> None:
    """With its cause, on stderr; the exit code is 1."""
    database = tmp_path / "dateline.db"
    spoil, reasons = STATES[state]
    spoil(database)
    assert run(command) == Ran(1, "", f"error: {reasons[command].format(database=database)}\n")


def test_a_database_that_fails_while_it_is_read_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """As when its disk is gone."""
    with pytest.raises(typer.Exit) as ended, refusing():
        raise OperationalError("SELECT 1", None, Exception("disk I/O error"))
    assert ended.value.exit_code == 1
    assert capsys.readouterr() == ("", "error: the database cannot be used (disk I/O error)\n")


@pytest.mark.parametrize("command", ["init", "compact"])
def test_a_database_of_a_later_release_is_left_alone(run: Run, tmp_path: Path, command: str) -> None:
    """This one cannot know what is in it."""
    _later(tmp_path / "dateline.db")
    ran = run(command)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: The database was written by another release of Dateline: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["init", "status", "compact", "load"])
@pytest.mark.parametrize("value", ["", "nonsense", "postgresql://reader@host/name", "sqlite://"])
def test_a_url_that_names_no_file_is_one_line(run: Run, records: Path, command: str, value: str) -> None:
    """With the variable, its value and what was wanted."""
    arguments = [records] if command == "load" else []
    wanted = f"error: DATELINE_DATABASE_URL is {value!r}; wanted is a file, as in sqlite:///dateline.db\n"
    assert run(command, *arguments, url=value) == Ran(1, "", wanted)


def test_a_missing_folder_is_named(run: Run, tmp_path: Path) -> None:
    """It is not made."""
    url = file_url(tmp_path / "missing" / "dateline.db")
    wanted = f"error: DATELINE_DATABASE_URL is {url!r}, but there is no folder {str(tmp_path / 'missing')!r}.\n"
    assert run("init", url=url) == Ran(1, "", wanted)


def test_a_second_writer_is_told(run: Run, url: str) -> None:
    """Readers are not in its way."""
    with open_writer(url):
        ran = run("init")
        assert run("status").code == 0
    assert (ran.code, ran.out) == (1, "")
    assert re.fullmatch(r"error: Process \d+ is writing to this database \(.*\); wait until it ends\.\n", ran.err)


OPENED: list[str] = []
"""What was opened while `LISTENING` is true: a hook of Python's cannot be taken out again."""

LISTENING: list[bool] = []


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if LISTENING and event == "open":
        OPENED.append(str(arguments[0]))


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """The names of all files that are opened during a test."""
    if not OPENED:
        sys.addaudithook(_listen)
    LISTENING.append(True)
    OPENED[:] = ["the hook is in"]
    yield OPENED
    LISTENING.clear()


def test_status_reads_no_lexicon(
    database: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It answers at once. Here the module runs as `python -m seed` runs it."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", file_url(database))
    monkeypatch.setattr(sys, "argv", ["seed", "status"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "seed" / "__main__.py"), run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("corpus version:        none, nothing was published yet\n")
    assert [name for name in opened if name.endswith(".yaml")] == []


def test_a_database_is_backed_up_verified_and_restored(run: Run, tmp_path: Path, records: Path) -> None:
    """And a damaged one is named: exit code 1."""
    run("load", records)
    kept = tmp_path / "kept.db"
    assert run("backup", kept) == Ran(0, f"The database is copied to {kept} and verified.\n", "")
    assert run("verify") == Ran(0, "0 faults\n", "")
    engine = writer_engine(file_url(tmp_path / "dateline.db"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE revision SET title = 'Ferry rests' WHERE id = 1"))
    engine.dispose()
    damaged = run("verify")
    assert (damaged.code, damaged.out) == (1, "1 faults\n")
    assert re.fullmatch(r"revision 1 of article \w{12} is not what was stored\n", damaged.err)
    assert run("restore", kept).code == 1
    assert run("restore", kept, "--replace") == Ran(0, f"The database is what {kept} says.\n", "")
    assert run("verify").out == "0 faults\n"


def test_several_workers_find_what_one_finds(run: Run, tmp_path: Path) -> None:
    """In pages, one of them so large that it is read in a process of its own, in streams and archives."""
    other, places = file_url(tmp_path / "other.db"), tmp_path / "places"
    places.mkdir()
    with zipfile.ZipFile(places / "more.zip", "w") as archive:
        for page in sorted((ROOT / "tests" / "seed" / "readers" / "pages").glob("a*.html")):
            shutil.copy(page, places)
            archive.write(page, f"again-{page.name}")
    large = f"<html><title>Tide turns</title><p>{'<br>' * 10_001}It turns, said Vladimir Putin.</p></html>"
    (places / "large.html").write_text(large, encoding="utf-8")
    lines = "".join(json.dumps(record) + "\n" for record in [*RECORDS, {}])
    (places / "reports.jsonl").write_text(lines, encoding="utf-8")
    command = ["load", CORPUS, places, "--source", "Bay Courier"]
    one, two = run(*command), run(*command, "--workers", 2, url=other)
    assert natural(tmp_path / "dateline.db") == natural(tmp_path / "other.db")
    assert (two.code, two.err) == (one.code, one.err)
    assert one.out.startswith("15 read: 10 loaded, ")
    assert re.match(r"note .*amp.html: .*\nrefused .*reports.jsonl:3: .*\n", one.err)
    dry = run(*command, "--dry-run", "--workers", 2)
    assert dry.out == "15 read: 14 can be loaded, 1 refused; nothing was stored\n"
    assert sorted(dry.err.splitlines()) == sorted(one.err.splitlines())


def test_several_workers_annotate_again(run: Run) -> None:
    """As one does."""
    assert run("init").code == 0
    assert run("reannotate", "--workers", 2).out.startswith("5 articles: 0 annotated anew, 5 unchanged, in ")
    assert "--workers" in run("load", CORPUS, "--workers", 0).err


def test_an_interrupted_load_says_what_is_stored_and_how_to_go_on(
    run: Run, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the exit code of Ctrl-C; the same command then publishes."""

    held: list[Connection] = []

    def interrupted(engine: Engine, **_more: object) -> None:
        held.append(engine.connect())  # As a connection that is closed in the middle of a statement.
        held[-1].execute(text("DELETE FROM pending WHERE false"))
        raise KeyboardInterrupt

    wanted = "; 2 articles are stored and not yet published; the same command goes on from there\n"
    with monkeypatch.context() as patch:
        patch.setattr("seed.pipeline.context.publish", interrupted)
        assert run("load", records) == Ran(130, "", f"interrupted: nothing is published yet{wanted}")
    held.pop().close()
    assert run("load", records).out.endswith("published corpus version 1\n")
    with monkeypatch.context() as patch:
        patch.setattr("seed.pipeline.context.publish", interrupted)
        ran = run("load", records, "--date", "2019-03-05")
    assert ran == Ran(130, "", f"interrupted: corpus version 1 is served{wanted}")
    held.pop().close()
    assert run("load", records, "--date", "2019-03-05").out.endswith("published corpus version 2\n")


CLOSED = {
    "nobody reads on": "{} 2>&1 | true; exit ${{PIPESTATUS[0]}}",
    "outputs are closed": "{} <&- >&- 2>&-",
}


@pytest.mark.parametrize("how", CLOSED)
def test_a_load_to_which_nobody_listens_is_a_load(run: Run, url: str, records: Path, how: str) -> None:
    """It publishes, and its exit code says that a record was refused."""
    with records.open("a", encoding="utf-8") as file:
        file.write("{}\n")
    talkative = "from seed import __main__, progress; progress.SECONDS_BETWEEN_LINES = 0; __main__.app()"
    command = shlex.join([sys.executable, "-c", talkative, "load", str(records)])
    done = subprocess.run(
        ["bash", "-c", CLOSED[how].format(command)],
        env={**os.environ, "DATELINE_DATABASE_URL": url},
        cwd=ROOT,
        timeout=120,
        check=False,
        capture_output=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
    assert "corpus version:        1" in run("status").out
