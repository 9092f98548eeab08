"""HTML pages: what their markup says, what they print, and the report without what stands around it."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from seed.readers.context import ReaderContext
from seed.readers.dates.html_dates import dated
from seed.readers.fields.article import article
from seed.readers.fields.mapping import people
from seed.readers.formats.saved_text import without_furniture, without_repeats
from seed.readers.html_markup.extracted_fields import ExtractedFields
from seed.readers.html_markup.main_text import main_text
from seed.readers.html_markup.metadata import Markup, without_site
from seed.readers.html_markup.tree import decoded_page, plain, rows_of, tree_of
from seed.readers.input.decoding import limited
from seed.readers.input.sandbox import guarded
from seed.readers.line_patterns import folded
from seed.readers.outlets import host
from seed.readers.saved_text.header import read_head
from seed.readers.validation import address, language, line
from seed.records import Origin, RawArticle, Refusal

_SIGN = re.compile(
    # What was taken is never given back: comments could be divided in more ways than there is time to try.
    r"(?>(?><\?xml[^>]{0,200}>|<!--.{0,2000}?-->)\s*+)*+"
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|article|main|section|header|div|p|table|h1|center|font|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_SCRIPTED = (
    "//script[not(contains(@type, 'json'))] | //iframe | //object | //embed | //*[@onclick or @onload or @onerror]"
)
_SCRIPTS = "scripts and embedded objects were dropped; only text is kept"
_POSTED = re.compile(
    r"(?:posted|submitted|written|published) by (\S.{1,80}?),? (?:at|on) .{0,20}[0-9].*", re.IGNORECASE
)
_NOBODY = frozenset({"admin", "administrator", "staff", "editor", "newsroom", "webmaster", "editorial team", "guest"})
_HEAD_ROWS = 12
_SHORT = 200  # Characters of a text that may be a teaser, with the report in the markup.


def sign(text: str, _suffix: str) -> bool:
    """Whether text begins as a page does."""
    return bool(_SIGN.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[RawArticle | Refusal]:
    """The one article of a page."""
    try:
        yield from guarded(read_page, limited(stream), path, context)
    except ValueError as error:
        yield Refusal(Origin(path), str(error))


def read_page(content: bytes, path: str, context: ReaderContext) -> list[RawArticle | Refusal]:
    """The one article of a page's bytes, or why there is none."""
    try:
        text, notes = decoded_page(content, known=context.encoding is not None)
        return [page_article(Origin(path), text, context, notes)]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]


def page_article(origin: Origin, text: str, context: ReaderContext, notes: tuple[str, ...] = ()) -> RawArticle:
    """The article of a page's HTML; raises ValueError, which says why there is none."""
    tree = tree_of(text)
    markup = Markup(tree, context.base)
    findings = ExtractedFields(notes=[*notes, *([_SCRIPTS] if tree.xpath(_SCRIPTED) else [])])
    findings.take_checked("url", markup.urls(), address)
    findings.take_checked("language", ((place, tag.replace("_", "-")) for place, tag in markup.languages()), language)
    findings.take_checked("rights", markup.rights(), line)
    sites = _take_source(findings, markup, context)
    _take_title(findings, markup, (*sites, str(findings.fields.get("source", ""))))
    title = str(findings.fields.get("title") or "")
    rows = rows_of(tree, beside=frozenset({"aside", "nav", "footer", "form"}))
    head = read_head(_rows_below(rows, title), context.sources.knows)
    printed = (("printed below the title", list(head.authors)), ("printed as who posted it", [*_posters(rows)]))
    _take_authors(findings, markup, (*sites, str(findings.fields.get("source", ""))), printed, context)
    published = dated(findings, markup, head.published)
    _take_text(findings, markup, context, title)
    return article(
        origin,
        findings.fields,
        published,
        context.given,
        found=findings.found,
        missing=findings.missing,
        notes=tuple(findings.notes),
    )


def _take_source(findings: ExtractedFields, markup: Markup, context: ReaderContext) -> tuple[str, ...]:
    """A known outlet by the page's host or name, else the name of the site, else the host; returns the site's names."""
    sites = [*markup.sites()]
    url = str(findings.fields.get("url") or "")
    by_host = context.sources.find(host(url)) if url else None
    known = [(place, entry) for place, name in sites if (entry := context.sources.find(name))]
    if by_host is not None:
        findings.take("source", "the host of url", by_host.id)
    elif known:
        findings.take("source", known[0][0], known[0][1].id)
    elif sites:
        findings.take("source", *sites[0])
    elif url:
        findings.take("source", "the host of url", host(url))
    elif beside := markup.beside_heading():
        findings.take("source", "title, beside the heading", beside)
        sites = [("title", beside)]
    else:
        findings.missing["source"] = "the page names neither its site nor its address: wanted --source"
    entries = [entry for entry in (by_host, *(entry for _, entry in known)) if entry]
    names = [name for entry in entries for name in (entry.name, *entry.names)]
    return (*(name for _, name in sites), *names, *filter(None, [host(url)]))


def _take_title(findings: ExtractedFields, markup: Markup, sites: tuple[str, ...]) -> None:
    titles = [(place, without_site(value, sites)) for place, value in markup.titles()]
    heading = markup.heading
    for at, (place, value) in enumerate(titles):
        if place == "title" and heading and value.startswith(heading):
            titles[at] = ("h1", heading)
    findings.take_checked("title", (candidate for candidate in titles if candidate[1]), line)


def _rows_below(rows: list[str], title: str) -> list[str]:
    """The rows below the title's last appearance near the top; without it, those at the top."""
    wanted = folded(title)
    places = [place for place, row in enumerate(rows) if folded(row) == wanted]
    at = places[1] if len(places) > 1 and places[0] == 0 else places[0] if places else -1
    return [_byline_first(row) for row in rows[at + 1 : at + 1 + _HEAD_ROWS]]


def _byline_first(row: str) -> str:
    """A row of parts with its byline before its date, as the head of a saved page has it."""
    return " | ".join(sorted(row.split(" | "), key=lambda part: not part.lower().startswith("by ")))


def _take_authors(
    findings: ExtractedFields,
    markup: Markup,
    sites: tuple[str, ...],
    printed: Iterable[tuple[str, list[str]]],
    context: ReaderContext,
) -> None:
    nobody = {*_NOBODY, *map(folded, sites)}
    for place, listed in [*markup.people(), *printed]:
        names = [name for value in listed for name in _names(value, context)]
        names = list(dict.fromkeys(name for name in names if folded(name) not in nobody))
        if names:
            findings.take("authors", place, names)
            return
    findings.missing["authors"] = "the page names nobody"


def _posters(rows: list[str]) -> Iterator[str]:
    """The name in the first row such as "Posted by Ada Byrne on 4 March 2019"."""
    for row in rows:
        if len(row) < 200 and (match := _POSTED.fullmatch(row)):
            yield match[1]
            return


def _names(value: str, context: ReaderContext) -> list[str]:
    found = people(value, context)
    return [name for name in found if name.strip()] if isinstance(found, list) else []


def _take_text(findings: ExtractedFields, markup: Markup, context: ReaderContext, title: str) -> None:
    text = _without_head(main_text(markup.tree), title, findings, context)
    body = markup.data.article.get("articleBody")
    if len(text) < _SHORT and isinstance(body, str) and len(body) > len(text):
        findings.take("text", "JSON-LD articleBody", plain(body))
    elif text:
        findings.take("text", "the main text", text)
    else:
        findings.missing["text"] = "the page has no main text"


def _without_head(text: str, title: str, findings: ExtractedFields, context: ReaderContext) -> str:
    """The text without title, bylines, dates and furniture at its top, and without furniture at its bottom."""
    entry = context.sources.find(str(findings.fields.get("source") or ""))
    rows = without_repeats(
        without_furniture(text.split("\n"), (*context.sources.furniture, *(entry.furniture if entry else ())))
    )
    top = next((place for place, row in enumerate(rows[:4]) if row and folded(row) == folded(title)), None)
    rows = rows if top is None else rows[top + 1 :]
    names = {folded(str(name)) for name in findings.fields.get("authors") or ()}  # type: ignore[attr-defined]
    rows = [row for place, row in enumerate(rows) if place >= _HEAD_ROWS or folded(row) not in names]
    kept = read_head(rows, context.sources.knows).rest
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
