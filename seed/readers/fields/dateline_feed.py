"""Read the entries of feeds that a Dateline serves, which have the lead of each article and all about its date."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.models import TextKind
from seed.readers.context import ReaderContext
from seed.readers.fields.dateline_export import ARTICLE_URN, SOURCE_KEYS, article_from_json
from seed.readers.validation import WrongValueError
from seed.records import Origin, RawArticle

FEED_NAMESPACE = "urn:dateline:feed"
"""The namespace of the element that each entry of our feeds has."""

ELEMENT_ATTRIBUTES = frozenset({"title", "source", "source_name", "precision"})
EXTENSION_KEYS = frozenset({"source", "published", "page_url"})
"""What every entry has: attributes of the element in XML, keys of the extension in JSON."""

TITLE_NOTE = "the text has no words: the title stands for it"
"""The note for an entry whose article has no lead, although its text is served."""


_DECLARATION = re.compile(rf"""\sxmlns(?::([^\s=:"'<>/]{{1,100}}))?\s*=\s*["']{FEED_NAMESPACE}["']""")


def own_prefixes(text: str) -> frozenset[str]:
    """Return the prefixes that an XML feed declares for our namespace, empty for the default one.

    A tool that writes the feed again may choose others, and may declare them in each element.
    """
    return frozenset(_DECLARATION.findall(text))


def own_xml_record(
    entry: Any,  # noqa: ANN401 - see feed.py
    prefixes: Iterable[str],
    authors: Sequence[str],
    lead: str,
) -> Mapping[str, object] | None:
    """Return an entry of an Atom or RSS feed of Dateline in the form of its JSON; None if it is not one.

    `prefixes` are those of our namespace.
    """
    elements = (entry.get(f"{prefix}_article".lower() if prefix else "article") for prefix in prefixes)
    record = next((element for element in elements if isinstance(element, Mapping)), None)
    if record is None or not record.keys() >= ELEMENT_ATTRIBUTES:
        return None
    return {
        "id": entry.get("id"),
        **{name: record.get(name) for name in ("title", "url", "language", "language_basis", "text_kind")},
        "source": {"id": record["source"], "name": record["source_name"]},
        # Atom requires an author.
        "authors": [] if authors == [record["source_name"]] else authors,
        "rights": entry.get("rights"),
        "text": lead,
        "text_withheld": record.get("text_withheld") != "false",
        "published": {
            **{name: record.get(f"published_{name}") for name in ("on", "at")},
            **{name: record.get(name) for name in ("precision", "zone", "basis", "evidence")},
        },
    }


def own_json_record(item: Mapping[str, Any], authors: Sequence[object]) -> Mapping[str, object] | None:
    """Return an item of a JSON Feed of Dateline in the form of its JSON; None if it is not one."""
    record = item.get("_dateline")
    if not isinstance(record, dict) or not record.keys() >= EXTENSION_KEYS:
        return None
    if not all(isinstance(record[name], dict) for name in ("source", "published")):
        return None
    if not record["source"].keys() >= SOURCE_KEYS:
        return None
    return {
        **{name: item.get(name) for name in ("id", "title", "language")},
        **{name: record[name] for name in ("source", "published")},
        "url": record["page_url"],
        "authors": authors,
        "rights": record.get("rights"),
        "language_basis": record.get("language_basis"),
        "text_kind": record.get("text_kind"),
        "text": item.get("summary") or "",
        "text_withheld": record.get("text_withheld") is not False,
    }


def article_from_feed(origin: Origin, entry: Mapping[str, Any], context: ReaderContext) -> RawArticle:
    """Return the article of an entry of our feeds, with its lead; raise ValueError naming field and value.

    The lead of a digest is one, too, and so is one of which the feed does not say it; that of any other text is an
    extract. A text without words has no lead: then the title stands for it.
    """
    day = entry["published"].get("on") or "undated"
    # Readers show the printed day before the lead.
    lead = str(entry["text"]).removeprefix(f"[{day}]").strip()
    if not lead and entry["text_withheld"]:
        raise WrongValueError("text", lead, "a lead; the operator of this feed withholds it")
    public_id = str(entry["id"]).removeprefix(ARTICLE_URN)
    is_digest = entry.get("text_kind") in {None, TextKind.DIGEST}
    kind = TextKind.DIGEST if is_digest else TextKind.EXTRACT
    record = {**entry, "id": public_id, "text": lead or entry["title"], "text_kind": kind.value}
    article = replace(article_from_json(origin, record, context), is_lead=True)
    return article if lead else replace(article, notes=(*article.notes, TITLE_NOTE))
