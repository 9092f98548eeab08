"""The lines of a PDF with their places, and the paragraphs that they form.

Places are in points, from the bottom left of a page.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from seed.readers.line_patterns import fold_line

EDGE_LINES = 2
"""Number of lines at the top and at the bottom of a page among which page numbers and running titles are looked for."""

_PAGE_WORD = r"(?:page|seite|página|pagina|side|sida|strana|strona|страница|стр\.|sayfa|p\.)"
_OF = r"(?:of|von|de|sur|di|av|af|z|из|/)"
_PAGE_NUMBER = re.compile(
    rf"[-–—]?\s?(?:{_PAGE_WORD}\s*)?[0-9]{{1,4}}(?:\s?{_OF}\s?[0-9]{{1,4}})?\s?[-–—]?|第\s?[0-9]{{1,4}}\s?页",
    re.IGNORECASE,
)
_PRINTED_URL = re.compile(r"(?P<url>https?://\S{3,2000})\s+[0-9]{1,4}/[0-9]{1,4}", re.IGNORECASE)
_PRINTED_DAY = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}\b")
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]?\Z")
_HYPHEN = re.compile(r"([^\W\d_]+)-\Z")
_WORD = re.compile(r"[^\W\d_]+")
_SOFT_HYPHEN = "\u00ad"
_BETWEEN_PARAGRAPHS = 1.25
"""Ratio of the distance between paragraphs to that between lines."""

_SHORT_LINE = 0.6
_SAME_SIZE = 0.05


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page: its text, where it begins, the size of its letters, and its page from 0."""

    text: str
    x: float
    y: float
    size: float
    page: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, the size of its letters, and the page on which it begins, from 0."""

    text: str
    size: float
    page: int


def printed_url(lines: list[PdfLine]) -> str | None:
    """Return the URL that a browser printed at the edge of every page; None if there is none."""
    by_page: dict[int, set[str]] = {line.page: set() for line in lines}
    for line in lines:
        if match := _PRINTED_URL.fullmatch(line.text):
            by_page[line.page].add(match["url"])
    common = set.intersection(*by_page.values()) if by_page else set()
    url = common.pop() if len(common) == 1 else None
    return None if url is None or "…" in url or url.endswith("...") else url


def without_furniture(lines: list[PdfLine]) -> list[PdfLine]:
    """Return the lines without page numbers, running titles, and what a browser prints at the edges of pages."""
    pages = sorted({line.page for line in lines})
    edges = {page: _edges([line for line in lines if line.page == page]) for page in pages}
    counts = Counter(key for page in pages for key in {_key(line) for line in edges[page]})
    is_printed = any(_PRINTED_URL.fullmatch(line.text) for line in lines)
    furniture = {
        line
        for page in pages
        for line in edges[page]
        if (counts[_key(line)] > 1 and 2 * counts[_key(line)] >= len(pages))
        or (_PAGE_NUMBER.fullmatch(line.text) and (not line.text.isdecimal() or int(line.text) == page + 1))
        or _PRINTED_URL.fullmatch(line.text)
        or (is_printed and _PRINTED_DAY.match(line.text))
    }
    return [line for line in lines if line not in furniture]


def _edges(lines: list[PdfLine]) -> list[PdfLine]:
    by_height = sorted(lines, key=lambda line: line.y)
    return [*by_height[:EDGE_LINES], *by_height[-EDGE_LINES:]]


def _key(line: PdfLine) -> tuple[str, int]:
    """Return what running titles of different pages have in common: their words and their height."""
    return re.sub("[0-9]+", "0", fold_line(line.text)), round(line.y / 6)


def paragraphs(lines: list[PdfLine]) -> list[Paragraph]:
    """Return the paragraphs that lines form, in the order of the file."""
    known = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
    leading = _leading(lines)
    widths = {
        size: max(len(line.text) for line in lines if line.size == size) for size in {line.size for line in lines}
    }
    found: list[list[PdfLine]] = []
    for line in lines:
        if found and _continues(found[-1], line, leading, widths[line.size]):
            found[-1].append(line)
        else:
            found.append([line])
    return [Paragraph(_joined([line.text for line in group], known), group[0].size, group[0].page) for group in found]


def _leading(lines: list[PdfLine]) -> float:
    """Return the distance between lines of a paragraph: a small one, because those between paragraphs are larger."""
    distances = sorted(
        before.y - line.y
        for before, line in pairwise(lines)
        if before.page == line.page and is_same_size(before.size, line.size) and 0 < before.y - line.y < 4 * line.size
    )
    return distances[len(distances) // 5] if distances else 0.0


def is_same_size(first: float, second: float) -> bool:
    """Return whether two sizes of letters are meant to be one."""
    return abs(first - second) <= _SAME_SIZE * max(first, second)


def _continues(group: list[PdfLine], line: PdfLine, leading: float, width: int) -> bool:
    """Return whether a line continues the paragraph above it."""
    before = group[-1]
    if not is_same_size(before.size, line.size):
        return False
    is_open = not SENTENCE_END.search(before.text)
    if len(before.text) < _SHORT_LINE * width and (not is_open or not line.text[0].islower()):
        return False
    distance = before.y - line.y
    if before.page != line.page or distance < 0:
        return is_open  # A paragraph may continue on the next page, or in the next column.
    is_indented = line.x - min(each.x for each in group) > line.size / 2 and len(group) > 1
    return distance <= _BETWEEN_PARAGRAPHS * leading and not (is_indented and not is_open)


def _joined(texts: list[str], known: Counter[str]) -> str:
    text = texts[0]
    for following in texts[1:]:
        text = join_lines(text, following, known)
    return text


def join_lines(text: str, following: str, known: Counter[str]) -> str:
    """Return two lines as one; a hyphen at the end goes only if it is a soft one, or the word occurs without it."""
    if text.endswith(_SOFT_HYPHEN):
        return text.rstrip(_SOFT_HYPHEN) + following
    first, second = _HYPHEN.search(text), _WORD.match(following)
    if first is None or second is None or not second[0][0].islower():
        return f"{text} {following}"
    is_known = known[(first[1] + second[0]).lower()] > 0
    return f"{text[:-1] if is_known else text}{following}"


def page_texts(found: list[Paragraph]) -> Iterator[str]:
    """Yield the texts of paragraphs with a blank line after each, as the header of a page is parsed."""
    for paragraph in found:
        yield paragraph.text
        yield ""
