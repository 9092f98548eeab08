"""Pages of Factiva as fields: each article is an element, with rows of codes or blocks in a certain order."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from lxml import etree

from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.readers.press.factiva_header import begins_header, is_publisher, split_header, title_rows
from seed.readers.press.factiva_rows import CODES, DOCUMENT, Export, coded_exports

_MARKED_PAGE = re.compile(
    r"articleParagraph|class=[\"'](?:article )?[a-z]{2}Article\b|>\s{0,9}HD\s{0,9}(?:&nbsp;)?\s{0,9}<"
)
_ARTICLE = "div[contains(concat(@class, ' '), 'Article ') or starts-with(@id, 'article-')]"
_ARTICLES = f"//{_ARTICLE}[not(.//{_ARTICLE})]"
_TEXT_CODES = ("LP", "TD")
_LEAVES = ("div", "p", "pre", "tr", "li", "h2", "h3", "h4")
_HEADLINE = "span[contains(@class, 'Headline')]"


def is_export_page(text: str) -> bool:
    """Return whether the HTML of a page may be an export."""
    return _MARKED_PAGE.search(text) is not None


def page_exports(tree: Element) -> Iterator[Export]:
    """Yield the articles of a page; those outside the elements of articles, whose tags may be lost, in their order."""
    articles = {*find_elements(tree, _ARTICLES)}
    outside: list[Element] = []
    number = 0
    for element in (*_parts(tree, articles), None):
        if element is not None and element not in articles:
            outside.append(element)
            continue
        exports = [*_exports_outside(outside)]
        outside = []
        if element is not None:
            exports += _exports_of(element)
        for export in exports:
            number += 1
            export.number = number
            yield export


def _exports_of(article: Element) -> list[Export]:
    """Return the articles in the element of an article: one, unless tags between two of them are lost."""
    parts = [*_parts(article, frozenset())]
    exports = [*coded_exports(_table_rows(parts))] or [*_plain_exports(parts)] or [Export(0)]
    if len(exports) == 1 and not exports[0].document:
        exports[0].add("AN", *_ids(article))
    return exports


def _exports_outside(parts: Sequence[Element]) -> Iterator[Export]:
    """Yield the articles outside the elements of articles: those with codes, a number or a text."""
    coded = [*coded_exports(_table_rows(parts))]
    for export in coded or _plain_exports(parts):
        if not coded:
            export.lines["SE"] = export.lines.get("SE", [])[-1:]  # What is above may be anything.
        if export.document or not export.lines.keys().isdisjoint(_TEXT_CODES):
            yield export


def _parts(tree: Element, articles: Collection[Element]) -> Iterator[Element]:
    """Yield the articles, and outside of them headlines, rows of tables, and blocks without other blocks."""
    walker = etree.iterwalk(tree, events=("start",))
    for _, element in walker:
        if element is not tree and (element in articles or _is_part(element)):
            yield element
            walker.skip_subtree()


def _is_part(element: Element) -> bool:
    if element.tag == "span":
        return "Headline" in str(element.get("class") or "")
    if element.tag == "tr" and next(element.iterdescendants("tr"), None) is None and _code_of_row(element):
        return True
    return element.tag in _LEAVES and next(element.iterdescendants(*_LEAVES, "table"), None) is None


def _code_of_row(row: Element) -> str:
    """Return the code in the first cell of a row of a table; empty if it has none, or only one cell."""
    cells = [cell for cell in row if cell.tag in {"td", "th"}]
    lines = text_lines(cells[0]) if len(cells) > 1 else []
    return lines[0] if lines and lines[0] in CODES else ""


def _table_rows(parts: Iterable[Element]) -> Iterator[tuple[int, str]]:
    """Yield the rows of tables whose first cell is a code, with the lines of the second cell, as texts have them."""
    for number, row in enumerate((part for part in parts if part.tag == "tr"), start=1):
        if code := _code_of_row(row):
            lines = [line for cell in [*row][1:] for line in text_lines(cell)]
            yield number, f"{code}\t{lines[0] if lines else ''}"
            yield from ((number, line) for line in lines[1:])


def _ids(article: Element) -> Iterator[str]:
    """Yield the number of a document in the ids of its element and the one around it."""
    for element in (article, article.getparent()):
        name = "" if element is None else str(element.get("id") or "")
        if name.startswith("article-"):
            yield name.removeprefix("article-")


def _plain_exports(parts: Iterable[Element]) -> Iterator[Export]:
    """Yield the articles in parts without codes: each ends at the number of its document, or at the next headline."""
    group: list[tuple[str, str]] = []
    has_text = False
    for part in parts:
        lines = text_lines(part)
        code = _code_of_block(part, " ".join(lines)) if lines else ""
        if code == "HD" and has_text:
            yield _plain_export(group)
            group, has_text = [], False
        has_text = has_text or code == "TD"
        if lines:
            group.append((code, ("\n" if code == "TD" else " ").join(lines)))
        if code == "AN":
            yield _plain_export(group)
            group, has_text = [], False
    if any(code in {"HD", "TD"} for code, _ in group):
        yield _plain_export(group)


def _code_of_block(block: Element, line: str) -> str:
    """Return the code of what a block holds; empty for the rows of the header and those after the text."""
    classes = str(block.get("class") or "")
    if block.tag == "span" or block.get("id") == "hd" or find_elements(block, f".//{_HEADLINE}"):
        return "HD"
    if DOCUMENT.fullmatch(line):
        return "AN"
    if "articleParagraph" in classes:
        return "TD"
    return "BY" if "author" in classes.split() else ""


def _plain_export(group: Sequence[tuple[str, str]]) -> Export:
    """Return the article in the blocks of one, each with its code if it has one."""
    export = Export(0)
    rows: list[str] = []
    below: list[str] = []
    for code, text in group:
        if code == "TD":
            export.add("TD", *below, text)
            below = []
        elif code:
            export.add("SE", *rows if code == "HD" and "HD" not in export.lines else ())
            rows = [] if code == "HD" else rows
            export.add(code, text.split()[-1] if code == "AN" else text)
        else:
            (below if "TD" in export.lines else rows).append(text)
    if "HD" not in export.lines:
        rows = _take_title(rows, export)
    try:
        header, text_rows = split_header(rows, export.document, is_whole="TD" in export.lines)
    except ValueError as error:
        export.error = f"the article {export.value('HD')[:80]!r}: {error}"
        return export
    for code, line in header:
        export.add(code, line)
    export.add("TD" if "TD" not in export.lines else "ART", *text_rows)
    if below and is_publisher(below[-1], f"{export.value('CY')} {export.value('SN')}"):
        export.add("PUB", below.pop())
    export.add("ART", *below)
    return export


def _take_title(rows: Sequence[str], export: Export) -> list[str]:
    """Add headline, section and author above the number of words to an article, and return the other rows."""
    start = next((at for at in range(len(rows)) if begins_header(rows, at, export.document)), 0)
    for code, line in title_rows(rows[:start]):
        export.add(code, line)
    return [*rows[start:]]
