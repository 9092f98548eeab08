"""An error that no reader foresaw is the refusal of one record, or of the rest of its file; it never ends a load."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from seed.fetch.client import FetchResult
from seed.pipeline.language import detect_missing_languages
from seed.pipeline.links import resolve_links
from seed.readers import Overrides, read_paths
from seed.readers.context import ReaderContext
from seed.readers.input.archives import InputFile
from seed.readers.input.byte_counter import ByteCounter
from seed.readers.inputs import read_as_format
from seed.readers.outlets import SourceEntry, Sources
from seed.records import FetchedDocument, Link, Origin, RawArticle, Refusal, Visit, VisitEnd

BROKEN = "Broken Source"


class FaultySources(Sources):
    """Fails for one source."""

    def find(self, name: str) -> SourceEntry | None:
        """Return None; raise KeyError for the source that fails."""
        if "broken" in name.lower():
            raise KeyError(name)
        return None

    def knows(self, name: str) -> bool:
        """Return False; raise KeyError for the source that fails."""
        return self.find(name) is not None


CONTEXT = ReaderContext({}, FaultySources({}), ())


class FaultyStream(BytesIO):
    """Ends with an error."""

    error: type[Exception] = IndexError

    def readline(self, *_size: Any) -> bytes:  # noqa: ANN401 - as declared there
        """Return the next line; raise the error at the end."""
        line = super().readline(*_size)
        if not line:
            raise self.error("the end")
        return line


def read(name: str, format_name: str, content: str) -> list[RawArticle | Refusal]:
    file = InputFile(name, content.encode(), BytesIO(content.encode()))
    return [item for item in read_as_format(format_name, file, CONTEXT) if isinstance(item, RawArticle | Refusal)]


def json_record(number: int, author: str) -> str:
    return f'{{"title": "Ferry {number}", "source": "Gazette", "text": "It sails.", "author": "{author}"}}'


ENTRY = "<item><title>{0}</title><link>http://{0}.example/1</link><description>It sails.</description></item>"

MANY = {
    ("a.jsonl", "json-lines"): "\n".join([json_record(1, "Ada"), json_record(2, BROKEN), json_record(3, "Jo")]),
    ("a.json", "json"): f"[{json_record(1, 'Ada')}, {json_record(2, BROKEN)}, {json_record(3, 'Jo')}]",
    ("a.csv", "csv"): f"title,source,text,author\nF,G,It sails.,Ada\nF,G,It sails.,{BROKEN}\nF,G,It sails.,Jo\n",
    ("a.rss", "feed"): "<rss version='2.0'><channel><title>G</title>"
    + "".join(map(ENTRY.format, ("ferry", "broken", "tide")))
    + "</channel></rss>",
}


@pytest.mark.parametrize(("name", "format_name"), MANY)
def test_one_record_is_refused_where_a_file_has_many(name: str, format_name: str) -> None:
    first, refusal, last = read(name, format_name, MANY[name, format_name])
    assert (type(first), type(last)) == (RawArticle, RawArticle)
    assert isinstance(refusal, Refusal)
    assert refusal.origin == Origin(name, 3 if format_name == "csv" else 2)
    assert refusal.reason.startswith("could not be read (KeyError: ")


def test_a_file_of_one_article_is_refused() -> None:
    page = f'<title>Ferry</title><meta property="og:site_name" content="{BROKEN}"><article><h1>Ferry</h1><p>It sails.'
    assert read("a.html", "html", page) == [
        Refusal(Origin("a.html"), "could not be read (KeyError: 'Broken Source'); please report this")
    ]


def test_the_rest_of_a_file_is_one_refusal() -> None:
    """The records before it are loaded."""
    content = "\n".join(json_record(number, "Ada") for number in (1, 2)) + "\n"
    file = InputFile("a.jsonl", b"", FaultyStream(content.encode()))
    *articles, refusal = read_as_format("json-lines", file, CONTEXT)
    assert [str(article.origin) for article in articles] == ["a.jsonl:1", "a.jsonl:2"]
    reason = "could not be read after a.jsonl:2 (IndexError: the end); please report this"
    assert refusal == Refusal(Origin("a.jsonl"), reason)


@pytest.mark.parametrize("error", [MemoryError, OSError])
def test_errors_of_memory_and_disk_are_no_refusals(error: type[Exception]) -> None:
    stream = FaultyStream()
    stream.error = error
    with pytest.raises(error):
        list(read_as_format("json-lines", InputFile("a.jsonl", b"", stream), CONTEXT))


class FaultyCounter(ByteCounter):
    """Fails for one file."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    @contextmanager
    def open(self, path: Path) -> Iterator[BinaryIO]:
        """Open a file; raise the error for one of them."""
        if path.name == "a.jsonl":
            raise self.error
        with super().open(path) as stream:
            yield stream


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (IndexError("a.jsonl"), "could not be read (IndexError: a.jsonl); please report this"),
        (PermissionError(13, "Permission denied"), "cannot be read: Permission denied"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, error: Exception, reason: str) -> None:
    """The next file is read."""
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(json_record(1, "Ada"), encoding="utf-8")
    refusal, article = read_paths([tmp_path], overrides=Overrides(), byte_counter=FaultyCounter(error))
    assert refusal == Refusal(Origin(str(tmp_path / "a.jsonl")), reason)
    assert isinstance(article, RawArticle)


def test_a_text_whose_language_cannot_be_detected_is_refused() -> None:
    article = RawArticle(Origin("a.jsonl", 2), "Ferry", cast("str", 5), "Gazette")
    (refusal,) = detect_missing_languages([article])
    assert isinstance(refusal, Refusal)
    assert str(refusal.origin) == "a.jsonl:2"
    assert "could not be read (TypeError: " in refusal.reason


def test_a_fetched_document_that_cannot_be_read_is_refused() -> None:
    """Its visit is reported after the refusal, so it is not stored."""
    url = "http://harbour.example/a"
    document = FetchedDocument(url, url, "text/html", None, cast("bytes", None), 0)
    visit = Visit(url, None, None, 0, 200, "ab")
    items = resolve_links([Link(Origin(url), url)], lambda _url: FetchResult(document, visit), CONTEXT)
    refusal, end = items
    assert isinstance(refusal, Refusal)
    assert (refusal.origin, end) == (Origin(url), VisitEnd(Origin(url), visit))
    assert "could not be read (" in refusal.reason
