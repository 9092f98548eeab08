"""Find the fields of one article in an export of Nexis: header, text and what is below it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.models import Precision
from seed.readers.dates.printed import WRONG_WEEKDAY, UnclearDate, read_printed
from seed.readers.dates.words import fold, normalize, vocabulary
from seed.readers.language_tags import language_tag
from seed.readers.press.nexis_labels import (
    Label,
    has_reservation,
    is_body_heading,
    is_copyright,
    is_cover,
    is_edition,
    is_graphic_heading,
    is_index_heading,
    label_of,
    listed_title,
)
from seed.readers.press.nexis_units import WORDS, Block, Unit, split_units, squeeze, unwrap
from seed.records import Published

_DAYS = frozenset({Precision.DAY, Precision.MINUTE})
_MAX_DATE_WORDS = 12
_MAX_DATE_LINE = 160  # Characters of a date with what is printed after it.
_MAX_HEADLINE_LINES = 3
_ONCE = frozenset({"section", "length"})  # Labels that an article has once; again, it is a line of the text.
_RANGE_SIGNS = "-–—/ "
_MAX_LABEL = 10_000  # Characters of a label with its value; lists of index terms are the longest.


@dataclass(slots=True)
class Article:
    """What an article has in an export, as printed; `date` is None if it has no line for it."""

    title: str = ""
    outlet: str = ""
    date: Published | UnclearDate | None = None
    date_line: str = ""
    editions: list[str] = field(default_factory=list)
    labels: dict[str, list[str]] = field(default_factory=dict)
    rights: list[str] = field(default_factory=list)
    subtitles: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    link: str | None = None

    def label(self, name: str, separator: str = "; ") -> str:
        """Return the values of a label in one."""
        return separator.join(self.labels.get(name, ()))


def parse_block(block: Block) -> Article:
    """Return the article of a block; its fields are empty where the block does not have them."""
    is_numbered = block.number > 0
    units = split_units(block)
    article = Article()
    if not is_numbered:
        units = _without_cover(units)
    end = _trailer_start(units)
    position = _read_header(units[:end], article, is_numbered=is_numbered)
    article.paragraphs = [*article.paragraphs, *_body(units[position:end], article.title)]
    _read_trailer(units[end:], article)
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
    named = next((at for at in range(start, header_end) if units[at].text in titles), None)
    dated = next((at for at in range(start + 2, header_end) if _date_of(units[at].text)), None)
    return units[named if named is not None else start if dated is None else dated - 2 :]


def _is_after_cover(unit: Unit) -> bool:
    label = label_of(unit.text)
    return bool(is_body_heading(unit.text) or is_copyright(unit.text) or (label and label.is_header))


def _trailer_start(units: Sequence[Unit]) -> int:
    """Return where the labels below the text begin: at captions, index terms or the date of loading."""
    loads, marks = list[int](), list[int]()
    for at, unit in enumerate(units):
        label = label_of(unit.text) if at and len(unit.text) < _MAX_LABEL else None
        if label and label.field == "load_date" and read_printed(label.value) is not None:
            loads.append(at)
        elif (label and label.field == "graphic" and label.is_capital) or (
            at and (is_index_heading(unit.text) or is_graphic_heading(unit.text))
        ):
            marks.append(at)
    end = min([*loads[-1:], *marks], default=len(units))
    while end > 1 and _is_trailer(units[end - 1]):
        end -= 1
    return end


def _is_trailer(unit: Unit) -> bool:
    label = label_of(unit.text) if len(unit.text) < _MAX_LABEL else None
    if label is not None and label.field in {"load_date", "language"}:
        # A text may end with an update, or with a word on a language.
        return read_printed(label.value) is not None or language_tag(label.value[:80].split(";")[0]) is not None
    return is_copyright(unit.text) or has_reservation(unit.text) or (label is not None and label.is_trailer)


def _read_header(units: Sequence[Unit], article: Article, *, is_numbered: bool) -> int:
    """Read the lines above the text, and return where the text begins."""
    heading = next((at for at, unit in enumerate(units) if at > 1 and is_body_heading(unit.text)), None)
    if is_numbered and heading is not None and not _is_header(units[heading - 1]):
        heading = None  # A word of the text.
    top = list[Unit]()
    position, has_label = 0, False
    while position < (len(units) if heading is None else heading):
        unit = units[position]
        label = _header_label(unit, article, needs_capitals=is_numbered and heading is None)
        if label is not None:
            has_label = True
            if label.field == "body":
                article.paragraphs = [label.value] if label.value else []
                position += 1
                break
            article.labels.setdefault(label.field, []).append(label.value)
        elif is_copyright(unit.text) or (article.rights and has_reservation(unit.text)):
            article.rights.append(unit.text)
        elif not has_label:
            top.append(unit)
        elif heading is None:
            break
        else:
            article.subtitles.append(unit.text)
        position += 1
    body_in_top = _read_top(top, article, is_numbered=is_numbered, has_label=has_label or heading is not None)
    if body_in_top is not None:
        return units.index(body_in_top)
    return position if heading is None else heading + 1


def _header_label(unit: Unit, article: Article, *, needs_capitals: bool) -> Label | None:
    """Return the label of a line above the text; None if the line has none, or one that is already there."""
    label = label_of(unit.text)
    if label is None or not label.is_header or (needs_capitals and not label.is_capital):
        return None
    return None if label.field in _ONCE and label.field in article.labels else label


def _is_header(unit: Unit) -> bool:
    text = unit.text
    return label_of(text) is not None or is_copyright(text) or has_reservation(text) or _date_of(text) is not None


def _read_top(top: list[Unit], article: Article, *, is_numbered: bool, has_label: bool) -> Unit | None:
    """Read headline, outlet, date and editions; return the unit where the text begins if no label says so."""
    lines = [(line, unit) for unit in top for line in (unit.lines if is_numbered else [unit.text])]
    at = _date_index([squeeze(line) for line, _ in lines], is_first=is_numbered)
    if at is None:
        _read_top_without_date(top, article, is_numbered=is_numbered)
        return None
    _take_date(squeeze(lines[at][0]), article)
    date_unit = lines[at][1]
    outlet_unit = lines[at - 1][1]
    outlet_lines = [squeeze(line) for line, unit in lines[:at] if unit is outlet_unit]
    article.outlet = " ".join(outlet_lines)
    above = [unit for unit in top[: top.index(outlet_unit)] if unit is not date_unit]
    if len(above) > _MAX_HEADLINE_LINES:
        article.notes.append(f"left out above the headline: {len(above) - 1} lines")
        above = above[-1:]
    article.title = " ".join(unit.text for unit in above)
    article.link = next((unit.link for unit in above if unit.link), None)
    article.editions += [squeeze(line) for line, unit in lines[at + 1 :] if unit is date_unit]
    below = top[top.index(date_unit) + 1 :]
    needs_title = not article.title and "title" not in article.labels
    while below and (
        not is_numbered or _has_edition(below[0], date_unit, may_be_title=needs_title and len(below) == 1)
    ):
        article.editions.append(below.pop(0).text)
    if below and needs_title:
        article.title = below.pop(0).text
    if below and not has_label:
        return below[0]
    article.subtitles = [unit.text for unit in below] + article.subtitles
    return None


def _has_edition(unit: Unit, date_unit: Unit, *, may_be_title: bool) -> bool:
    """Return whether a line below the date is an edition: it is centered as the date is, or its words say so."""
    if date_unit.is_centered or unit.is_centered:
        return unit.is_centered and (not may_be_title or is_edition(unit.text))
    return is_edition(unit.text) and not may_be_title


def _read_top_without_date(top: list[Unit], article: Article, *, is_numbered: bool) -> None:
    """Read headline and outlet where no line is a date: by their order."""
    texts = [unit.text for unit in top]
    article.outlet = "".join(texts[0:1] if is_numbered else texts[1:2])
    remaining = texts[1:] if is_numbered else texts[2:]
    if remaining and any(map(str.isdecimal, remaining[0])):
        article.date_line = remaining.pop(0)
    if is_numbered:
        while remaining and is_edition(remaining[0]):
            article.editions.append(remaining.pop(0))
        article.title = "".join(remaining[:1])
        article.subtitles = remaining[1:] + article.subtitles
    else:
        article.title = "".join(texts[:1])
        article.link = top[0].link if top else None
        article.editions += remaining


def _date_index(lines: list[str], *, is_first: bool) -> int | None:
    """Return the index of the date: a whole line, or one that begins with it; the outlet is always above it."""
    first = 1 if is_first else min(2, max(1, len(lines) - 1))
    whole = (at for at in range(first, len(lines)) if _whole_date(lines[at]) is not None)
    begun = (at for at in range(first, len(lines)) if _date_of(lines[at]) is not None)
    return next(whole, next(begun, None))


def _whole_date(line: str) -> Published | UnclearDate | None:
    date = read_printed(line) if len(line) < _MAX_DATE_LINE else None
    return None if isinstance(date, Published) and date.precision is Precision.YEAR else date


def _date_of(line: str) -> tuple[Published | UnclearDate, str] | None:
    """Return the date with which a line begins, and what follows it."""
    words = line.split(" ") if len(line) < _MAX_DATE_LINE and any(map(str.isdecimal, line)) else []
    for most in range(min(len(words), _MAX_DATE_WORDS), 0, -1):
        count = most
        date = _whole_date(" ".join(words[:count]))
        if date is not None:
            while count > 1 and not _is_weekday(words[count - 1]) and _whole_date(" ".join(words[: count - 1])) == date:
                count -= 1  # Some words are skipped in dates: the first of FIRST EDITION.
            return date, " ".join(words[count:])
    return None


def _is_weekday(word: str) -> bool:
    tokens = vocabulary().tokens(fold(normalize(word))) or ()
    return any(sense.kind == "W" for token in tokens for sense in token.senses)


def _take_date(line: str, article: Article) -> None:
    article.date, rest = _date_of(line) or (None, "")
    article.date_line = line
    if isinstance(article.date, UnclearDate) and article.date.reason == WRONG_WEEKDAY:
        # The database adds the weekday to the day.
        words = line.removesuffix(rest).split()
        shorter = (_whole_date(" ".join(words[:at] + words[at + 1 :])) for at in range(len(words)))
        date = next((date for date in shorter if isinstance(date, Published) and date.precision in _DAYS), None)
        if date is not None:
            article.date = date
            article.notes.append(f"published: the weekday does not fit the day in {line!r}; the day counts")
    if (end := rest.lstrip(_RANGE_SIGNS)) != rest and _date_of(end) is not None:
        article.date = UnclearDate("it is a range of days")
        return
    rest = rest.strip(" ,;-")
    if rest and not rest.endswith((" Time", " time")):
        article.editions.append(rest)


def _body(units: Iterable[Unit], title: str) -> Iterator[str]:
    """Yield the paragraphs of the text."""
    for unit in units:
        if not (unit.is_below_page and unit.text == title):  # A running title.
            yield unwrap(unit.lines)


def _read_trailer(units: Iterable[Unit], article: Article) -> None:
    """Read the labels below the text; captions and index terms are left out."""
    is_rights = False
    for unit in units:
        label = label_of(unit.text) if len(unit.text) < _MAX_LABEL else None
        if is_copyright(unit.text) or (has_reservation(unit.text) and is_rights):
            article.rights.append(unit.text)
            is_rights = True
        elif label is not None and not label.is_header:
            article.labels.setdefault(label.field, []).append(label.value)
            is_rights = False
