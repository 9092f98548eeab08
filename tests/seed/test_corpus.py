"""The collection that ships: five digests in our own words, and what the extractor has to find in them."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.models import POSTED_KINDS, TextKind
from seed.extract import Annotator
from seed.extract.lexicon.lexicon import load_lexicon
from seed.readers import Overrides, read
from seed.readers.formats.markdown import split
from seed.readers.outlets import load_sources
from seed.records import Annotation, RawArticle

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT.parent / "shared" / "seeds"
RECORDS = sorted((ROOT / "seed" / "corpus").glob("*.md"))
LEXICON = load_lexicon()
ANNOTATOR = Annotator(LEXICON)


@pytest.fixture(params=RECORDS, ids=lambda path: path.stem)
def record(request: pytest.FixtureRequest) -> RawArticle:
    """Read one record of the collection."""
    (article,) = read([request.param], overrides=Overrides())
    assert isinstance(article, RawArticle), article
    return article


@pytest.fixture
def front(record: RawArticle) -> dict[str, Any]:
    """Read its front matter."""
    return split(Path(record.origin.path).read_text(encoding="utf-8"))[0]


@pytest.fixture
def annotation(record: RawArticle) -> Annotation:
    """Annotate it."""
    return ANNOTATOR.annotate(title=record.title, text=record.text)


def names_of(entity: str | None, annotation: Annotation) -> set[str]:
    """Return all names of an entity, of the lexicon or local."""
    local = {name for found in annotation.entities if found.id == entity for name in (found.name, *found.aliases)}
    known = LEXICON.entities.get(entity or "")
    return local if known is None else {known.name, *known.all_names}


def spoken(text: str) -> str:
    """Return the words of a text alone, in lower case, with a space around each."""
    return " " + " ".join(re.findall(r"[\w']+", text.replace("’", "'").casefold())) + " "


def runs(text: str, names: list[str], *, length: int = 6) -> set[tuple[str, ...]]:
    """Return all runs of so many words, a name counting as one word: names are facts and nobody's wording."""
    plain = spoken(text)
    for name in names:
        plain = plain.replace(spoken(name), " ~ ")
    found = plain.split()
    return {tuple(found[start : start + length]) for start in range(len(found) - length + 1)}


def test_five_records_ship() -> None:
    assert len(RECORDS) == 5


def test_a_record_is_a_dated_digest_of_a_known_outlet(record: RawArticle) -> None:
    assert record.text_kind is TextKind.DIGEST
    assert record.source in {entry.name for entry in load_sources().entries.values()}
    assert (record.language, record.rights) == ("en", "Digest written for Dateline; CC0-1.0")
    assert record.published.on is not None
    assert record.origin.path.endswith(".md")
    assert Path(record.origin.path).name.startswith(record.published.on)
    assert 120 <= len(record.text.split()) <= 220


def test_every_listed_name_is_found_as_what_it_is(front: dict[str, Any], annotation: Annotation) -> None:
    found = {
        (mention.type.value, name)
        for mention in annotation.mentions
        if mention.kind in POSTED_KINDS
        for name in names_of(mention.entity, annotation)
    }
    listed = {(kind, name) for kind, names in front["names"].items() for name in names}
    assert listed - found == set()


def test_every_listed_attribution_is_found(front: dict[str, Any], annotation: Annotation) -> None:
    found = {
        (name, statement.cue) for statement in annotation.statements for name in names_of(statement.speaker, annotation)
    }
    assert {(item["speaker"], item["cue"]) for item in front["statements"]} - found == set()


def test_every_mention_is_where_it_says(record: RawArticle, annotation: Annotation) -> None:
    fields = {"title": record.title, "text": record.text}
    assert annotation.mentions
    assert all(fields[mention.field][mention.start : mention.end] == mention.text for mention in annotation.mentions)


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the full texts are not here: they are their publishers'")
def test_no_wording_of_the_reports_is_repeated(record: RawArticle, front: dict[str, Any]) -> None:
    names = sorted((name for listed in front["names"].values() for name in listed), key=len, reverse=True)
    for path in sorted(REPORTS.glob("*.txt")):
        assert runs(record.text, names) & runs(path.read_text(encoding="utf-8"), names) == set()
