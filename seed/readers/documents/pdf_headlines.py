"""The headlines of a PDF: the title of its article, and those that begin another one."""

from itertools import takewhile

from seed.readers.dates.customs import DateCustom
from seed.readers.dates.printed import read_printed
from seed.readers.documents.pdf_lines import SENTENCE_END, Paragraph, is_same_size, page_texts
from seed.readers.line_patterns import fold_line
from seed.readers.saved_text.bylines import IsOutlet, parse_byline
from seed.readers.saved_text.header import parse_header
from seed.readers.validation import MAX_LINE_LENGTH, preview

_PRESS_WORDS = frozenset(
    {
        *("press release", "news release", "media release", "for immediate release", "press statement", "statement"),
        *("pressemitteilung", "presseinformation", "medienmitteilung", "communiqué de presse", "communiqué"),
        *("comunicado de prensa", "nota de prensa", "comunicato stampa", "comunicado de imprensa", "nota de imprensa"),
        *("persbericht", "pressmeddelande", "pressemelding", "pressemeddelelse", "tiedote", "komunikat prasowy"),
        *("tisková zpráva", "пресс-релиз", "прес-реліз", "basın bülteni", "basın açıklaması"),
    }
)
_REVIEWS = (
    *(
        "press review",
        "press clipping",
        "press cuttings",
        "media review",
        "pressespiegel",
        "medienspiegel",
        "presseschau",
    ),
    *(
        "revue de presse",
        "revista de prensa",
        "rassegna stampa",
        "revista de imprensa",
        "persoverzicht",
        "обзор прессы",
    ),
)
"""What reviews of the press call themselves."""

_FIRST_PARAGRAPHS = 5  # Among which a document says what it is.
_LARGER = 1.15
_MAX_TITLE_LENGTH = 300
_MAX_FIRST_LINE = 150
_MIN_SENTENCE = 40  # Characters of a paragraph of a text.
_MIN_HEADLINE_LENGTH = 4  # Characters; shorter lines in large letters are initials of paragraphs.


def is_press_word(text: str) -> bool:
    """Return whether a line says that a document is a press release, and nothing else."""
    return fold_line(text).strip(" :*–—-") in _PRESS_WORDS


def find_title(
    found: list[Paragraph],
    metadata_title: str,
    is_outlet: IsOutlet,
    custom: DateCustom,
) -> tuple[int, int, str]:
    """Return the positions of the first and after the last paragraph of the title, and why it is the title.

    It is what the metadata call it if a line says the same; else the only largest letters of the first page, above the
    text; else the first line if a byline or a date follows. Both positions are 0 if nothing is clearly the title.
    """
    first_page = [paragraph for paragraph in found if paragraph.page == 0]
    wanted = fold_line(metadata_title)
    for number, paragraph in enumerate(first_page):
        if wanted and fold_line(paragraph.text) == wanted:
            return number, number + 1, "the title in the metadata, which is on the page"
    body = _body_size(found)
    candidates = [
        number
        for number, paragraph in enumerate(first_page)
        if paragraph.size > _LARGER * body and not is_outlet(paragraph.text) and not is_press_word(paragraph.text)
    ]
    if candidates:
        size = max(first_page[number].size for number in candidates)
        largest = [number for number in candidates if is_same_size(first_page[number].size, size)]
        start, end = largest[0], largest[-1] + 1
        length = sum(len(paragraph.text) for paragraph in first_page[start:end])
        if end - start == len(largest) and length <= _MAX_TITLE_LENGTH and not _has_text(first_page[:start], body):
            return start, end, "the largest letters of the first page"
    first = found[0].text
    if len(first) <= min(_MAX_FIRST_LINE, MAX_LINE_LENGTH) and first[-1] not in ".,:;" and not is_press_word(first):
        below = parse_header([*page_texts(found[1:4])], is_outlet, custom)
        if not is_outlet(first) and (below.published or below.authors or below.unclear_date):
            return 0, 1, "the first line, with a byline or a date below it"
    return 0, 0, ""


def refuse_several(found: list[Paragraph], is_outlet: IsOutlet, custom: DateCustom) -> list[int]:
    """Return the positions of what may begin another article; raise ValueError if one certainly begins another.

    Below the text of an article, a headline of any size with a byline or a date next to it begins another one, and so
    does a byline below a line of any size. Other headlines and dated lines may do so.
    """
    body = _body_size(found)
    possible: list[int] = []
    length, has_text = 0, False
    for number, paragraph in enumerate(found):
        is_headline = _is_headline(paragraph, body, is_outlet) and read_printed(paragraph.text, custom) is None
        if has_text and _begins_article(found, number, is_outlet, custom, is_headline=is_headline):
            above = found[number - 1].text
            _refuse(paragraph.text if is_headline or len(above) > _MAX_FIRST_LINE else above)
        if length > _MAX_FIRST_LINE and (is_headline or _is_of_outlet_or_author(paragraph.text, is_outlet, custom)):
            possible.append(number)
            length = 0
        if is_same_size(paragraph.size, body) and _is_text(paragraph.text):
            length += len(paragraph.text)
            has_text = True
    if possible and any(fold_line(paragraph.text).startswith(_REVIEWS) for paragraph in found[:_FIRST_PARAGRAPHS]):
        _refuse(found[possible[0]].text)
    return possible


def _refuse(name: str) -> None:
    raise ValueError(f"the PDF holds several articles, another at {preview(name)}: expected one per file")


def _is_of_outlet_or_author(text: str, is_outlet: IsOutlet, custom: DateCustom) -> bool:
    if len(text) > _MAX_FIRST_LINE:
        return False
    return is_outlet(text) or _is_dated(text, is_outlet, custom) or bool(parse_byline(text, is_outlet, custom.language))


def _is_headline(paragraph: Paragraph, body: float, is_outlet: IsOutlet) -> bool:
    return (
        paragraph.size > _LARGER * body
        and len(paragraph.text) >= _MIN_HEADLINE_LENGTH
        and not is_outlet(paragraph.text)
        and not is_press_word(paragraph.text)
    )


def _begins_article(
    found: list[Paragraph], number: int, is_outlet: IsOutlet, custom: DateCustom, *, is_headline: bool
) -> bool:
    """Return whether a headline has a byline or a date next to it, or another line is a byline below a short line."""
    text, above = found[number].text, found[number - 1].text
    if is_headline:
        size = found[number].size
        following = [*takewhile(lambda below: below.size < size, found[number + 1 : number + 4])]
        below = parse_header([*page_texts(following)], is_outlet, custom)
        return bool(below.published or below.authors) or is_outlet(above) or _is_dated(above, is_outlet, custom)
    return (
        len(text) <= _MAX_FIRST_LINE
        and not _is_sentence(above)
        and bool(parse_byline(text, is_outlet, custom.language))
        and any(_is_text(paragraph.text) for paragraph in found[number + 1 : number + 4])
    )


def _is_dated(text: str, is_outlet: IsOutlet, custom: DateCustom) -> bool:
    """Return whether a line is a date with a name before it, as in press reviews: `The Gazette, 4 March 2019`."""
    if len(text) > _MAX_FIRST_LINE or not any(map(str.isdecimal, text)):
        return False
    header = parse_header([text], is_outlet, custom)
    return header.published is not None and not header.body and read_printed(text, custom) is None


def _is_text(text: str) -> bool:
    return len(text) > _MAX_FIRST_LINE or _is_sentence(text)


def _is_sentence(text: str) -> bool:
    """Return whether a paragraph is of a text rather than of a header."""
    return len(text) >= _MIN_SENTENCE and SENTENCE_END.search(text) is not None


def _body_size(found: list[Paragraph]) -> float:
    """Return the size of most letters."""
    sizes: dict[float, int] = {}
    for paragraph in found:
        sizes[paragraph.size] = sizes.get(paragraph.size, 0) + len(paragraph.text)
    return max(sizes, key=lambda size: sizes[size])


def _has_text(above: list[Paragraph], body: float) -> bool:
    """Return whether there is text above what may be a title."""
    return any(is_same_size(paragraph.size, body) and len(paragraph.text) > _MAX_FIRST_LINE for paragraph in above)
