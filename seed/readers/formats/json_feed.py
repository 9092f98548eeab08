"""JSON Feed 1.0 and 1.1: the feed and its items, in the form that all feeds are read from."""

import json
import re
from collections.abc import Mapping
from typing import Any

from app.models import TextKind
from seed.readers.fields.dateline_feed import own_json_record
from seed.readers.html_markup.tree import html_to_text
from seed.readers.input.json_values import JSON_DECODER
from seed.readers.validation import WrongValueError, is_empty

ParsedEntry = Mapping[str, Any]
"""A feed or one of its entries, with the names of the fields of articles."""

JSON_FEED_START = re.compile(r'\{[^{}\[\]]{0,4000}?"version"\s*:\s*"https?://jsonfeed\.org/version/')


def text_of_html(value: object) -> str:
    """Return the text of an HTML fragment, empty if it cannot be parsed."""
    try:
        return html_to_text(value) if isinstance(value, str) else ""
    except ValueError:
        return ""


def parse_json_feed(text: str) -> tuple[dict[str, Any], list[ParsedEntry]]:
    """Return feed and entries of a JSON Feed 1.0 or 1.1; raise ValueError for anything else."""
    try:
        feed = JSON_DECODER.decode(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"invalid JSON at line {error.lineno} ({error.msg}): expected JSON Feed") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise WrongValueError("items", items, "the list of items of a JSON Feed")
    return {
        "source": feed.get("title"),
        "source in": "title",
        "language": feed.get("language"),
        "authors": _json_authors(feed),
    }, [_json_entry(item if isinstance(item, dict) else {}) for item in items]


def _json_entry(item: ParsedEntry) -> ParsedEntry:
    html, text, summary = (item.get(key) for key in ("content_html", "content_text", "summary"))
    full = text_of_html(html) if isinstance(html, str) and html.strip() else text
    return {
        "id": str(item["id"]) if item.get("id") else None,
        "title": item.get("title"),
        "url": item.get("url") or item.get("external_url"),
        "language": item.get("language"),
        "authors": _json_authors(item),
        "text": summary if is_empty(full) else full,
        "text in": "summary" if is_empty(full) else "content_html" if full is not text else "content_text",
        "kind": TextKind.EXTRACT if is_empty(full) else TextKind.FULL,
        "published": item.get("date_published"),
        "published in": "date_published",
        "updated": item.get("date_modified"),
        "own": own_json_record(item, _json_authors(item)),
    }


def _json_authors(element: ParsedEntry) -> list[object]:
    persons = element.get("authors") or ([element["author"]] if element.get("author") else [])
    return [person.get("name") for person in persons if isinstance(person, dict)] if isinstance(persons, list) else []
