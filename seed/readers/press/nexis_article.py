"""Find the fields of one article in an export of Nexis: header, text and what is below it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from seed.readers.dates.printed import read_printed
from seed.readers.language_tags import language_tag
from seed.readers.press.nexis_dates import date_of
from seed.readers.press.nexis_header import Article, Evidence, read_header
from seed.readers.press.nexis_labels import (
    has_reservation,
    is_body_heading,
    is_copyright,
    is_cover,
    is_graphic_heading,
    is_index_heading,
    is_remark,
    is_reservation,
    label_of,
    listed_title,
)
from seed.readers.press.nexis_units import WORDS, Block, Unit, split_units, squeeze, unwrap
from seed.readers.saved_text.bylines import IsOutlet

_MAX_LABEL = 10_000  # Characters of a label with its value; lists of index terms are the longest.
_MAX_LABEL_NAME = 40  # Characters of a label without its value.
_MAX_REMARKS = 200  # Characters of what is left out.
_MIN_BEGINNING = 12  # Characters of a headline that was cut.
_MAX_CAPTIONS = 20  # Paragraphs of captions.
_UNKNOWN_LABEL = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ -]{2,39}[ ]?:")
"""A label that only an article in plain text may have; transcripts name their speakers so, too."""


def parse_block(block: Block, knows: IsOutlet) -> Article:
    """Return the article of a block; its fields are empty where the block does not have them.

    `knows` says which names are known as those of outlets.
    """
    is_numbered = block.number > 0
    units = split_units(block)
    article = Article()
    if not is_numbered:
        units = _without_cover(units)
    end = _foot_start(units)
    evidence = Evidence.of(units, knows)
    position = read_header(units[:end], article, evidence, is_numbered=is_numbered)
    article.paragraphs = [*article.paragraphs, *_body(units[position:end], article.title)]
    _read_foot(units[end:], article)
    return article


def count_articles(block: Block) -> int:
    """Return how many articles a block seems to have: more than one if marks between them are not known."""
    lines = [squeeze(line) for line in block.lines]
    labels = [label for line in lines if len(line) < 200 and (label := label_of(line))]
    loads = sum(label.field == "load_date" and read_printed(label.value) is not None for label in labels)
    lengths = sum(label.field == "length" and bool(WORDS.fullmatch(label.value)) for label in labels)
    return max(1, loads, lengths)


def _without_cover(units: list[Unit]) -> list[Unit]:
    """Return the units after the cover page and the table of contents, which has the titles of all articles."""
    header_end = next((at for at, unit in enumerate(units) if _is_after_cover(unit)), len(units))
    last = next((at for at in range(header_end - 1, -1, -1) if is_cover(units[at].text)), None)
    if last is None:
        return units
    titles = {title for unit in units[:last] if (title := listed_title(unit.text))}
    start = last + 1
    while start < header_end and "\t" in units[start].lines[0]:
        start += 1
    named = next((at for at in range(start, header_end) if _is_listed(units[at].text, titles)), None)
    dated = next((at for at in range(start + 2, header_end) if date_of(units[at].text)), None)
    return units[named if named is not None else start if dated is None else dated - 2 :]


def _is_listed(text: str, titles: Collection[str]) -> bool:
    """Return whether a table of contents has a headline, or its beginning and dots."""
    beginnings = (title.rstrip(" .…") for title in titles if title.endswith(("...", "…")))
    return text in titles or any(len(each) >= _MIN_BEGINNING and text.startswith(each) for each in beginnings)


def _is_after_cover(unit: Unit) -> bool:
    label = label_of(unit.text)
    return bool(is_body_heading(unit.text) or is_copyright(unit.text) or (label and label.is_header))


def _foot_start(units: Sequence[Unit]) -> int:
    """Return where the labels below the text begin.

    Only what follows no other text counts: a line of the text may look like a label. Between labels may be captions,
    and index terms below their heading.
    """
    start = _start_of_labels(units, len(units))
    heading = _last(units, start, is_index_heading)
    if heading and all(_has_label(unit.text) for unit in units[heading + 1 : start]):
        start = _start_of_labels(units, heading)
    captions = _last(units, start, is_graphic_heading)
    if captions and (
        is_body_heading(units[captions - 1].text) or _length(units[captions:start]) <= _length(units[:captions])
    ):
        start = _start_of_labels(units, captions)
    return start


def _start_of_labels(units: Sequence[Unit], end: int) -> int:
    """Return where the labels above a place begin that no text interrupts, apart from captions below their label."""
    start = at = end
    while at > 1:
        at -= 1
        is_notice = has_reservation(units[at].text) and is_copyright(units[at - 1].text)
        if is_notice or _is_strong_label(units[at]) or (start == at + 1 and _is_label(units[at])):
            start = at
        elif not _UNKNOWN_LABEL.match(units[at].text):
            at = _caption_label(units, at)
            start = at or start
    return start


def _caption_label(units: Sequence[Unit], end: int) -> int:
    """Return the place of the label of captions above a place if another label precedes it; or else 0."""
    for at in range(end - 1, max(1, end - _MAX_CAPTIONS), -1):
        label = label_of(units[at].text) if len(units[at].text) < _MAX_LABEL else None
        if label and label.field == "graphic" and label.is_capital:
            return at if _is_strong_label(units[at - 1]) else 0
    return 0


def _last(units: Sequence[Unit], end: int, is_heading: Callable[[str], bool]) -> int:
    """Return the place of the last heading above a place; 0 if there is none."""
    return next((at for at in range(end - 1, 0, -1) if is_heading(units[at].text)), 0)


def _length(units: Iterable[Unit]) -> int:
    return sum(len(unit.text) for unit in units)


def _has_label(text: str) -> bool:
    return ":" in text[:_MAX_LABEL_NAME]


def _is_strong_label(unit: Unit) -> bool:
    """Return whether a label, or a notice of copyright, hardly occurs in a text."""
    label = label_of(unit.text) if len(unit.text) < _MAX_LABEL else None
    if label is None:
        return is_copyright(unit.text) or is_reservation(unit.text)
    if label.field in {"load_date", "language"}:
        # A text may end with an update, or with a word on a language.
        return read_printed(label.value) is not None or language_tag(label.value[:80].split(";")[0]) is not None
    return label.field == "publication_type" or (label.is_trailer and label.has_relevance)


def _is_label(unit: Unit) -> bool:
    label = label_of(unit.text) if len(unit.text) < _MAX_LABEL else None
    return label is not None and label.field not in {"load_date", "language"} and label.is_trailer


def _body(units: Iterable[Unit], title: str) -> Iterator[str]:
    """Yield the paragraphs of the text."""
    for unit in units:
        if not (unit.is_below_page and unit.text == title):  # A running title.
            yield unwrap(unit.lines)


def _read_foot(units: Iterable[Unit], article: Article) -> None:
    """Read the labels below the text; captions and index terms are left out, the captions with a note."""
    is_rights = is_below = False
    captions = 0
    remarks = list[str]()
    for unit in units:
        is_below = is_below or _is_strong_label(unit)
        label = label_of(unit.text) if len(unit.text) < _MAX_LABEL else None
        if is_copyright(unit.text) or (has_reservation(unit.text) and is_rights):
            article.rights.append(unit.text)
            is_rights = True
        elif label is not None and not label.is_header:
            article.labels.setdefault(label.field, []).append(label.value)
            is_rights = False
            captions += label.field == "graphic"
            if label.field == "index" and (is_remark(label.value) or not is_below):
                remarks.append(unit.text)
        else:
            captions += not (is_index_heading(unit.text) or _has_label(unit.text) or has_reservation(unit.text))
    if remarks:
        article.notes.append(f"left out below the text: {'; '.join(remarks)[:_MAX_REMARKS]!r}")
    if captions:
        article.notes.append("left out: captions")
