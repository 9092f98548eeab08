"""Whatever a file contains, reading it yields articles and refusals, never an error."""

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.readers import FORMATS, Overrides, read_paths
from seed.readers.context import ReaderContext
from seed.readers.dates.facts import load_facts
from seed.readers.outlets import load_sources
from seed.readers.registry import FORMAT_BY_SUFFIX
from seed.records import Link, NoArticle, ReadItem, Refusal

SAMPLES = {
    ".urls": b"# Two\nhttps://harbour-gazette.example/a?b=c\n\nhttp://bay-courier.example/\n",
    ".md": b"---\ntitle: Ferry\nsource: Gazette\nauthors: [A B]\npublished: 2019-03-04T01:02Z\nzone: UTC\n---\nText.\n",
    ".jsonl": b'{"title": "Ferry", "source": "G", "published": "2019", "text": "Ada B.",'
    b' "entities": [{"name": "Ada B", "type": "person", "mentions": [[0, 5]]}]}\n',
    ".txt": b"Accessibility links\nFerries Sail\n\nBy Ada Byrne | March 4, 2019 | 6:30pm EST\nRow\nRow\n"
    b"( \xe2\x80\x93 On March 4 Putin marked his 60th birthday.\n\xe2\x80\x94 Ada Byrne, Jo Li\nMRC Store\n",
}
BYTES = st.binary(max_size=4) | st.sampled_from([b"\n", b"\0", b"\xed\xa0"])
EDITS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), BYTES), max_size=8)
TEXT = st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
SOURCES = load_sources()
FACTS = load_facts()


def edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Return the content with some bytes replaced by others."""
    for place, removed, added in edits:
        content = content[:place] + added + content[place + removed :]
    return content


def check(items: Iterator[ReadItem]) -> None:
    """Assert that the items could be stored."""
    for item in items:
        if isinstance(item, Refusal | NoArticle):
            assert item.reason
            assert item.reason.isprintable()
        elif isinstance(item, Link):
            assert item.url.isprintable()
        else:
            assert item.title.strip()
            assert item.text.strip()
            json.dumps([item.title, item.text, item.source, item.authors], ensure_ascii=False).encode()
            assert all(0 <= start < end <= len(item.text) for e in item.entities or () for start, end in e.mentions)


def read_bytes(suffix: str, content: bytes, **given: object) -> Iterator[ReadItem]:
    """Read a file with this suffix and content."""
    return FORMATS[FORMAT_BY_SUFFIX[suffix]].read(BytesIO(content), f"a{suffix}", ReaderContext(given, SOURCES, FACTS))


@given(suffix=st.sampled_from(sorted(SAMPLES)), edits=EDITS)
def test_an_edited_record_is_read_or_refused(suffix: str, edits: list[tuple[int, int, bytes]]) -> None:
    check(read_bytes(suffix, edited(SAMPLES[suffix], edits)))


@given(suffix=st.sampled_from(sorted(FORMAT_BY_SUFFIX)), content=st.binary(max_size=200) | TEXT)
def test_any_bytes_are_read_or_refused(suffix: str, content: bytes) -> None:
    check(read_bytes(suffix, content, source="rferl"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    fields=st.dictionaries(
        st.sampled_from(["id", "url", "published", "authors", "language", "rights", "text_kind", "entities", "title"]),
        JSON,
        max_size=3,
    )
)
def test_any_value_of_a_field_is_read_or_refused(fields: dict[str, object]) -> None:
    line = json.dumps({"title": "Ferry", "source": "G", "text": "A text.", **fields})
    check(read_bytes(".jsonl", line.encode()))


@pytest.mark.unmeasured
def test_a_large_file_is_read_record_by_record(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(SAMPLES[".jsonl"] * 1_000)
    reading = read_paths([path], overrides=Overrides())
    next(reading)
    path.unlink()
    assert sum(1 for _ in reading) == 999
