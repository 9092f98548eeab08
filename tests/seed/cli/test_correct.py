"""`dateline correct …` as users see it: what it prints, its exit code, and what it does to the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.stores.sqlite import file_url
from seed.cli.correct import DECISIONS
from seed.cli.correct_options import CORRECT_COMMANDS, CORRECT_FROM_COMMANDS
from seed.cli.program import app
from tests.conftest import app_for

pytestmark = pytest.mark.sqlite


class Printed(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class Program:
    """The program on the collection that ships, with a file of corrections beside it."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.file = database.with_name("corrections.jsonl")

    def run(self, *arguments: object, **environment: str) -> Printed:
        """Run `dateline correct` with these arguments."""
        settings = {"DATELINE_DATABASE_URL": file_url(self.database), **environment}
        result = CliRunner().invoke(app, ["correct", *map(str, arguments)], env=settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Printed(result.exit_code, result.stdout, result.stderr)

    def done(self, *arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Run a decision, and return its report."""
        printed = self.run(*arguments, "--json")
        assert (printed.code, printed.err) == (0, ""), printed
        return json.loads(printed.out)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the file."""
        return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def program(shipped_database: Path) -> Program:
    return Program(shipped_database)


@pytest.fixture
def client(program: Program) -> Iterator[TestClient]:
    with TestClient(app_for(program.database)) as own:
        yield own


def test_each_decision_has_a_command() -> None:
    actions = {action.value.replace("_", "-") for action in DECISIONS.values()} | {"alias-add", "alias-remove"}
    assert actions == set(CORRECT_COMMANDS) - {"list", "check", "export", "import"}
    assert set(CORRECT_FROM_COMMANDS) == {"openrefine"}


def test_decisions_are_made_listed_and_undone(program: Program, client: TestClient) -> None:
    first = program.run("rename", "vladimir-putin", "V. Putin", "--why", "shorter", "--by", "Ann")
    (id_,) = [line["id"] for line in program.lines()]
    assert first.out == f"1 correction made ({id_}): 0 articles changed\npublished corpus version 2\n"
    assert client.get("/v1/entities/vladimir-putin").json()["name"] == "V. Putin"
    article = client.get("/v1/articles").json()["items"][0]["id"]
    for arguments in (
        ("alias-add", "russia", "the Bear"),
        ("alias-remove", "russia", "Russian"),
        ("retype", "syria", "place"),
        ("hide", "sergei-shoigu"),
        ("not-a-name", "Moscow", "--context", "in Moscow"),
        ("is", "airstrikes", "russia", "--article", article),
        ("wikidata", "vladimir-putin"),
        ("merge", "moscow", "russia"),
        ("split", "vladimir-putin", "putin-2", "--surface", "Putin", "--name", "Putin", "--type", "person"),
    ):
        program.done(*arguments)
    dos = [line["do"] for line in program.lines()]
    assert dos == [
        "rename",
        "alias_add",
        "alias_remove",
        "retype",
        "hide",
        "not_a_name",
        "is",
        "wikidata",
        "merge",
        "split",
    ]
    assert program.lines()[0] == {
        "id": id_,
        "at": program.lines()[0]["at"],
        "by": "Ann",
        "why": "shorter",
        "do": "rename",
        "entity": "vladimir-putin",
        "name": "V. Putin",
    }
    undo = program.done("undo", id_)["corrections"][0]
    listed = program.run("list", "--entity", "vladimir-putin").out.splitlines()
    assert [line[8:20] for line in listed] == [id_, program.lines()[7]["id"], program.lines()[9]["id"], undo]
    assert listed[0].endswith(f'"name": "V. Putin"}}  undone by {undo}')
    assert len(program.run("list").out.splitlines()) == 11
    assert client.get("/v1/entities/vladimir-putin").json()["name"] == "Vladimir Putin"
    exported = program.run("export").out
    assert exported == program.file.read_text(encoding="utf-8")
    first = json.loads(program.run("list", "--json").out.splitlines()[0])
    assert (first["correction"]["do"], first["undone_by"]) == ("rename", undo)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("merge", "putin", "russia"), "'putin' is not known: expected the id of an entity"),
        (("merge", "russia", "russia"), "into is 'russia': expected another entity than the one that it is about"),
        (
            ("merge", "russia", "x", "--name", "X"),
            "type is missing: an entity that is made needs its name and its type",
        ),
        (("retype", "russia", "bear"), "type is 'bear': expected one of person, "),
        (("split", "russia", "syria"), "when is {}: expected an object with at least one of article, context, surface"),
        (("is", "Bear", "russia"), "article and context are missing: expected one of them, or both"),
        (("undo", "c1"), "of is 'c1': expected the id of an earlier correction"),
        (("import", "missing.jsonl"), "missing.jsonl does not exist"),
        (("from", "openrefine", "missing.csv"), "No such file or directory: 'missing.csv'"),
    ],
)
def test_a_bad_decision_is_one_line_and_changes_nothing(
    program: Program, arguments: tuple[str, ...], message: str
) -> None:
    printed = program.run(*arguments)
    assert (printed.code, printed.out) == (1, "")
    assert message in printed.err
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    assert not program.file.exists()


def test_check_names_conflicts_and_unknown_entities(program: Program) -> None:
    assert program.run("check").out == "0 conflicts, 0 unknown\n"
    shared = '"at": "2026-01-31T12:00:00Z"'
    program.file.write_text(
        f'{{"id": "c1", {shared}, "do": "merge", "from": "russia", "into": "syria"}}\n'
        f'{{"id": "c2", {shared}, "do": "merge", "from": "syria", "into": "russia"}}\n'
        f'{{"id": "c3", {shared}, "do": "hide", "entity": "nobody"}}\n',
        encoding="utf-8",
    )
    printed = program.run("check")
    assert (printed.code, printed.out) == (1, "1 conflict, 1 unknown\n")
    assert printed.err.splitlines() == [
        "c2: 'syria' and 'russia' are one entity already: a circle of merges",
        "c3: 'nobody' is not known: expected the id of an entity",
    ]


def test_a_file_of_another_installation_is_imported_once(program: Program, tmp_path: Path) -> None:
    lines = '{"id": "c9", "at": "2026-01-31T12:00:00Z", "do": "hide", "entity": "nobody--x"}\n'
    proposal = tmp_path / "proposal.jsonl"
    proposal.write_text(lines, encoding="utf-8")
    first = program.run("import", proposal)
    assert first.out.startswith("1 correction made (c9): 0 articles changed\n")
    assert first.err == "note: c9: 'nobody--x' is not known: expected the id of an entity\n"
    again = program.run("import", proposal)
    assert again.out == "0 corrections made, 1 known already: 0 articles changed\nnothing new to publish\n"
    assert len(program.lines()) == 1


def test_matches_of_openrefine_become_merges_once(program: Program, client: TestClient, tmp_path: Path) -> None:
    """The way back from the reconciliation: local ids and the ids that were chosen for them."""
    items = client.get("/v1/entities?limit=100").json()["items"]
    local = [item["id"] for item in items if item["id"] not in ("russia", "syria")][:2]
    table = tmp_path / "matches.csv"
    table.write_text(f"id,chosen id\n{local[0]},russia\n{local[1]},Q159\nsyria,syria\n", encoding="utf-8")
    report = program.done("from", "openrefine", table, "--why", "matched in OpenRefine")
    assert [(line["do"], line["from"], line["into"]) for line in program.lines()] == [
        ("merge", id_, "russia") for id_ in local
    ]
    assert len(report["corrections"]) == 2
    for id_ in local:
        moved = client.get(f"/v1/entities/{id_}", follow_redirects=False)
        assert (moved.status_code, moved.headers["Location"]) == (308, "russia")
    assert program.done("from", "openrefine", table)["corrections"] == []


def test_many_new_corrections_are_counted_only(program: Program, tmp_path: Path) -> None:
    proposal = tmp_path / "proposal.jsonl"
    proposal.write_text(
        "".join(
            f'{{"id": "c{n}", "at": "2026-01-31T12:00:00Z", "do": "alias_add", "entity": "russia", "alias": "R{n}"}}\n'
            for n in range(11)
        ),
        encoding="utf-8",
    )
    assert program.run("import", proposal).out.startswith("11 corrections made: 0 articles changed\n")


def test_another_file_is_used_if_a_setting_names_it(program: Program, tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    printed = program.run("hide", "russia", DATELINE_CORRECTIONS=str(own))
    assert printed.code == 0
    assert own.exists()
    assert not program.file.exists()
    assert program.run("list").out == own.read_text(encoding="utf-8")  # The database has it, too.


def test_a_bad_line_of_the_file_ends_a_load_before_anything_is_stored(program: Program, tmp_path: Path) -> None:
    program.file.write_text("{}\n", encoding="utf-8")
    article = tmp_path / "article.jsonl"
    article.write_text('{"title": "T", "source": "S", "text": "T."}\n', encoding="utf-8")
    settings = {"DATELINE_DATABASE_URL": file_url(program.database)}
    result = CliRunner().invoke(app, ["load", str(article)], env=settings)
    assert (result.exit_code, result.stdout) == (1, "")
    message = f"error: {program.file}, line 1: do is None: expected one of merge, split, "
    assert result.stderr.startswith(message)


def test_a_load_applies_what_the_file_says(program: Program, client: TestClient, tmp_path: Path) -> None:
    program.done("hide", "russia", "--why", "for a test")
    article = tmp_path / "article.jsonl"
    text = "Russia and Syria met. Vladimir Putin spoke of Russia."
    article.write_text(json.dumps({"title": "T", "source": "S", "text": text, "language": "en"}), encoding="utf-8")
    settings = {"DATELINE_DATABASE_URL": file_url(program.database)}
    assert CliRunner().invoke(app, ["load", str(article)], env=settings).exit_code == 0
    (loaded,) = client.get("/v1/articles", params={"source": "S"}).json()["items"]
    assert {entity["id"] for entity in loaded["entities"]} == {"syria", "vladimir-putin"}
