"""Language detection, its result when an article is loaded again, and where it is reported."""

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from py3langid.langid import LanguageIdentifier
from starlette.testclient import TestClient

from seed.cli.inspection import inspect_record
from seed.maintenance.reannotate import reannotate
from seed.pipeline.language import (
    MIN_CERTAINTY,
    MIN_TEXT_LENGTH,
    detect_language,
    detect_missing_languages,
    most_likely_language,
    note_language_mismatch,
)
from seed.records import Origin, RawArticle, Record, Refusal
from tests.conftest import app_for
from tests.seed.languages import DOUBTFUL, TEXTS, pieces
from tests.seed.loading import RESOURCES, digest, dump, load_into, report, writing


def with_language(record: RawArticle) -> RawArticle:
    """Return the record with its detected language, as a load does."""
    (detected,) = detect_missing_languages([record])
    assert isinstance(detected, RawArticle)
    return detected


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_report_is_detected(language: str) -> None:
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize("name", DOUBTFUL)
def test_no_language_is_detected_in_a_doubtful_text(name: str) -> None:
    assert detect_language(DOUBTFUL[name]) is None


@pytest.mark.parametrize(
    ("text", "language"), [("x" * (MIN_TEXT_LENGTH - 1), None), (TEXTS["en"][:MIN_TEXT_LENGTH], "en")]
)
def test_a_text_must_be_long_enough(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_no_piece_that_is_long_enough_is_misclassified() -> None:
    """And nine in ten are classified: the numbers in docs/reference/input-formats.md."""
    read = [
        (language, most_likely_language(piece))
        for language, text in TEXTS.items()
        for piece in pieces(text, MIN_TEXT_LENGTH)
    ]
    certain = [(language, detected) for language, (detected, certainty) in read if certainty >= MIN_CERTAINTY]
    assert [pair for pair in certain if pair[0] != pair[1]] == []
    assert len(certain) > 0.9 * len(read)


def test_a_record_that_declares_no_language_gets_that_of_its_text() -> None:
    """Records that declare one, and refusals, stay as they are."""
    others: list[Record] = [report(text=TEXTS["fr"], language="en"), Refusal(Origin("a"), "no JSON")]
    detected, *unchanged = detect_missing_languages([report(text=TEXTS["fr"]), *others])
    assert detected == report(text=TEXTS["fr"], language="fr", language_detected=True)
    assert unchanged == others


@pytest.fixture
def own_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the model as a process does, not the one that the tests share."""
    shared = LanguageIdentifier.from_model_file
    shared.cache_clear()
    monkeypatch.setattr(LanguageIdentifier, "from_model_file", shared.__wrapped__)


@pytest.mark.unmeasured
@pytest.mark.usefixtures("own_model")
def test_the_model_is_freed_when_everything_is_read() -> None:
    """The publish that follows needs the memory."""
    read = detect_missing_languages([report(text=TEXTS["fr"]), report()])
    next(read)
    assert [one for one in gc.get_objects() if type(one) is LanguageIdentifier]
    assert len(list(read)) == 1
    assert not [one for one in gc.get_objects() if type(one) is LanguageIdentifier]


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (report(text=TEXTS["uk"]), "  language   uk  [detected in the text]"),
        (report(), "  language   –  [not in the file, and the text is too short to detect it]"),
        (
            report(text=DOUBTFUL["names"], missing={"language": "not on the page"}),
            "  language   –  [not on the page, and the text is not clearly in one language]",
        ),
    ],
)
def test_inspection_shows_the_result(record: RawArticle, line: str) -> None:
    assert line in list(inspect_record(with_language(record)).lines())


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
    """And the declaration is kept."""
    record = with_language(report(text=text, language=declared))
    noted = note_language_mismatch(record)
    assert noted == record
    assert noted.notes == notes


FRENCH = report(text=TEXTS["fr"])
UNSURE = report(text="Le ferry.")
LOADS: dict[str, tuple[list[RawArticle], tuple[str | None, bool], int]] = {
    "the same again": ([FRENCH, FRENCH], ("fr", True), 1),
    "a declaration wins": ([FRENCH, report(text=TEXTS["fr"], language="oc")], ("oc", False), 2),
    "a declaration of the same language is a change": (
        [FRENCH, report(text=TEXTS["fr"], language="fr")],
        ("fr", False),
        2,
    ),
    "a declaration is kept": ([report(text=TEXTS["fr"], language="oc"), FRENCH], ("oc", False), 1),
    "a declaration is kept for another text": ([report(language="oc"), FRENCH], ("oc", False), 2),
    "another text is detected again": ([FRENCH, report(text=TEXTS["de"])], ("de", True), 2),
    "another text without a clear language": ([FRENCH, UNSURE], (None, False), 2),
    "another text with a clear language": ([UNSURE, FRENCH], ("fr", True), 2),
    "a digest in another language": ([FRENCH, digest(text=TEXTS["en"])], ("fr", True), 1),
    "a full text in another language": ([digest(text=TEXTS["en"]), FRENCH], ("fr", True), 2),
    "a digest with a declaration": ([FRENCH, digest(text=TEXTS["en"], language="br")], ("br", False), 2),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("name", LOADS)
def test_an_article_is_loaded_again(database: Path, name: str, together: bool) -> None:
    """In separate loads, or in one, which writes only the last content."""
    records, language, revisions = LOADS[name]
    for batch in [records] if together else [[record] for record in records]:
        load_into(database, map(with_language, batch))
    rows = dump(database)["revision"]
    assert (rows[-1]["language"], rows[-1]["language_detected"]) == language
    assert len(rows) == (1 if together else revisions)


def test_reannotate_detects_missing_languages(database: Path) -> None:
    """Once; declared languages stay."""
    load_into(database, [FRENCH, report("Tide", text=TEXTS["de"], language="en"), report("Quay")])
    with writing(database) as engine:
        summaries = [reannotate(engine, RESOURCES) for _ in range(2)]
    assert [(summary.updated, summary.unchanged) for summary in summaries] == [(1, 2), (0, 3)]
    assert [language["id"] for language in languages(database)] == ["en", "fr", "none"]


def languages(database: Path) -> list[dict[str, Any]]:
    with TestClient(app_for(database)) as client:
        values: list[dict[str, Any]] = client.get("/v1/articles?facet=language").json()["facets"]["language"]
    return values


def test_clients_see_detected_languages(database: Path) -> None:
    """In lists, exports, the article and its changes; also after the same language is declared later."""
    load_into(database, [with_language(FRENCH), report("Quay")])
    load_into(database, [replace(FRENCH, language="fr")])
    with TestClient(app_for(database)) as client:
        items = client.get("/v1/articles").json()["items"]
        id_ = next(item["id"] for item in items if item["language"])
        versions = client.get(f"/v1/articles/{id_}/versions").json()["items"]
        before = client.get(f"/v1/articles/{id_}?as_of=1").json()
        rows = client.get("/v1/articles.csv?language=fr&fields=language,language_basis").text.splitlines()
    assert {(item["language"], item["language_basis"]) for item in items} == {("fr", "metadata"), (None, None)}
    assert (before["language"], before["language_basis"]) == ("fr", "detected")
    assert versions[0]["changed"] == ["language"]
    assert rows == ["language,language_basis", "fr,metadata"]
