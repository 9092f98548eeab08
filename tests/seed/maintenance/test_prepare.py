"""Records that were annotated elsewhere load as the same articles as those that were not."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.models import EntityType, MentionKind
from seed.extract.annotator import Annotator
from seed.extract.extractor_id import extractor_id
from seed.maintenance import prepare
from seed.maintenance.prepare import PreparedLine, prepare_lines
from seed.pipeline.context import LoadSummary, Resources
from seed.pipeline.load import FOREIGN_ANNOTATION_NOTE, load
from seed.readers import Overrides, read_paths, reader_context
from seed.readers.fields.prepared_annotation import annotation_document, with_annotation
from seed.records import Annotation, ExtractedMention, LocalEntity, Origin, PreparedAnnotation, RawArticle
from tests.conftest import SOAK
from tests.seed.loading import LEXICON, RESOURCES, natural, writing

OWN = replace(RESOURCES, extractor=extractor_id())
CONTEXT = reader_context(Overrides())

SAID = "Admiral Ada Byrne of the Vellandian Navy left Amsel. “We sail 😀,” Byrne said."


class FaultyAnnotator(Annotator):
    """Fails for every text."""

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        raise IndexError(title)


OTHER = f"dateline 0.0 {'0' * 32}"
"""The id of another extractor."""

FAULTY = replace(OWN, annotator=FaultyAnnotator(LEXICON))
"""Resources that extract nothing: what is stored was prepared."""


def record(number: int = 1, **fields: object) -> dict[str, object]:
    """Return a record whose text has mentions and statements."""
    text = f"{SAID} It is day {number}."
    return {"id": str(number), "title": f"Amsel {number}", "source": "harbour-gazette", "text": text, **fields}


def prepared(*lines: object, resources: Resources = OWN) -> list[PreparedLine]:
    """Return the lines of a file, given as bytes or as records, for a later load."""
    content = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(prepare_lines(io.BytesIO(b"\n".join(content)), "a.jsonl", CONTEXT, resources))


def annotation_of(line: PreparedLine) -> dict[str, Any]:
    """Return the annotation in a line."""
    annotation: dict[str, Any] = json.loads(line.line)["annotation"]
    return annotation


def load_files(database: Path, *files: Path, resources: Resources = OWN) -> tuple[LoadSummary, list[str]]:
    """Load files; return the summary, and the notes of their records."""
    notes: list[str] = []
    with writing(database) as engine:
        records = []
        for item in read_paths(files, overrides=Overrides()):
            notes += getattr(item, "notes", ())
            records.append(item)
        return load(engine, records, resources), notes


def write(path: Path, lines: list[PreparedLine]) -> Path:
    """Write lines to a file."""
    path.write_bytes(b"".join(line.line + b"\n" for line in lines))
    return path


def test_pieces_load_as_the_same_database(database: Path, tmp_path: Path) -> None:
    """Nothing is extracted again, and refusals keep their lines."""
    records = [record(number, published="2019-03-04", language="en") for number in range(6)]
    whole = tmp_path / "whole.jsonl"
    whole.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    pieces = [write(tmp_path / f"{start}.jsonl", prepared(*records[start : start + 2])) for start in (0, 2, 4)]
    direct = database.with_name("direct.db")
    direct.write_bytes(database.read_bytes())
    load_files(direct, whole)
    summary, notes = load_files(database, *pieces, resources=FAULTY)
    assert (summary.loaded, list(summary.refused), notes) == (6, [], [])
    assert natural(database) == natural(direct)
    assert natural(database)["revision"][0]["statement"] != []


@pytest.mark.unmeasured
def test_many_odd_texts_load_as_the_same_database(database: Path, tmp_path: Path) -> None:
    """With local entities, their other names, names across lines, and names that several articles share."""
    odd = ["Gen. Ada\nByrne", "Vellandian Quay Council (VQC)", "VQC", "Twin Quay", "É́lan Ž.", "Captain Jo Lindqvall"]
    texts = [f"{name} met {other} at Amsel. {name} said “no”, said {other}." for name in odd for other in odd]
    records = [record(number, title=text[:40], text=f"{text} {SAID}") for number, text in enumerate(texts * SOAK)]
    whole = tmp_path / "whole.jsonl"
    whole.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    direct = database.with_name("direct.db")
    direct.write_bytes(database.read_bytes())
    load_files(direct, whole)
    load_files(database, write(tmp_path / "piece.jsonl", prepared(*records)), resources=FAULTY)
    assert natural(database) == natural(direct)
    assert any(row["local"] for row in natural(database)["entity"])


def test_an_annotation_is_one_more_key() -> None:
    """The others stay as they are, in whatever script."""
    one = record(published="2019-03-04", shelf={"a": [1, 2.5, None]}, title="Ełk, Łódź")
    (line,) = prepared(one)
    assert (line.is_annotated, line.refusal) == (True, None)
    document = json.loads(line.line)
    assert annotation_of(line)["extractor"] == OWN.extractor
    amsel = ["text", start := SAID.index("Amsel"), start + 5, "place", "name", "amsel"]
    assert amsel in [mention[:6] for mention in annotation_of(line)["mentions"]]
    del document["annotation"]
    assert document == one
    assert list(document) == list(one)
    assert "Łódź" in line.line.decode()


def test_another_annotation_is_replaced() -> None:
    (line,) = prepared(record())
    (again,) = prepared(line.line, resources=replace(OWN, extractor=OTHER))
    assert again.line == line.line.replace(OWN.extractor.encode(), OTHER.encode())
    assert again.line != line.line


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"  ",
        json.dumps(record(entities=[])).encode(),
        json.dumps({"articles": [record(1), record(2)]}).encode(),
        json.dumps({"article": record()}).encode(),
        b'{"@type": "Person", "name": "Ada Byrne"}',
    ],
)
def test_what_has_no_text_to_extract_stays_as_it_is(line: bytes) -> None:
    (_, middle, last) = prepared(record(1), line, record(2))
    assert (middle.line, middle.is_annotated, middle.refusal) == (line.strip() and line, False, None)
    assert last.is_annotated


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no JSON", "invalid JSON at column 1"),
        (b"[]", "the line is []: expected a JSON object"),
        (b'{"title": "T", "source": "s"}', "text is None: expected a value"),
        (b'{"title": "\xff"}', "byte 0xff at 11 is not UTF-8"),
    ],
)
def test_what_a_load_will_refuse_stays_as_it_is(line: bytes, reason: str) -> None:
    """And the reason is told."""
    (result,) = prepared(line)
    assert (result.line, result.is_annotated) == (line, False)
    assert result.refusal is not None
    assert result.refusal.reason.startswith(reason)
    assert str(result.refusal.origin) == "a.jsonl:1"


def test_a_text_that_cannot_be_annotated_stays_as_it_is() -> None:
    (line,) = prepared(record(), resources=FAULTY)
    assert json.loads(line.line) == record()
    assert line.refusal is not None
    assert line.refusal.reason == "could not be annotated (IndexError: Amsel 1); please report this"


def test_a_line_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.input.decoding.MAX_RECORD_BYTES", 300)
    long, short = prepared(record(shelf="x" * 300), record())
    assert (long.line, long.refusal and long.refusal.reason[:20]) == (b"", "the line is too long")
    assert short.is_annotated


def test_a_line_that_would_become_too_long_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A load extracts its text."""
    monkeypatch.setattr(prepare, "MAX_RECORD_BYTES", 300)
    (line,) = prepared(record())
    assert (json.loads(line.line), line.is_annotated, line.refusal) == (record(), False, None)


def test_a_line_that_would_have_too_many_nodes_stays_as_it_is() -> None:
    (line,) = prepared(record(shelf=[[]] * 199_950))
    assert (line.is_annotated, line.refusal) == (False, None)


def test_an_unpaired_surrogate_under_an_ignored_key_is_kept() -> None:
    (line,) = prepared(json.dumps(record(shelf="\ud83d")).encode())
    assert line.is_annotated
    assert b'"shelf":"\\ud83d"' in line.line


def test_an_annotation_of_another_extractor_is_ignored(database: Path, tmp_path: Path) -> None:
    """With a note; the text is extracted."""
    file = write(tmp_path / "a.jsonl", prepared(record(1), record(2)))
    line = json.loads(file.read_bytes().splitlines()[0])
    line["annotation"]["mentions"] = []
    file.write_text(json.dumps(line), encoding="utf-8")
    summary, _ = load_files(database, file, resources=replace(OWN, extractor=OTHER))
    assert list(summary.notes.lines()) == [f"note {file}:1: {FOREIGN_ANNOTATION_NOTE}"]
    assert natural(database)["revision"][0]["mention"] != []


def test_names_of_unknown_entities_are_kept_as_they_are() -> None:
    """Even across lines."""
    text = "The Harbour\nWorkers’ Union met. The HWU left."
    entity = LocalEntity(
        "harbour-workers-union--x", "Harbour\nWorkers’ Union", EntityType.ORGANIZATION, ("HWU", "H. W.")
    )
    mention = ExtractedMention(
        "text", 4, 26, text[4:26], entity.type, MentionKind.NAME, entity.id, rule="runs", confidence=0.7
    )
    annotation = Annotation((mention,), (), (entity,))
    value = json.loads(json.dumps(annotation_document(OTHER, "Union", text, annotation)))
    article = RawArticle(Origin("a.jsonl", 1), "Union", text, "harbour-gazette")
    assert with_annotation(article, value).prepared == PreparedAnnotation(OTHER, annotation)


FAULTS: dict[str, tuple[str, object]] = {
    "mentions is None: expected a list of lists of field, start": ("mentions", None),
    "mentions is [[1]]: expected a list of lists": ("mentions", [[1]]),
    "mentions[0].field is 'lead': expected one of title, text": (
        "mentions",
        [["lead", 0, 3, "person", "name", None, "r", 1]],
    ),
    "mentions[0] is [0, 9999]: expected start and end in the text": (
        "mentions",
        [["text", 0, 9999, "person", "name", None, "r", 1]],
    ),
    "mentions[0] is ['0', 1]: expected start and end": ("mentions", [["text", "0", 1, "person", "name", None, "r", 1]]),
    "mentions[0].type is 'ship': expected": ("mentions", [["text", 0, 3, "ship", "name", None, "r", 1]]),
    "statements is 'none': expected a list of lists of field": ("statements", "none"),
    "entities is [['a', 'A', 'person']]: expected a list of lists of id, name": ("entities", [["a", "A", "person"]]),
    "aliases is 'B': expected a list of names": ("entities", [["a", "A", "person", "B"]]),
    "name is '': expected a name": ("entities", [["a", "", "person", []]]),
    "type is 'ship': expected": ("entities", [["a", "A", "ship", []]]),
    "another title or text": ("texts", "0"),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_a_faulty_annotation_is_ignored(database: Path, tmp_path: Path, reason: str) -> None:
    """With a note; the text is extracted."""
    (line,) = prepared(record())
    document = json.loads(line.line)
    key, value = FAULTS[reason]
    document["annotation"][key] = value
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(document), encoding="utf-8")
    summary, notes = load_files(database, file)
    assert summary.loaded == 1
    (note,) = notes
    assert note.startswith(f"the annotation is ignored, and its text extracted: {reason}")
    assert natural(database)["revision"][0]["statement"] != []


def test_an_annotation_of_an_edited_text_is_ignored(database: Path, tmp_path: Path) -> None:
    (line,) = prepared(record())
    file = tmp_path / "a.jsonl"
    file.write_bytes(line.line.replace(b"It is day 1", b"It is day 2"))
    _, notes = load_files(database, file)
    assert notes == ["the annotation is ignored, and its text extracted: another title or text"]


@pytest.mark.parametrize("annotation", ["a note", {"extractor": "spacy"}])
def test_an_annotation_of_another_tool_is_a_key_that_is_ignored(
    database: Path, tmp_path: Path, annotation: object
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(record(annotation=annotation)), encoding="utf-8")
    _, notes = load_files(database, file)
    assert notes == ["ignored keys: annotation"]
