"""Languages that are detected, what becomes of them when an article comes again, and who gets to know."""

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from py3langid.langid import LanguageIdentifier
from starlette.testclient import TestClient

from seed.cli.inspection import inspected
from seed.maintenance.reannotate import reannotate
from seed.pipeline.language import ENOUGH, SURE, language_of, likeliest, with_doubts, with_languages
from seed.records import Origin, RawArticle, Record, Refusal
from tests.conftest import app_for
from tests.seed.languages import DOUBTFUL, TEXTS, pieces
from tests.seed.loading import RESOURCES, digest, dump, load_into, report, writing


def with_language(record: RawArticle) -> RawArticle:
    """Return the record as a load gets it."""
    (found,) = with_languages([record])
    assert isinstance(found, RawArticle)
    return found


@pytest.mark.parametrize("language", TEXTS)
def test_a_report_is_read_in_its_language(language: str) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize("name", DOUBTFUL)
def test_of_a_doubtful_text_no_language_is_told(name: str) -> None:
    assert language_of(DOUBTFUL[name]) is None


@pytest.mark.parametrize(("text", "language"), [("x" * (ENOUGH - 1), None), (TEXTS["en"][:ENOUGH], "en")])
def test_a_text_must_be_long_enough(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_no_piece_that_is_long_enough_is_surely_read_wrongly() -> None:
    """And nine in ten are read: the numbers of docs/reference/input-formats.md."""
    read = [(language, likeliest(piece)) for language, text in TEXTS.items() for piece in pieces(text, ENOUGH)]
    sure = [(language, found) for language, (found, certainty) in read if certainty >= SURE]
    assert [pair for pair in sure if pair[0] != pair[1]] == []
    assert len(sure) > 0.9 * len(read)


def test_a_record_that_declares_nothing_gets_the_language_of_its_text() -> None:
    """And only it; what is no record passes."""
    others: list[Record] = [report(text=TEXTS["fr"], language="en"), Refusal(Origin("a"), "no JSON")]
    found, *rest = with_languages([report(text=TEXTS["fr"]), *others])
    assert found == report(text=TEXTS["fr"], language="fr", language_detected=True)
    assert rest == others


def test_the_model_is_let_go_when_all_is_read() -> None:
    """A publish follows, which needs the memory."""
    read = with_languages([report(text=TEXTS["fr"]), report()])
    next(read)
    assert [one for one in gc.get_objects() if type(one) is LanguageIdentifier]
    assert len(list(read)) == 1
    assert not [one for one in gc.get_objects() if type(one) is LanguageIdentifier]


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (report(text=TEXTS["uk"]), "  language   uk  [detected in the text]"),
        (report(), "  language   –  [nothing in the file says, and the text is too short to tell by]"),
        (
            report(text=DOUBTFUL["names"], missing={"language": "not on the page"}),
            "  language   –  [not on the page, and the text is not surely in one language]",
        ),
    ],
)
def test_a_person_is_told(record: RawArticle, line: str) -> None:
    assert line in list(inspected(with_language(record)))


@pytest.mark.parametrize(
    ("declared", "text", "notes"),
    [
        ("en-GB", TEXTS["ar"], ("declared to be in en-GB, but reads as ar",)),
        ("AR", TEXTS["ar"], ()),
        ("nb-NO", TEXTS["no"], ()),
        ("hr", DOUBTFUL["names"], ()),
        (None, TEXTS["ar"], ()),
    ],
)
def test_a_declaration_that_the_text_contradicts_is_noted(
    declared: str | None, text: str, notes: tuple[str, ...]
) -> None:
    """And stands."""
    record = with_language(report(text=text, language=declared))
    doubted = with_doubts(record)
    assert doubted == record
    assert doubted.notes == notes


FRENCH = report(text=TEXTS["fr"])
UNSURE = report(text="Le ferry.")
LOADS: dict[str, tuple[list[RawArticle], tuple[str | None, bool], int]] = {
    "the same again": ([FRENCH, FRENCH], ("fr", True), 1),
    "a declaration wins": ([FRENCH, report(text=TEXTS["fr"], language="oc")], ("oc", False), 2),
    "and the same one is news": ([FRENCH, report(text=TEXTS["fr"], language="fr")], ("fr", False), 2),
    "it stands": ([report(text=TEXTS["fr"], language="oc"), FRENCH], ("oc", False), 1),
    "for another text, too": ([report(language="oc"), FRENCH], ("oc", False), 2),
    "another text is read anew": ([FRENCH, report(text=TEXTS["de"])], ("de", True), 2),
    "and may be in none": ([FRENCH, UNSURE], (None, False), 2),
    "or be the first in one": ([UNSURE, FRENCH], ("fr", True), 2),
    "a digest in another": ([FRENCH, digest(text=TEXTS["en"])], ("fr", True), 1),
    "a full text in another": ([digest(text=TEXTS["en"]), FRENCH], ("fr", True), 2),
    "a digest that declares": ([FRENCH, digest(text=TEXTS["en"], language="br")], ("br", False), 2),
}


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("name", LOADS)
def test_an_article_comes_again(database: Path, name: str, together: bool) -> None:
    """In loads of their own or in one, where only the last is written."""
    records, language, revisions = LOADS[name]
    for some in [records] if together else [[record] for record in records]:
        load_into(database, map(with_language, some))
    rows = dump(database)["revision"]
    assert (rows[-1]["language"], rows[-1]["language_detected"]) == language
    assert len(rows) == (1 if together else revisions)


def test_what_was_loaded_without_a_language_is_given_one(database: Path) -> None:
    """By `reannotate`, and once; what was declared stays."""
    load_into(database, [FRENCH, report("Tide", text=TEXTS["de"], language="en"), report("Quay")])
    with writing(database) as engine:
        found = [reannotate(engine, RESOURCES) for _ in range(2)]
    assert [(done.updated, done.unchanged) for done in found] == [(1, 2), (0, 3)]
    assert [language["id"] for language in languages(database)] == ["en", "fr"]


def languages(database: Path) -> list[dict[str, Any]]:
    with TestClient(app_for(database)) as client:
        found: list[dict[str, Any]] = client.get("/v1/articles?facet=language").json()["facets"]["language"]
    return found


def test_clients_see_what_was_detected(database: Path) -> None:
    """In lists, exports, the article itself and what changed; also when the same language is declared later."""
    load_into(database, [with_language(FRENCH), report("Quay")])
    load_into(database, [replace(FRENCH, language="fr")])
    with TestClient(app_for(database)) as client:
        items = client.get("/v1/articles").json()["items"]
        id_ = next(item["id"] for item in items if item["language"])
        versions = client.get(f"/v1/articles/{id_}/versions").json()["items"]
        before = client.get(f"/v1/articles/{id_}?as_of=1").json()
        rows = client.get("/v1/articles.csv?language=fr").text.splitlines()
    assert {(item["language"], item["language_basis"]) for item in items} == {("fr", "metadata"), (None, None)}
    assert (before["language"], before["language_basis"]) == ("fr", "detected")
    assert versions[0]["changed"] == ["language"]
    assert rows[1].endswith(",metadata")
