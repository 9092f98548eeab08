"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, and JSON Feed; one article per entry, as complete as the feed has it."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any, BinaryIO

import feedparser

from app.models import Basis, TextKind
from seed.faults import refuse_unexpected
from seed.readers.context import ReaderContext
from seed.readers.dates.customs import DateCustom, declared_custom
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import build_article
from seed.readers.fields.authors import MAILBOX, author_names
from seed.readers.fields.dateline_feed import article_from_feed, own_prefixes, own_xml_record
from seed.readers.fields.plain_text import first_words, without_feed_footer
from seed.readers.fields.wordpress_export import display_names, post_date, post_text, why_no_post
from seed.readers.formats.json_feed import JSON_FEED_START, ParsedEntry, parse_json_feed, text_of_html
from seed.readers.html_markup.tree import decode_page
from seed.readers.input.decoding import read_bytes
from seed.readers.input.files import printable_error
from seed.readers.input.sandbox import read_in_subprocess, read_sandboxed
from seed.readers.outlets import site_host
from seed.readers.validation import is_empty
from seed.records import NoArticle, Origin, Published, RawArticle, ReadItem, Refusal

_MAX_WORD_BYTES = 5_000  # Bytes: the library's search for an e-mail address in a word takes quadratic time.

MAX_FEED_TAGS = 100_000
"""Maximum number of tags in a feed; a feed of a thousand entries has a fifth."""

_XML_FEED_START = re.compile(
    # Possessive groups: with backtracking, comments could be divided in too many ways.
    r"(?>(?><\?xml-stylesheet[^>]{0,500}>|<\?xml[^>]{0,200}>|<!--.{0,2000}?-->|<!doctype\s++(?:rss|rdf|feed)[^>\[]{0,300}(?>\[[^\]]{0,50000}\]\s*+)?+>)\s*+)*+"
    r"<(?:rss|feed|rdf:RDF|(?:atom|a):feed)\b",
    re.IGNORECASE | re.DOTALL,
)
_DECLARATION = re.compile(r"<!\s*(?:ENTITY|ATTLIST|ELEMENT)\b", re.IGNORECASE)
_MAX_DOCUMENT_TYPE = 50_000  # Characters: all entities of HTML take a third.
_DOCUMENT_TYPE = re.compile(r"<!DOCTYPE\s++[\w:.-]++[^\[<>]{0,300}\[(?P<subset>[^\[\]]*+)\]\s*+>", re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s++(?P<name>[\w.-]{1,40})\s++(?P<quote>[\"'])(?P<value>[^\"'<%]{1,12})(?P=quote)\s*+>")
_REFERENCE = re.compile(r"&(?P<name>[\w.-]{1,40});")
_REFERENCE_OR_CDATA = re.compile(rf"<!\[CDATA\[.*?\]\]>|{_REFERENCE.pattern}", re.DOTALL)
_ENCODING = re.compile(r"\A(\s*+<\?xml[^>]{0,200}?)\sencoding=[\"'][^\"']{0,40}[\"']")
_GLOBAL_ID = re.compile(r"https?://|urn:|tag:", re.IGNORECASE)


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like a feed."""
    return bool(_XML_FEED_START.match(text) or JSON_FEED_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Yield the articles of a feed, with their positions (from 1) as lines of origin."""
    try:
        content = read_bytes(stream)
        usual = max(map(len, content.split()), default=0) < _MAX_WORD_BYTES
        yield from (read_sandboxed if usual else read_in_subprocess)(read_feed, content, path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def read_feed(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a feed's bytes, in order."""
    try:
        text, notes = decode_page(content, known=context.encoding is not None, what="feed")
        feed, entries = parse_json_feed(text) if text.lstrip().startswith("{") else _parse_xml_feed(text)
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]
    notes += feed.pop("notes", ())
    # Notes concern the feed, so only the first entry has them.
    return [
        _article_or_refusal(Origin(path, number), entry, feed, context, notes if number == 1 else ())
        for number, entry in enumerate(entries, start=1)
    ]


def _article_or_refusal(
    origin: Origin, entry: ParsedEntry, feed: ParsedEntry, context: ReaderContext, notes: tuple[str, ...]
) -> ReadItem:
    try:
        return _article(origin, entry, feed, context, notes)
    except ValueError as error:
        return Refusal(origin, str(error))
    except Exception as error:
        return refuse_unexpected(error, origin, "read")


def _article(
    origin: Origin, entry: ParsedEntry, feed: ParsedEntry, context: ReaderContext, notes: tuple[str, ...]
) -> RawArticle | NoArticle:
    """Build the article of an entry with the keys that `_parse_xml_feed` and `parse_json_feed` return."""
    if (reason := entry.get("no post")) is not None:
        return NoArticle(origin, reason)
    if (own := entry.get("own")) is not None:
        article = article_from_feed(origin, own, context)
        return replace(article, notes=(*notes, *article.notes))
    fields: dict[str, object] = {}
    provenance: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name in ("id", "title", "url", "language", "rights", "authors", "source", "text"):
        for where, element in (("entry", entry), ("feed", feed)):
            if not is_empty(element.get(name)):
                fields[name], provenance[name] = element[name], f"{element.get(f'{name} in') or name} of the {where}"
                break
        else:
            missing[name] = "in neither the entry nor the feed"
    _normalize(fields, provenance, missing, context)
    if isinstance(text := fields.get("text"), str):
        fields["text"] = without_feed_footer(text, str(fields.get("title") or ""))
    if entry.get("kind") is TextKind.EXTRACT:
        fields["text_kind"], provenance["text_kind"] = "extract", "the entry has only a summary"
    is_made = is_empty(fields.get("title")) and "title" not in context.overrides and _make_title(fields, provenance)
    if is_made:
        missing.pop("title", None)
    published, dropped = Published(), {}
    language = fields.get("language")
    try:
        custom = declared_custom([language] if isinstance(language, str) else ())
        published = _publication_date(entry, provenance, missing, custom)
    except ValueError as error:
        dropped["published"] = error
    article = build_article(
        origin,
        fields,
        published,
        context.overrides,
        provenance=provenance,
        missing=missing,
        notes=notes,
        dropped=dropped,
        strict=context.strict,
    )
    return replace(article, matches_by_title=False) if is_made else article


def _make_title(fields: dict[str, object], provenance: dict[str, str]) -> bool:
    """Make a title of the text of a post without one; return whether it has a text."""
    if is_empty(text := fields.get("text")) or not isinstance(text, str):
        return False
    fields["title"], provenance["title"] = first_words(text), "the first words of the text, which has no title"
    return True


def _normalize(
    fields: dict[str, object], provenance: dict[str, str], missing: dict[str, str], context: ReaderContext
) -> None:
    url = fields.get("url")
    if not _GLOBAL_ID.match(str(fields.get("id", ""))) or fields.get("id") == url:
        # A number is unique at best within its feed.
        fields.pop("id", None)
        provenance.pop("id", None)
        missing["id"] = "the entry has no id that is unique beyond its feed"
    outlet = context.sources.find(site_host(str(url))) if url else None
    if outlet is not None:
        fields["source"], provenance["source"] = outlet.id, "the host of url"
    if "language" in fields:
        fields["language"] = str(fields["language"]).replace("_", "-")
    if "authors" in fields:
        values = fields["authors"]
        names = [name for value in values for name in _author_names(value, context)] if isinstance(values, list) else []
        fields["authors"] = list(dict.fromkeys(names))
        if not names:
            missing["authors"] = f"{provenance.pop('authors')} names no person"


def _author_names(value: object, context: ReaderContext) -> list[str]:
    names = author_names(value, context)
    return [str(name) for name in names if name] if isinstance(names, list) else []


def _publication_date(
    entry: ParsedEntry, provenance: dict[str, str], missing: dict[str, str], custom: DateCustom
) -> Published:
    """Return the date of an entry; raise ValueError, with its place, if it cannot be read."""
    value = entry.get("published")
    if isinstance(value, Published):
        provenance["published"] = str(entry["published in"])
        return value
    if is_empty(value):
        missing["published"] = (
            "the entry has only a date of update" if entry.get("updated") else "the entry has no date"
        )
        return Published()
    provenance["published"] = f"{entry.get('published in', 'published')} of the entry"
    try:
        return parse_date("published", value, basis=Basis.METADATA, custom=custom)
    except ValueError as error:
        raise ValueError(f"{provenance['published']}: {error}") from None


def _parse_xml_feed(text: str) -> tuple[dict[str, Any], list[ParsedEntry]]:
    """Return feed and entries; raise ValueError for entity bombs and for content that is not a feed."""
    text = _resolve_entities(text)
    if _DECLARATION.search(text):
        raise ValueError("the feed declares entities, which can expand without limit: expected single characters")
    if text.count("<") > MAX_FEED_TAGS:
        raise ValueError(f"the feed has too many tags: expected at most {MAX_FEED_TAGS}")
    content = _ENCODING.sub(r"\1", text).encode("utf-8", "replace")
    parsed = _run_feedparser(content)
    if not parsed.get("version") and not parsed.entries:
        raise ValueError("the file cannot be read as a feed: expected RSS, Atom or JSON Feed")
    feed = parsed.feed
    rss = str(parsed.get("version", "")).startswith("rss")
    prefixes = own_prefixes(text)
    names = display_names(text) if "wp:" in text else {}
    notes: tuple[str, ...] = ("read as a WordPress export",) if feed.get("wp_wxr_version") else ()
    if parsed.bozo:
        notes += (f"the feed is not well-formed ({printable_error(parsed.bozo_exception)})",)
    return {
        "source": feed.get("title") and text_of_html(feed.title).strip(),
        "source in": "title",
        "language": feed.get("language"),
        "rights": feed.get("rights"),
        "authors": _xml_authors(feed) if not rss else [],
        "notes": notes,
    }, [_with_post(_xml_entry(entry, rss=rss, prefixes=prefixes), entry, names) for entry in parsed.entries]


def _with_post(parsed: ParsedEntry, entry: Any, names: Mapping[str, str]) -> ParsedEntry:  # noqa: ANN401 - see above
    """Return an entry with what only a WordPress export has: its date, its text, the names of its authors."""
    if (reason := why_no_post(entry)) is not None:
        return {**parsed, "no post": reason}
    if "wp_post_type" not in entry and "wp_status" not in entry:
        return parsed
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    text = post_text(max(contents, key=len, default=""))
    date = post_date(entry)
    return {
        **parsed,
        "authors": [names.get(name, name) for name in parsed["authors"]],
        **({"text": text} if text else {}),
        **({"published": date, "published in": "wp:post_date of the entry"} if date else {}),
    }


def _resolve_entities(text: str) -> str:
    """Return a feed without the entities that it declares, if each stands for a single character, such as `&nbsp;`."""
    document_type = _DOCUMENT_TYPE.search(text[:_MAX_DOCUMENT_TYPE])
    if document_type is None:
        return text
    subset = document_type["subset"]
    values = {entity["name"]: unescape(entity["value"]) for entity in _ENTITY.finditer(subset)}
    if _ENTITY.sub("", subset).strip() or any(len(value) != 1 or value in "&<%" for value in values.values()):
        return text
    rest = text[document_type.end() :]
    # Behind the last "]]>" no CDATA section is looked for: each would be read to the end of the feed.
    end = rest.rfind("]]>") + 1
    resolved = _REFERENCE_OR_CDATA.sub(
        lambda match: values.get(match["name"] or "", match[0]), rest[: end + 2] if end else ""
    )
    resolved += _REFERENCE.sub(lambda match: values.get(match["name"], match[0]), rest[end + 2 :] if end else rest)
    return f"{text[: document_type.start()]}{resolved}"


def _run_feedparser(content: bytes) -> Any:  # noqa: ANN401 - feedparser has no types
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        return feedparser.parse(io.BytesIO(content), response_headers=headers)
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError(
            f"the file cannot be read as a feed ({type(error).__name__}): expected RSS, Atom or JSON Feed"
        ) from None


def _xml_entry(entry: Any, *, rss: bool, prefixes: Iterable[str]) -> ParsedEntry:  # noqa: ANN401 - feedparser has no types
    """Return an entry; `prefixes` are those that the feed declares for the namespace of Dateline."""
    contents = [content.get("value") or "" for content in entry.get("content", ())]
    full = max(contents, key=len, default="")
    published = entry.get("published")
    updated = entry["updated"] if "updated" in entry else None  # noqa: SIM401 - `get` falls back to the date of publication
    source, authors = entry.get("source", {}), _xml_authors(entry)
    return {
        "id": entry.get("id"),
        "title": " ".join(text_of_html(entry.get("title")).split("\n")).strip(),
        "url": entry.get("link"),
        "language": next((content.get("language") for content in entry.get("content", ())), None),
        "rights": entry.get("rights"),
        "authors": authors,
        "source": source.get("title") if isinstance(source, Mapping) else None,
        "text": text_of_html(full or entry.get("summary")).strip(),
        "text in": "content" if full else "summary",
        "kind": TextKind.FULL if full else TextKind.EXTRACT,
        # RSS 1.0 dates its items with dc:date, which feedparser treats as an update.
        "published": published or (updated if rss else None),
        "published in": "published" if published else "dc:date",
        "updated": updated,
        "own": own_xml_record(entry, prefixes, authors, _plain_summary(entry)),
    }


def _plain_summary(entry: Any) -> str:  # noqa: ANN401 - feedparser has no types
    is_plain = (entry.get("summary_detail") or {}).get("type") == "text/plain"
    return str(entry.get("summary") or "") if is_plain else text_of_html(entry.get("summary"))


def _xml_authors(element: Any) -> list[str]:  # noqa: ANN401 - feedparser has no types
    persons, author = list(element.get("authors", ())), str(element.get("author") or "")
    names = [str(person.get("name") or "") for person in persons]
    email = str(persons[-1].get("email") or "") if persons else ""
    # feedparser takes the first four letters of `.media` for all of it, and the rest for the name.
    if email and author[author.find(email) + len(email) :][:1].isalpha():
        names[-1] = author = MAILBOX.sub("", author).strip(" ()<>")
    return [name for name in (*names, *([] if any(names) else [author])) if name]
