"""Read date and authors where a page shows them: in the lines below its heading, and in elements around it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from seed.readers.dates.customs import DateCustom
from seed.readers.dates.printed import read_printed
from seed.readers.html_markup.paywall import is_prose
from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.readers.line_patterns import fold_line
from seed.readers.saved_text.bylines import (
    MAX_NAMES_ROW_LENGTH,
    IsOutlet,
    is_by,
    is_known_place,
    parse_byline,
    parse_names,
)
from seed.readers.saved_text.header import SEGMENT_MARK, PageHeader, parse_header, squeeze

HeaderStripper = Callable[[list[str], Sequence[str]], list[str]]
"""Returns the lines of a text without the header of its page; it gets the lines and the authors."""

HEADER_ROWS = 12
"""Number of lines below the heading that are read."""

_MAX_PROSE_ROWS = 4
_NOT_LINES = frozenset({"aside", "nav", "footer"})
_AUTHOR_WORDS = (
    "author",
    "byline",
    "autor",
    "auteur",
    "writer",
    "reporter",
    "createdby",
    "muhabir",
    "yazar",
    "penulis",
)
_AUTHOR_ELEMENTS = "|".join(f"//*[contains({{}}, '{word}')]" for word in _AUTHOR_WORDS).replace(
    "{}", "translate(concat(@class, ' ', @id, ' ', @rel), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
)
_OTHERS = "|".join(
    (
        "//aside | //footer | //nav | //form[not(.//p)]",
        *(
            f"//*[contains(@class, '{word}') or contains(@id, '{word}')]"
            for word in ("comment", "related", "bio", "about", "avatar", "recommend", "footer", "teaser", "sidebar")
        ),
    )
)
"""Elements about other articles, or about authors at length."""

_MAX_AUTHOR_ELEMENTS = 60
_MAX_AUTHOR_LENGTH = 150  # Characters of an element that names authors and nothing else.
_MIN_SCOPE_PARAGRAPHS = 2
_DASH = re.compile(r"\s[-–—|·•/]\s")


@dataclass(frozen=True, slots=True)
class PageScope:
    """The part of a page that belongs to its article; everything after the heading if no element encloses it."""

    element: Element | None
    heading: Element | None

    def elements(self, tree: Element, path: str) -> Iterator[Element]:
        """Yield the elements of an XPath expression that are in the scope."""
        after = self.element is None and self.heading is not None
        following = set(find_elements(self.heading, "following::*")) if after and self.heading is not None else set()
        for element in find_elements(tree, path):
            if after and element not in following:
                continue
            if self.element is None or element is self.element or self.element in element.iterancestors():
                yield element

    def path(self, element: Element) -> Iterator[Element]:
        """Yield the element and those around it, as far as they are in the scope."""
        yield element
        yield from takewhile(lambda ancestor: ancestor is not self.element, element.iterancestors())


def page_scope(tree: Element, title: str) -> PageScope:
    """Return the scope of the article with this title."""
    folded = fold_line(title)
    headings = (
        element
        for element in find_elements(tree, "//h1 | //h2 | //h3")[:50]
        if fold_line(" ".join(text_lines(element))) == folded
    )
    heading = next(headings, None)
    if heading is None:
        return PageScope(None, None)
    inner = takewhile(lambda ancestor: ancestor.tag not in {"body", "html", "form"}, heading.iterancestors())
    return PageScope(next(filter(_is_article, inner), None), heading)


def _is_article(element: Element) -> bool:
    return element.tag in {"article", "main"} or len(find_elements(element, ".//p")) >= _MIN_SCOPE_PARAGRAPHS


def visible_rows(tree: Element) -> list[str]:
    """Return the lines of a page that may be of its article, with marks between the elements of a line."""
    # A page of ASP.NET is a form as a whole.
    forms = find_elements(tree, "//form")
    is_page = any(find_elements(form, ".//h1 | .//p") for form in forms)
    rows = text_lines(tree, exclude=_NOT_LINES if is_page else _NOT_LINES | {"form"}, mark=SEGMENT_MARK)
    return [stripped for row in rows if (stripped := row.strip(f"{SEGMENT_MARK} "))]


def read_page_header(rows: list[str], title: str, is_outlet: IsOutlet, custom: DateCustom) -> PageHeader:
    """Return what the lines below the last title near the top say; without a title, what the first lines say."""
    folded_title = fold_line(title)
    positions = [index for index, row in enumerate(rows) if fold_line(row.replace(SEGMENT_MARK, "")) == folded_title]
    start = positions[1] if len(positions) > 1 and positions[0] == 0 else positions[0] if positions else -1
    below = rows[start + 1 : start + 1 + HEADER_ROWS]
    # After a few paragraphs, a date is that of a sidebar.
    prose = [index for index, row in enumerate(below) if is_prose(row)][:_MAX_PROSE_ROWS]
    end = prose[-1] if len(prose) == _MAX_PROSE_ROWS else HEADER_ROWS
    header = parse_header([_byline_first(row) for row in below[:end]], is_outlet, custom)
    if header.published is None and header.unclear_date is None and start > 0:
        above = parse_header([rows[start - 1]], is_outlet, custom).published
        if above is not None and above.local_time is not None:  # The day alone may be that of the visit.
            header.published = above
    return header


def _byline_first(row: str) -> str:
    """Return the row with its byline moved before its date, as in the header of a saved page."""
    return " | ".join(sorted(row.split(" | "), key=lambda segment: not segment.lower().startswith("by ")))


def outlet_test(is_known: IsOutlet, sites: Iterable[str]) -> IsOutlet:
    """Return a test whether a name is that of a known outlet, or of the site of the page."""
    names = {fold_line(site) for site in sites}
    return lambda name: is_known(name) or fold_line(name) in names


def header_stripper(header: PageHeader, is_outlet: IsOutlet, custom: DateCustom) -> HeaderStripper:
    """Return a function that removes what the header of a page has, and its authors, from the first lines of a text."""

    def strip(rows: list[str], authors: Sequence[str]) -> list[str]:
        names = {fold_line(name) for name in authors}
        rows = [
            row
            for index, row in enumerate(rows)
            if index >= HEADER_ROWS
            or not (
                squeeze(row) in header.lines
                or fold_line(row) in names
                or _has_only_names_and_date(row, authors, custom)
            )
        ]
        rows = parse_header(rows, is_outlet, custom).body
        # A word for "by" on a line of its own, whose names were in another element.
        return [row for index, row in enumerate(rows) if index >= HEADER_ROWS or not (authors and is_by(row.strip()))]

    return strip


def _has_only_names_and_date(row: str, authors: Sequence[str], custom: DateCustom) -> bool:
    if len(row) > MAX_NAMES_ROW_LENGTH or not any(author in row for author in authors):
        return False
    for author in authors:
        row = row.replace(author, " ")
    return read_printed(row.strip(" ,;-–—|·"), custom) is not None


def element_authors(tree: Element, scope: PageScope, is_outlet: IsOutlet, custom: DateCustom) -> tuple[str, ...]:
    """Return the authors in the first elements of one class that names authors and holds nothing but names."""
    others = set(find_elements(tree, _OTHERS))
    names: dict[str, None] = {}
    first_class = None
    for element in [*scope.elements(tree, _AUTHOR_ELEMENTS)][:_MAX_AUTHOR_ELEMENTS]:
        if first_class not in {None, element.get("class")} or not others.isdisjoint(scope.path(element)):
            continue
        if found := _names_in(" ".join(text_lines(element)), is_outlet, custom):
            first_class = element.get("class") or ""
            names |= dict.fromkeys(found)
    return tuple(names)


def _names_in(text: str, is_outlet: IsOutlet, custom: DateCustom) -> tuple[str, ...]:
    if len(text) > _MAX_AUTHOR_LENGTH:
        return ()
    for segment in (text, *_DASH.split(text)[:1]):
        names = parse_byline(segment, is_outlet, custom.language)
        if names is None:
            names = parse_names(segment, is_outlet, custom.language, after_by=True)
        if names and not is_known_place(names[0]):
            return names
    return ()
