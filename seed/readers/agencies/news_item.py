"""What the XML of news agencies says about an article, whatever its standard, and the article that is built from it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.models import Basis, TextKind
from seed.readers.agencies.datelines import date_of_dateline, folded_name, place_of_dateline
from seed.readers.agencies.xml_text import LocatedText
from seed.readers.context import ReaderContext
from seed.readers.dates.customs import declared_custom
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.article import build_article
from seed.readers.fields.plain_text import clean_text
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.outlets import site_host
from seed.readers.saved_text.bylines import IsOutlet, parse_byline, parse_names
from seed.readers.validation import check_language, check_line, check_url
from seed.records import NoArticle, Origin, Published, RawArticle

_ROW_ENDS = re.compile(r"\n|\s[|/•·]\s")
_FROM_PLACE = re.compile(r"(?P<names>.{3,200}?)\s(?:in|at|from|en|à|aus|из|w)\s+[^\W\d_a-z].{0,80}")
_MAX_BYLINE = 300  # Characters of a first paragraph that may be a byline.


@dataclass(slots=True)
class NewsItem:
    """What a document says about an article: for each field the candidates, the best one first.

    `bylines` are lines such as "By Ada Byrne", `persons` are marked as persons. `agencies` are who supplied the text,
    `parties` everybody whose name is not that of an author. `why_undated` says why no date is sure.
    """

    kind: str
    titles: list[LocatedText] = field(default_factory=list)
    sources: list[LocatedText] = field(default_factory=list)
    agencies: list[LocatedText] = field(default_factory=list)
    persons: list[LocatedText] = field(default_factory=list)
    bylines: list[LocatedText] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    texts: list[LocatedText] = field(default_factory=list)
    abstracts: list[LocatedText] = field(default_factory=list)
    ids: list[LocatedText] = field(default_factory=list)
    urls: list[LocatedText] = field(default_factory=list)
    languages: list[LocatedText] = field(default_factory=list)
    rights: list[LocatedText] = field(default_factory=list)
    datelines: list[str] = field(default_factory=list)
    dates: list[LocatedText] = field(default_factory=list)
    why_undated: str | None = None
    details: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "NewsItem") -> None:
        """Add what a document inside this one says, after what is known."""
        for name in ("titles", "sources", "agencies", "persons", "bylines", "parties", "texts", "abstracts"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("ids", "urls", "languages", "rights", "datelines", "notes"):
            getattr(self, name).extend(getattr(other, name))
        if not self.dates and self.why_undated is None:
            self.dates, self.why_undated = other.dates, other.why_undated
        self.details = {**other.details, **{name: value for name, value in self.details.items() if value}}


def article_of(
    item: NewsItem, origin: Origin, context: ReaderContext, notes: Iterable[str] = ()
) -> RawArticle | NoArticle:
    """Return the article that a document describes; raise ValueError if it lacks a required field."""
    extracted = ExtractedFields(notes=[*notes, *item.notes])
    extracted.set_first_valid("title", item.titles, check_line)
    extracted.set_first_valid("url", item.urls, check_url)
    extracted.set_first_valid("language", item.languages, check_language)
    for name, candidates in (("id", item.ids), ("rights", item.rights)):
        extracted.set_first_valid(name, ((place, " ".join(value.split())) for place, value in candidates), check_line)
    for name in ("title", "url", "language", "id", "rights"):
        if extracted.missing.get(name) == "not on the page":
            extracted.missing[name] = f"{item.kind} has none here"
    agency = _set_source(extracted, item, context)
    _set_text(extracted, item)
    _set_authors(extracted, item, context)
    published = _published(extracted, item)
    parties = (*item.parties, *(name for _, name in (*item.sources, *item.agencies)))
    place = next(filter(None, (place_of_dateline(dateline, parties) for dateline in item.datelines)), "")
    article = build_article(
        origin,
        extracted.fields,
        published,
        context.overrides,
        provenance=extracted.provenance,
        missing=extracted.missing,
        notes=(f"read as {item.kind}", *extracted.notes),
        details={"agency": agency, "place": place, **{name: text for name, text in item.details.items() if text}},
        dropped=extracted.dropped,
        strict=context.strict,
    )
    return clean_text(article, context.overrides)


def _set_source(extracted: ExtractedFields, item: NewsItem, context: ReaderContext) -> str:
    """Set the outlet; return the agency that supplied the text, if it is another one."""
    host = site_host(str(extracted.fields.get("url") or ""))
    outlet = context.sources.find(host) if host else None
    named = next((found for found in (*item.sources, *item.agencies) if found[1]), None)
    if named is not None:
        known = outlet if outlet is not None and not context.sources.knows(named[1]) else None
        extracted.set("source", *(("the host of url", known.id) if known else named))
    elif host:
        extracted.set("source", "the host of url", outlet.id if outlet else host)
    else:
        extracted.missing["source"] = f"{item.kind} names no outlet and no agency here: expected --source"
    own = folded_name(str(extracted.fields.get("source") or ""))
    return next((name for _, name in item.agencies if folded_name(name) != own), "")


def _set_authors(extracted: ExtractedFields, item: NewsItem, context: ReaderContext) -> None:
    """Set the authors to those marked as persons, else to the names in the first kind of byline that has any."""
    language = str(extracted.fields.get("language") or "").partition("-")[0].lower() or None
    parties = {folded_name(name) for name in (*item.parties, *(name for _, name in (*item.sources, *item.agencies)))}

    def is_party(name: str) -> bool:
        return folded_name(name) in parties or context.sources.knows(name)

    by_place: dict[str, list[str]] = {}
    unread = []
    for place, name in item.persons:
        by_place.setdefault(place, []).extend(parse_byline(name, is_party, language) or (name,))
    for place, value in item.bylines:
        rows = [_names(row.strip(), is_party, language) for row in _ROW_ENDS.split(value) if row.strip()]
        names = [name for row in rows for name in row or ()]
        # A line may be broken anywhere, so that all of it may be one byline.
        whole = _names(" ".join(value.split()), is_party, language) or ()
        by_place.setdefault(place, []).extend(whole if len(whole) > len(names) else names)
        if None in rows and not whole:
            unread.append(f"{place} {value[:80]!r} is not read as names")
    printed = _take_byline(extracted, is_party, language)
    if printed:
        by_place.setdefault("the first paragraph", []).extend(printed)
    for place, listed in by_place.items():
        if persons := [name for name in dict.fromkeys(listed) if not is_party(name)]:
            extracted.set("authors", place, persons)
            return
    extracted.missing["authors"] = unread[0] if unread else f"{item.kind} names no author here"


def _names(row: str, is_party: IsOutlet, language: str | None) -> tuple[str, ...] | None:
    """Return the names in a byline, with or without a word for "by", and without a place after them."""
    names = parse_byline(row, is_party, language)
    names = parse_names(row, is_party, language, after_by=True) if names is None else names
    if names is None and (match := _FROM_PLACE.fullmatch(row)) is not None:
        return _names(match["names"], is_party, language)
    return names


def _take_byline(extracted: ExtractedFields, is_party: IsOutlet, language: str | None) -> tuple[str, ...] | None:
    """Return the names in the first paragraph of the text if it is a byline, and take it out of the text."""
    first, _, following = str(extracted.fields.get("text") or "").partition("\n\n")
    if not following or len(first) > _MAX_BYLINE or "text_kind" in extracted.fields:
        return None
    row = " ".join(first.split())
    if (names := parse_byline(row, is_party, language)) is not None:
        extracted.fields["text"] = following
    return names


def _set_text(extracted: ExtractedFields, item: NewsItem) -> None:
    """Set the text without a first paragraph that is the title, else the abstract as an extract."""
    title = " ".join(str(extracted.fields.get("title") or "").split())
    if item.texts:
        place, text = item.texts[0]
        first, _, following = text.partition("\n\n")
        extracted.set("text", place, following if following and " ".join(first.split()) == title else text)
    elif item.abstracts:
        extracted.set("text", *item.abstracts[0])
        extracted.set("text_kind", f"{item.kind} has no text here, only an abstract", TextKind.EXTRACT.value)
    else:
        extracted.missing["text"] = f"{item.kind} has no text here"


def _published(extracted: ExtractedFields, item: NewsItem) -> Published:
    """Return the date of the first place that has a clear one; if none has, that with a year in the dateline."""
    language = extracted.fields.get("language")
    custom = declared_custom([language] if isinstance(language, str) else ())
    errors = []
    for place, value in item.dates:
        try:
            published = parse_date("published", value, basis=Basis.METADATA, custom=custom)
        except ValueError as error:
            errors.append(ValueError(f"{place}: {error}"))
        else:
            extracted.provenance["published"] = place
            # A midnight without a zone writes a day.
            return (
                published if published.at is not None or published.local_time else replace(published, local_time=None)
            )
    if item.why_undated is None and not errors:
        for dateline in item.datelines:
            if (date := date_of_dateline(dateline)) is not None:
                extracted.provenance["published"] = "the dateline"
                return date
    extracted.missing["published"] = item.why_undated or f"{item.kind} has no date here"
    if errors:
        extracted.dropped["published"] = errors[0]
    return Published()
