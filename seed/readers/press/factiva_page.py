"""Pages of Factiva as fields: each article is an element, with rows of codes or blocks in a certain order."""

import re
from collections.abc import Iterator

from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.readers.press.factiva_rows import CODES, DOCUMENT, Export, coded_exports, split_header

_MARKED_PAGE = re.compile(
    r"articleParagraph|class=[\"'](?:article )?[a-z]{2}Article\b|>\s{0,9}HD\s{0,9}(?:&nbsp;)?\s{0,9}<"
)
_ARTICLE = "div[contains(concat(@class, ' '), 'Article ') or starts-with(@id, 'article-')]"
_ARTICLES = f"//{_ARTICLE}[not(.//{_ARTICLE})]"
_LEAVES = "(.//div | .//p | .//pre)[not(.//div or .//p or .//pre or .//table)]"


def is_export_page(text: str) -> bool:
    """Return whether the HTML of a page may be an export."""
    return _MARKED_PAGE.search(text) is not None


def page_exports(tree: Element) -> Iterator[Export]:
    """Yield the articles of a page; those outside the elements of articles are told apart by their codes."""
    articles = find_elements(tree, _ARTICLES)
    for number, article in enumerate(articles, start=1):
        coded = [*coded_exports(_table_rows(article))]
        for export in coded or [_plain_export_of(article, number)]:
            export.number = number
            if not export.document and len(coded) < 2:
                export.add("AN", *_ids(article))
            yield export
    if not articles:
        yield from coded_exports(_table_rows(tree))


def _ids(article: Element) -> Iterator[str]:
    """Yield the number of a document in the ids of its element and the one around it."""
    for element in (article, article.getparent()):
        name = "" if element is None else str(element.get("id") or "")
        if name.startswith("article-"):
            yield name.removeprefix("article-")


def _plain_export_of(article: Element, number: int) -> Export:
    """Return the article in an element without codes."""
    export = Export(number)
    rows: list[str] = []
    after: list[str] = []
    for headline in find_elements(article, "./span[contains(@class, 'Headline')]"):
        export.add("HD", " ".join(text_lines(headline)))
    for block in find_elements(article, _LEAVES):
        lines = text_lines(block)
        line = " ".join(lines)
        code = _code_of_block(block, line, has_headline="HD" in export.lines)
        if code == "AN":
            export.add(code, line.split()[-1])
        elif code is not None:
            export.add(code, "\n".join(lines) if code == "TD" else line)
        elif line:
            (after if "TD" in export.lines else rows).append(line)
    header, text = split_header(rows, export.document)
    for code, line in header:
        export.add(code, line)
    export.add("TD" if "TD" not in export.lines else "ART", *text)
    export.add("ART", *after[:-1])
    return export


def _code_of_block(block: Element, line: str, *, has_headline: bool) -> str | None:
    """Return the code of what a block holds; None for the rows of the header and those after the text."""
    classes = str(block.get("class") or "")
    if block.get("id") == "hd" or find_elements(block, ".//span[contains(@class, 'Headline')]"):
        return "HD"
    if DOCUMENT.fullmatch(line):
        return "AN"
    if "articleParagraph" in classes:
        return "TD"
    return "BY" if "author" in classes.split() else None if has_headline else "SE"


def _table_rows(element: Element) -> Iterator[tuple[int, str]]:
    """Yield the rows of tables whose first cell is a code, with the lines of the second cell, as texts have them."""
    for number, row in enumerate(find_elements(element, ".//tr[not(.//tr)]"), start=1):
        cells = [text_lines(cell) for cell in row if cell.tag in {"td", "th"}]
        code = cells[0][0] if len(cells) > 1 and cells[0] else ""
        if code in CODES:
            lines = [line for cell in cells[1:] for line in cell]
            yield number, f"{code}\t{lines[0] if lines else ''}"
            yield from ((number, line) for line in lines[1:])
