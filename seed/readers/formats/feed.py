"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, and JSON Feed; an entry an article, as much of it as the feed holds."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import feedparser

from app.models import Basis, TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.metadata import moment
from seed.readers.fields.article import article
from seed.readers.fields.mapping import people
from seed.readers.formats.json_lines import DECODER
from seed.readers.html_markup.tree import decoded_page, plain
from seed.readers.input.decoding import limited
from seed.readers.input.sandbox import guarded, in_a_process
from seed.readers.outlets import host
from seed.readers.validation import WrongValueError, absent
from seed.records import Origin, Published, RawArticle, Refusal

_LONGEST_WORD = 5_000  # Bytes: the library's search for an e-mail address in one takes the square of its length.

MOST_TAGS = 100_000
"""Tags of a feed; one of a thousand entries has a fifth of it."""

_SIGN = re.compile(
    # What was taken is never given back: comments could be divided in more ways than there is time to try.
    r"(?>(?><\?xml-stylesheet[^>]{0,500}>|<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|<!doctype\s++(?:rss|rdf)[^>\[]{0,300}>)\s*+)*+"
    r"<(?:rss|feed|rdf:RDF|(?:atom|a):feed)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON_SIGN = re.compile(r'\{[^{}\[\]]{0,4000}?"version"\s*:\s*"https?://jsonfeed\.org/version/')
_ENTITY = re.compile(r"<!\s*(?:ENTITY|ATTLIST|ELEMENT)\b", re.IGNORECASE)
_ENCODING = re.compile(r"\A(\s*+<\?xml[^>]{0,200}?)\sencoding=[\"'][^\"']{0,40}[\"']")
_GLOBAL = re.compile(r"https?://|urn:|tag:", re.IGNORECASE)

Entry = Mapping[str, Any]


def sign(text: str, _suffix: str) -> bool:
    """Whether text begins as a feed does."""
    return bool(_SIGN.match(text) or _JSON_SIGN.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The articles of a feed, named by their places from 1."""
    try:
        content = limited(stream)
        usual = max(map(len, content.split()), default=0) < _LONGEST_WORD
        yield from (guarded if usual else in_a_process)(read_feed, content, path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def read_feed(content: bytes, path: str, context: ReaderContext) -> list[RawArticle | Refusal]:
    """The articles of a feed's bytes."""
    try:
        text, notes = decoded_page(content, known=context.encoding is not None)
        feed, entries = _json_feed(text) if text.lstrip().startswith("{") else _xml_feed(text)
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]
    notes += feed.pop("notes", ())
    # Notes are about the feed, and said once.
    return [
        _article(Origin(path, number), entry, feed, context, notes if number == 1 else ())
        for number, entry in enumerate(entries, start=1)
    ]


def _article(
    origin: Origin, entry: Entry, feed: Entry, context: ReaderContext, notes: tuple[str, ...]
) -> RawArticle | Refusal:
    """The article of an entry in the terms of `_xml_feed` and `_json_feed`."""
    fields: dict[str, object] = {}
    found: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name in ("id", "title", "url", "language", "rights", "authors", "source", "text"):
        for where, told in (("entry", entry), ("feed", feed)):
            if not absent(told.get(name)):
                fields[name], found[name] = told[name], f"{told.get(f'{name} in') or name} of the {where}"
                break
        else:
            missing[name] = "neither the entry nor the feed says"
    _tidy(fields, found, missing, context)
    if entry.get("kind") is TextKind.DIGEST:
        fields["text_kind"], found["text_kind"] = "digest", "the entry has a summary only"
    published = _published(entry, found, missing)
    try:
        return article(origin, fields, published, context.given, found=found, missing=missing, notes=notes)
    except ValueError as error:
        return Refusal(origin, str(error))


def _tidy(fields: dict[str, object], found: dict[str, str], missing: dict[str, str], context: ReaderContext) -> None:
    url = fields.get("url")
    if not _GLOBAL.match(str(fields.get("id", ""))) or fields.get("id") == url:
        # A number is unique within its feed at best.
        fields.pop("id", None)
        found.pop("id", None)
        missing["id"] = "the entry has none that is unique beyond its feed"
    entry = context.sources.find(host(str(url))) if url else None
    if entry is not None:
        fields["source"], found["source"] = entry.id, "the host of url"
    if "language" in fields:
        fields["language"] = str(fields["language"]).replace("_", "-")
    if "authors" in fields:
        listed = fields["authors"]
        names = [name for value in listed for name in _names(value, context)] if isinstance(listed, list) else []
        fields["authors"] = list(dict.fromkeys(names))


def _names(value: object, context: ReaderContext) -> list[str]:
    found = people(value, context)
    return [str(name) for name in found if name] if isinstance(found, list) else []


def _published(entry: Entry, found: dict[str, str], missing: dict[str, str]) -> Published:
    value = entry.get("published")
    if absent(value):
        missing["published"] = (
            "the entry says only when it was updated" if entry.get("updated") else "the entry says none"
        )
        return Published()
    found["published"] = f"{entry.get('published in', 'published')} of the entry"
    try:
        return moment("published", value, basis=Basis.METADATA)
    except ValueError as error:
        missing["published"] = f"{found.pop('published')}: {error}"
        return Published()


def _xml_feed(text: str) -> tuple[dict[str, Any], list[Entry]]:
    """Feed and entries; raises ValueError for entity bombs and for what is no feed."""
    if _ENTITY.search(text):
        raise ValueError("the feed declares entities, as bombs do: wanted none")
    if text.count("<") > MOST_TAGS:
        raise ValueError(f"the feed has too many tags: wanted at most {MOST_TAGS}")
    content = _ENCODING.sub(r"\1", text).encode("utf-8", "replace")
    parsed = _parsed(content)
    if not parsed.get("version") and not parsed.entries:
        raise ValueError("no feed can be made of it: wanted RSS, Atom or JSON Feed")
    feed = parsed.feed
    rss = str(parsed.get("version", "")).startswith("rss")
    notes = (f"the feed is not well-formed ({str(parsed.bozo_exception)[:100]})",) if parsed.bozo else ()
    return {
        "source": feed.get("title") and _plain(feed.title).strip(),
        "source in": "title",
        "language": feed.get("language"),
        "rights": feed.get("rights"),
        "authors": _people(feed) if not rss else [],
        "notes": notes,
    }, [_xml_entry(entry, rss=rss) for entry in parsed.entries]


def _parsed(content: bytes) -> Any:  # noqa: ANN401 - feedparser has no types
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(io.BytesIO(content), response_headers=headers)
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(f"no feed can be made of it ({type(error).__name__}): wanted RSS, Atom or JSON Feed") from None


def _xml_entry(entry: Any, *, rss: bool) -> Entry:  # noqa: ANN401 - feedparser has no types
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    full = max(contents, key=len, default="")
    published = entry.get("published")
    updated = entry["updated"] if "updated" in entry else None  # noqa: SIM401 - `get` takes a publication for one
    source = entry.get("source", {})
    return {
        "id": entry.get("id"),
        "title": " ".join(_plain(entry.get("title")).split("\n")).strip(),
        "url": entry.get("link"),
        "language": next((content.get("language") for content in entry.get("content", ())), None),
        "rights": entry.get("rights"),
        "authors": _people(entry),
        "source": source.get("title") if isinstance(source, Mapping) else None,
        "text": _plain(full or entry.get("summary")).strip(),
        "text in": "content" if full else "summary",
        "kind": TextKind.FULL if full else TextKind.DIGEST,
        # RSS 1.0 dates its items by dc:date, which feedparser takes for an update.
        "published": published or (updated if rss else None),
        "published in": "published" if published else "dc:date",
        "updated": updated,
    }


def _plain(value: object) -> str:
    """The text of a piece of HTML, empty where none can be made of it."""
    try:
        return plain(value) if isinstance(value, str) else ""
    except ValueError:
        return ""


def _people(told: Any) -> list[str]:  # noqa: ANN401 - feedparser has no types
    names = [str(person.get("name") or "") for person in told.get("authors", ())]
    return [name for name in (*names, *([] if any(names) else [str(told.get("author") or "")])) if name]


def _json_feed(text: str) -> tuple[dict[str, Any], list[Entry]]:
    """Feed and entries of a JSON Feed 1.0 or 1.1; raises ValueError for what is none."""
    try:
        feed = DECODER.decode(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON at line {error.lineno} ({error.msg}): wanted JSON Feed") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise WrongValueError("items", items, "the list of items of a JSON Feed")
    return {
        "source": feed.get("title"),
        "source in": "title",
        "language": feed.get("language"),
        "authors": _json_people(feed),
    }, [_json_entry(item if isinstance(item, dict) else {}) for item in items]


def _json_entry(item: Entry) -> Entry:
    html, text, summary = (item.get(key) for key in ("content_html", "content_text", "summary"))
    full = _plain(html) if isinstance(html, str) and html.strip() else text
    return {
        "id": str(item["id"]) if item.get("id") else None,
        "title": item.get("title"),
        "url": item.get("url") or item.get("external_url"),
        "language": item.get("language"),
        "authors": _json_people(item),
        "text": summary if absent(full) else full,
        "text in": "summary" if absent(full) else "content_html" if full is not text else "content_text",
        "kind": TextKind.DIGEST if absent(full) else TextKind.FULL,
        "published": item.get("date_published"),
        "published in": "date_published",
        "updated": item.get("date_modified"),
    }


def _json_people(told: Entry) -> list[object]:
    listed = told.get("authors") or ([told["author"]] if told.get("author") else [])
    return [person.get("name") for person in listed if isinstance(person, dict)] if isinstance(listed, list) else []
