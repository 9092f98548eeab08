"""Tables of OpenRefine, of local ids and chosen ids, as corrections."""

from pathlib import Path
from typing import Any

import pytest

from app.models import Action
from seed.corrections.decisions import CorrectionError, Decision
from seed.corrections.openrefine import merges, read_choices, without_known
from tests.seed.corrections.drawn import decision


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "matches.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "local id,chosen id\nida,bo\nada--,bo\n",
        "\ufeffid\treconciled_id\r\nida\tbo\r\nada--\tbo\r\n",
        "ida,bo\n\n ada-- , bo \n",
        'ida,http://127.0.0.1:8000/v1/entities/bo\n"ada--",bo\nx,\ny,y\n',
    ],
    ids=["with a heading", "with tabs", "with white space", "with addresses and without choices"],
)
def test_choices_are_read(tmp_path: Path, content: str) -> None:
    choices = [(local, chosen) for _, local, chosen in read_choices(table(tmp_path, content))]
    assert choices == [("ida", "bo"), ("ada--", "bo")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\nc\n", r"matches\.csv, line 2 has 1 columns: expected a local id and a chosen id"),
        ("a,b,c\n", r"matches\.csv, line 1 has 3 columns: expected a local id and a chosen id"),
        (b"\xff,b\n", r"matches\.csv is not UTF-8 \(invalid start byte at byte 0\)"),
        ("a,b\nIda Rask,b\n", r"matches\.csv, line 2: from is 'Ida Rask': expected the id of an entity"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(CorrectionError, match=message):
        said(merges(table(tmp_path, content), lambda _: None, why=None, by=None))


def said(decisions: Any) -> list[tuple[Action, str | None, str | None, str | None]]:  # noqa: ANN401 - an iterable
    return [(one.do, one.entity, one.into, one.wikidata) for one in decisions]


def test_a_wikidata_id_is_that_of_an_entity_or_becomes_it(tmp_path: Path) -> None:
    path = table(tmp_path, "ida,Q7\nbo,Q8\nada,https://www.wikidata.org/wiki/Q8\neve,Q9\n")
    made = list(merges(path, {"Q7": "ida-2", "Q8": "bo"}.get, why="by hand", by="Ann"))
    assert said(made) == [
        (Action.MERGE, "ida", "ida-2", None),
        (Action.MERGE, "ada", "bo", None),
        (Action.WIKIDATA, "eve", None, "Q9"),
    ]
    assert {(one.why, one.by) for one in made} == {("by hand", "Ann")}


def test_what_was_said_before_is_not_said_again() -> None:
    def merge(id_: str, entity: str) -> Decision:
        return decision(id_, Action.MERGE, entity=entity, into="bo")

    assert without_known([merge("c1", "a"), merge("c2", "b"), merge("c3", "a")], [merge("c0", "b")]) == [
        merge("c1", "a")
    ]
