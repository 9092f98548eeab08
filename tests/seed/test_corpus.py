"""The shipped collection: five digests in our own words, and the annotations that they must have."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.models import POSTED_KINDS, TextKind
from seed.extract import Annotator
from seed.extract.lexicon.lexicon import Lexicon
from seed.readers import Overrides, read_paths
from seed.readers.formats.markdown import split
from seed.readers.outlets import load_sources
from seed.records import Annotation, RawArticle

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT.parent / "shared" / "seeds"
RECORDS = sorted((ROOT / "seed" / "corpus").glob("*.md"))


@pytest.fixture(params=RECORDS, ids=lambda path: path.stem)
def record(request: pytest.FixtureRequest) -> RawArticle:
    """Read one record of the collection."""
    (article,) = read_paths([request.param], overrides=Overrides())
    assert isinstance(article, RawArticle), article
    return article


@pytest.fixture
def front_matter(record: RawArticle) -> dict[str, Any]:
    """Read its front matter."""
    return split(Path(record.origin.path).read_text(encoding="utf-8"))[0]


@pytest.fixture
def annotation(record: RawArticle, shipped_annotator: Annotator) -> Annotation:
    """Annotate it."""
    return shipped_annotator.annotate(title=record.title, text=record.text)


def names_of(entity: str | None, annotation: Annotation, lexicon: Lexicon) -> set[str]:
    """Return all names of an entity, of the lexicon or local."""
    local_names = {name for local in annotation.entities if local.id == entity for name in (local.name, *local.aliases)}
    known = lexicon.entities.get(entity or "")
    return local_names if known is None else {known.name, *known.all_names}


def plain_words(text: str) -> str:
    """Return only the words of a text, in lower case, with a space around each."""
    return " " + " ".join(re.findall(r"[\w']+", text.replace("’", "'").casefold())) + " "


def word_sequences(text: str, names: list[str], *, length: int = 6) -> set[tuple[str, ...]]:
    """Return all sequences of `length` words; a name counts as one word, as names are facts and not wording."""
    plain = plain_words(text)
    for name in names:
        plain = plain.replace(plain_words(name), " ~ ")
    words = plain.split()
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


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


def test_every_listed_name_is_found_with_its_type(
    front_matter: dict[str, Any], annotation: Annotation, shipped_lexicon: Lexicon
) -> None:
    found = {
        (mention.type.value, name)
        for mention in annotation.mentions
        if mention.kind in POSTED_KINDS
        for name in names_of(mention.entity, annotation, shipped_lexicon)
    }
    listed = {(kind, name) for kind, names in front_matter["names"].items() for name in names}
    assert listed - found == set()


def test_every_listed_attribution_is_found(
    front_matter: dict[str, Any], annotation: Annotation, shipped_lexicon: Lexicon
) -> None:
    found = {
        (name, statement.cue)
        for statement in annotation.statements
        for name in names_of(statement.speaker, annotation, shipped_lexicon)
    }
    assert {(item["speaker"], item["cue"]) for item in front_matter["statements"]} - found == set()


def test_every_mention_is_at_its_offsets(record: RawArticle, annotation: Annotation) -> None:
    fields = {"title": record.title, "text": record.text}
    assert annotation.mentions
    assert all(fields[mention.field][mention.start : mention.end] == mention.text for mention in annotation.mentions)


@pytest.mark.skipif(not REPORTS.is_dir(), reason="the full texts, which belong to their publishers, are not available")
def test_no_wording_of_the_reports_is_copied(record: RawArticle, front_matter: dict[str, Any]) -> None:
    names = sorted((name for listed in front_matter["names"].values() for name in listed), key=len, reverse=True)
    for path in sorted(REPORTS.glob("*.txt")):
        assert word_sequences(record.text, names) & word_sequences(path.read_text(encoding="utf-8"), names) == set()
