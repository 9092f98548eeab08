"""HTML pages: fields from the markup and the visible text, and the report without page furniture."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

from app.models import TextKind
from seed.readers.context import ReaderContext
from seed.readers.dates.html_dates import page_custom, publication_date, without_contradiction
from seed.readers.fields.article import MissingFieldError, build_article
from seed.readers.fields.authors import MAILBOX, author_names
from seed.readers.formats.saved_text import blank_furniture, drop_repeated_rows
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.html_markup.json_ld import is_address
from seed.readers.html_markup.main_text import CONTROLS, extract_main_text
from seed.readers.html_markup.metadata import Markup
from seed.readers.html_markup.page_header import (
    HEADER_ROWS,
    HeaderStripper,
    element_authors,
    header_stripper,
    outlet_test,
    page_scope,
    read_page_header,
    visible_rows,
)
from seed.readers.html_markup.paywall import CUT, cut_text, is_prose, reason_for_extract, remove_offers
from seed.readers.html_markup.site_names import strip_site_name
from seed.readers.html_markup.tree import decode_page, find_elements, html_to_text, parse_html, text_lines
from seed.readers.input.sandbox import read_file_sandboxed
from seed.readers.line_patterns import fold_line
from seed.readers.outlets import site_host
from seed.readers.press import nexis
from seed.readers.press.factiva import read_tree
from seed.readers.press.factiva_page import is_export_page
from seed.readers.saved_text.database_exports import refuse_export
from seed.readers.saved_text.generic_authors import agencies_in, is_generic_author
from seed.readers.saved_text.header import SEGMENT_MARK, squeeze
from seed.readers.validation import check_language, check_line, check_url
from seed.records import NoArticle, Origin, Published, RawArticle, ReadItem, Refusal

_PAGE_START = re.compile(
    # Possessive groups: with backtracking, comments could be divided in too many ways.
    r"(?>(?><\?xml[^>]{0,200}>|<!--.{0,2000}?-->)\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|article|main|section|header|div|p|table|h1|center|font|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPT_ELEMENTS = (
    "//script[not(contains(@type, 'json'))] | //iframe | //object | //embed | //*[@onclick or @onload or @onerror]"
)
_LIST = "the page lists articles"
_FRONT_PAGE = re.compile(r"/?(?:(?:index|default|home)\.\w{3,5})?", re.IGNORECASE)
_SERVER_TITLE = re.compile(
    r"(?:error )?40[34]\W{0,5}(?:error|not found|page not found|forbidden)?[.!]?|"
    r"(?:error:? )?(?:the )?(?:page|article|document|file) (?:was )?not found.{0,20}|not found|"
    r"(?:oops|sorry)\b.{0,40}not (?:be )?found.{0,20}|just a moment[.…]{0,3}|"
    r"checking (?:if the site|your browser)\b.{0,60}|attention required!?.{0,40}|"
    r"(?:access (?:to this page has been )?denied|forbidden|are you (?:a robot|human))[.!?]?|"
    r"verify (?:that )?you are (?:a )?human.{0,20}|seite (?:wurde )?nicht gefunden.{0,20}|"
    r"page (?:introuvable|non trouvée)|página no encontrada|página não encontrada|pagina non trovata|"
    r"pagina niet gevonden|страница не найдена",
    re.IGNORECASE,
)
"""Titles of pages that a web server, not an outlet, answers with, sometimes with the status 200."""

_SCRIPTS_NOTE = "scripts and embedded objects were dropped; only text is kept"
_POSTED = re.compile(
    r"(?:posted|submitted|written|published) by (\S.{1,80}?),? (?:at|on) .{0,20}[0-9].*", re.IGNORECASE
)
_LONGER = 1.2  # Times as long as the text of a page: the same text with other spaces is not more.
_RECOGNIZED_LENGTH = 60  # Characters of a paragraph that no other paragraph has.
_MIN_SENTENCE_WORDS = 10  # Labels above titles have fewer.
_TEASER_LENGTH = 200  # Characters: a shorter text may be a teaser, with the report in the markup.


class NoArticlePageError(ValueError):
    """A page that is no article, and what it is instead."""


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like an HTML page."""
    return bool(_PAGE_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Return the one article of a page."""
    return read_file_sandboxed(read_page, stream, path, context)


def read_page(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the one article of a page's bytes, those of an export, or a refusal."""
    try:
        text, notes = decode_page(content, known=context.encoding is not None)
        if items := _export_items(text, Origin(path), context):
            return _several(items, path, context)
        return [page_article(Origin(path), text, context, notes)]
    except NoArticlePageError as error:
        return [NoArticle(Origin(path), str(error)) if context.is_crawl else Refusal(Origin(path), str(error))]
    except MissingFieldError as error:
        if context.is_crawl and error.name in {"title", "text"}:
            return [NoArticle(Origin(path), f"the page has no {error.name}")]
        return [Refusal(Origin(path), str(error))]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]


def _export_items(text: str, origin: Origin, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a page that a press database exported; nothing if it is another page."""
    if is_export_page(text):
        return read_tree(parse_html(text), origin, context)
    return nexis.read_page(text, origin, context)


def _several(items: list[ReadItem], path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of one page; a title, URL or id that is set for the page would make one article of them."""
    names = sorted(context.overrides.keys() & {"title", "url", "id"})
    if names and len(items) > 1:
        return [Refusal(Origin(path), f"the page has {len(items)} articles: expected no {names[0]} that is set for it")]
    return items


def page_article(origin: Origin, text: str, context: ReaderContext, notes: tuple[str, ...] = ()) -> RawArticle:
    """Return the article of a page's HTML; raise ValueError if the page has none."""
    tree = parse_html(text)
    markup = Markup(tree, context.base)
    scripts = [_SCRIPTS_NOTE] if find_elements(tree, _SCRIPT_ELEMENTS) else []
    extracted = ExtractedFields(notes=[*notes, *scripts, *markup.data.notes])
    extracted.set_first_valid("url", markup.urls(), check_url)
    extracted.set_first_valid(
        "language", ((place, tag.replace("_", "-")) for place, tag in markup.languages()), check_language
    )
    extracted.set_first_valid("rights", markup.rights(), check_line)
    sites = _set_source(extracted, markup, context)
    _set_title(extracted, markup, (*sites, str(extracted.fields.get("source", ""))))
    title = str(extracted.fields.get("title") or "")
    rows = visible_rows(tree)
    refuse_export("\n".join(rows))
    if count := markup.count_listed_articles():
        listed = f"the page lists {count} articles with their texts: expected a page for each article"
        raise NoArticlePageError(_LIST if context.is_crawl else listed)
    outlet = context.sources.find(str(extracted.fields.get("source", "")))
    lines = text_lines(tree)
    if any(map(CONTROLS.search, lines)):
        extracted.notes.append("control characters were left out of the text")
    custom = page_custom((tag for _, tag in markup.languages()), outlet.country if outlet else None, lines)
    custom = without_contradiction(custom, extracted, markup, lines)
    scope = page_scope(tree, title)
    is_outlet = outlet_test(context.sources.knows, sites)
    header = read_page_header(rows, title, is_outlet, custom)
    printed = (
        ("printed below the title", list(header.authors)),
        ("an element for authors", list(element_authors(tree, scope, is_outlet, custom))),
        ("printed as the name of the poster", [*_find_posters(rows)]),
    )
    _set_authors(extracted, markup, (*sites, str(extracted.fields.get("source", ""))), printed, context)
    if "authors" not in extracted.fields and (reason := header.reason_for_no_authors):
        extracted.missing["authors"] = reason
    if header.agency and fold_line(header.agency) not in map(fold_line, sites):
        extracted.details.setdefault("agency", header.agency)
    published = publication_date(extracted, markup, header.published or header.unclear_date, custom, scope)
    if published.on is None and "published" not in extracted.dropped and (reason := header.reason_for_no_date):
        extracted.dropped["published"] = ValueError(reason)
    is_dated = published.on is not None or "published" in context.overrides
    if not is_dated and (reason := header.reason_for_missing_date):
        extracted.missing["published"] = reason
    if context.is_crawl:
        _check_is_article(markup, title, published)
    _set_text(extracted, markup, context, title, header_stripper(header, is_outlet, custom))
    return build_article(
        origin,
        extracted.fields,
        published,
        context.overrides,
        provenance=extracted.provenance,
        missing=extracted.missing,
        notes=tuple(extracted.notes),
        details=extracted.details,
        dropped=extracted.dropped,
        strict=context.strict,
    )


def _check_is_article(markup: Markup, title: str, published: Published) -> None:
    """Raise NoArticlePageError for a page of a crawl that is a front page, a section or the like."""
    base = urlsplit(markup.base or "")
    if _FRONT_PAGE.fullmatch(base.path) and not base.query:
        raise NoArticlePageError("the page is the front page of a site")
    if markup.is_list_of_pages():
        raise NoArticlePageError(_LIST)
    if published.on is None and (other := markup.other_type()):
        raise NoArticlePageError(f"the page has no date, and is of the type {other[:40]!r}")
    if published.on is None and _SERVER_TITLE.fullmatch(title):
        raise NoArticlePageError("the page has no date, and the title of an error or of a check for browsers")


def _set_source(extracted: ExtractedFields, markup: Markup, context: ReaderContext) -> tuple[str, ...]:
    """Set the source to a known outlet by host or name, else the site name, else the host; return the site's names."""
    sites = [*markup.sites()]
    url = str(extracted.fields.get("url") or "")
    by_host = context.sources.find(site_host(url)) if url else None
    known_sites = [(place, entry) for place, name in sites if (entry := context.sources.find(name))]
    if by_host is not None:
        extracted.set("source", "the host of url", by_host.id)
    elif known_sites:
        extracted.set("source", known_sites[0][0], known_sites[0][1].id)
    elif sites:
        extracted.set("source", *sites[0])
    elif site_host(url):
        extracted.set("source", "the host of url", site_host(url))
    elif host := markup.host_of_links():
        extracted.set("source", "the host of rewritten links", site_host(host))
    elif site := markup.site_in_title():
        extracted.set("source", "title, next to the heading", site)
        sites = [("title", site)]
    elif holder := markup.copyright_holder():
        extracted.set("source", "notice of copyright", holder)
        sites = [("notice of copyright", holder)]
    else:
        extracted.missing["source"] = "the page has neither a site name nor a URL: expected --source"
    entries = [entry for entry in (by_host, *(entry for _, entry in known_sites)) if entry]
    names = [name for entry in entries for name in (entry.name, *entry.names)]
    return (*(name for _, name in sites), *names, *filter(None, [site_host(url)]))


def _set_title(extracted: ExtractedFields, markup: Markup, sites: tuple[str, ...]) -> None:
    heading = markup.heading
    titles = [
        (place, strip_site_name(value, sites, None if place == "JSON-LD headline" else heading))
        for place, value in markup.titles()
    ]
    for index, (place, value) in enumerate(titles):
        if heading and (place == "title" or value == heading) and value.startswith(heading):
            titles[index] = ("h1" if place == "title" else place, heading)
    extracted.set_first_valid("title", (candidate for candidate in titles if candidate[1]), check_line)


def _set_authors(
    extracted: ExtractedFields,
    markup: Markup,
    sites: tuple[str, ...],
    printed: Iterable[tuple[str, list[str]]],
    context: ReaderContext,
) -> None:
    ignored = {*map(fold_line, sites)}
    for place, values in [*markup.author_lists(), *printed]:
        names = [name for value in values for name in _author_names(value, context)]
        names = list(dict.fromkeys(name for name in names if not _is_ignored(name, ignored)))
        agency = ", ".join(filter(None, map(agencies_in, names)))
        if agency:
            extracted.details.setdefault("agency", agency)
        if names := [name for name in names if agencies_in(name) is None]:
            extracted.set("authors", place, names)
            return
    extracted.missing["authors"] = "the page names no author"


def _is_ignored(name: str, sites: Collection[str]) -> bool:
    return is_generic_author(name) or fold_line(name) in sites


def _find_posters(rows: list[str]) -> Iterator[str]:
    """Yield the name in the first row such as "Posted by Ada Byrne on 4 March 2019"."""
    for row in (row.replace(SEGMENT_MARK, "") for row in rows):
        if len(row) < 200 and (match := _POSTED.fullmatch(row)):
            yield match[1]
            return


def _author_names(value: str, context: ReaderContext) -> list[str]:
    names = author_names(MAILBOX.sub("", value), context)
    names = [name.strip(" ()<>") for name in names] if isinstance(names, list) else []
    return [name for name in names if name and not is_address(name)]


def _set_text(
    extracted: ExtractedFields, markup: Markup, context: ReaderContext, title: str, strip_header: HeaderStripper
) -> None:
    main_text = extract_main_text(remove_offers(markup.tree, markup.data))
    text, is_cut = cut_text(
        _strip_furniture(main_text, {title, *(value for _, value in markup.titles())}, extracted, context, strip_header)
    )
    place = "the main text"
    reason = reason_for_extract(markup.tree, markup.data, text, is_cut=is_cut)
    body = markup.data.article.get("articleBody")
    if isinstance(body, str) and (reason or len(text) < _TEASER_LENGTH):
        body_text, body_is_cut = cut_text(html_to_text(body))
        if len(body_text) > len(text) * (_LONGER if reason and text else 1):
            text, place, reason = body_text, "JSON-LD articleBody", CUT if body_is_cut else None
    if reason is None and place == "the main text" and markup.is_page_of_several():
        reason = "the article has further pages"
    updates = ["\n".join(update) for update in markup.data.live_updates()]
    if updates and not any(_is_in(update, text) for update in updates):
        text, place, reason = "\n\n".join([*filter(None, [text]), *updates]), "JSON-LD liveBlogUpdate", None
    if not text:
        extracted.missing["text"] = "the page has no main text"
        return
    extracted.set("text", place, text)
    if reason is not None:
        extracted.set("text_kind", reason, TextKind.EXTRACT.value)
        extracted.notes.append(f"the text is an extract: {reason}")


def _is_in(update: str, text: str) -> bool:
    """Return whether a page shows an update of its live blog."""
    *_, last = update.split("\n")
    return " ".join(last.split())[:_RECOGNIZED_LENGTH] in " ".join(text.split())


def _is_sentence(row: str) -> bool:
    """Return whether a row above the title is of the text, as the first update of a live blog may be."""
    return len(row.split()) >= _MIN_SENTENCE_WORDS and row.rstrip().endswith((".", "!", "?", "…", "”", '"'))


def _below_title(rows: list[str], titles: Iterable[str]) -> list[str]:
    """Return the rows without the title near their top, and without the labels above it."""
    squeezed = {squeeze(fold_line(title)) for title in titles}
    top = [index for index, row in enumerate(rows) if row.strip()][:HEADER_ROWS]
    repeated = {index for index in top if squeeze(fold_line(rows[index])) in squeezed}
    start = max(repeated, default=-1)
    above = (rows[index] for index in top if index < start and index not in repeated)
    if any(is_prose(row) or _is_sentence(row) for row in above):
        return [row for index, row in enumerate(rows) if index not in repeated]
    return rows[start + 1 :]


def _strip_furniture(
    text: str, titles: Iterable[str], extracted: ExtractedFields, context: ReaderContext, strip_header: HeaderStripper
) -> str:
    """Return the text without title, bylines and dates at the top, and without furniture at both ends."""
    outlet = context.sources.find(str(extracted.fields.get("source") or ""))
    rows = drop_repeated_rows(
        blank_furniture(text.split("\n"), (*context.sources.furniture, *(outlet.furniture if outlet else ())))
    )
    rows = _below_title(rows, titles)
    authors = extracted.fields.get("authors")
    body = strip_header(rows, list(map(str, authors)) if isinstance(authors, list) else [])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip("\n")
