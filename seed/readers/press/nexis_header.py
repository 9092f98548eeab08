"""Find the fields above the text of an article in an export of Nexis: headline, outlet, date, editions and labels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from app.models import Precision
from seed.readers.dates.printed import WRONG_WEEKDAY, UnclearDate
from seed.readers.press.nexis_dates import date_index, date_of, is_weekday, whole_date
from seed.readers.press.nexis_labels import (
    Label,
    has_reservation,
    is_body_heading,
    is_copyright,
    is_edition,
    is_edition_alone,
    is_sentence,
    label_of,
    split_section,
)
from seed.readers.press.nexis_units import Unit, squeeze
from seed.readers.saved_text.bylines import IsOutlet, parse_byline
from seed.records import Published

_DAYS = frozenset({Precision.DAY, Precision.MINUTE})
_MAX_HEADLINE_LINES = 3
_ONCE = frozenset({"section", "length"})  # Labels that an article has once; again, it is a line of the text.
_BYLINE_LANGUAGES = ("en", "de", "fr", "es", "nl")  # In others the word for "by" begins names of outlets, too.
_RANGE_SIGNS = "-–—/ "
_WORD = re.compile(r"\w{3,}")
_BRACKETS = re.compile(r"\([^()]*\)")
_NO_WORDS = frozenset({"the", "and", "copyright", "all", "rights", "reserved"})


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


class _Line(NamedTuple):
    """The lines of one unit that are above the date, in one."""

    unit: Unit
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a line is the name of an outlet: names that are known, and the words of copyright notices."""

    knows: IsOutlet
    notice: frozenset[str]

    @staticmethod
    def of(units: Sequence[Unit], knows: IsOutlet) -> "Evidence":
        """Return what an article shows."""
        return Evidence(
            knows, frozenset(word for unit in units if is_copyright(unit.text) for word in _words(unit.text))
        )

    def names(self, text: str, *, wholly: bool = False) -> bool:
        """Return whether a line is known, or a notice has half of its words, or all of them."""
        words = _words(_BRACKETS.sub("", text)) or _words(text)
        common = len(words & self.notice)
        return self.knows(text) or (common > 0 and (common == len(words) if wholly else 2 * common >= len(words)))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold())) - _NO_WORDS


def read_header(units: Sequence[Unit], article: Article, evidence: Evidence, *, is_numbered: bool) -> int:
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
            has_label = has_label or label.field != "other"  # The name of a show is above the headline.
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
    has_label = has_label or heading is not None
    body_in_top = _read_top(top, article, evidence, is_numbered=is_numbered, has_label=has_label)
    if body_in_top is not None:
        return units.index(body_in_top)
    return position if heading is None else heading + 1


def _header_label(unit: Unit, article: Article, *, needs_capitals: bool) -> Label | None:
    """Return the label of a line above the text; None if the line has none, or one that is already there."""
    label = label_of(unit.text)
    if label is None or not label.is_header or (needs_capitals and not label.is_field):
        return None
    return None if label.field in _ONCE and label.field in article.labels else label


def _is_header(unit: Unit) -> bool:
    text = unit.text
    return label_of(text) is not None or is_copyright(text) or has_reservation(text) or date_of(text) is not None


def _read_top(
    top: list[Unit], article: Article, evidence: Evidence, *, is_numbered: bool, has_label: bool
) -> Unit | None:
    """Read headline, outlet, date and editions; return the unit where the text begins if no label says so."""
    lines = [(line, unit) for unit in top for line in (unit.lines if is_numbered else [unit.text])]
    at = date_index([squeeze(line) for line, _ in lines], is_first=is_numbered)
    if at is None:
        _read_top_without_date(top, article, evidence, is_numbered=is_numbered)
        return None
    _take_date(squeeze(lines[at][0]), article)
    date_unit = lines[at][1]
    above = [
        _Line(unit, " ".join(squeeze(line) for line, _ in group))
        for unit, group in groupby(lines[:at], key=lambda line: line[1])
    ]
    article.editions += [squeeze(line) for line, unit in lines[at + 1 :] if unit is date_unit]
    below = top[top.index(date_unit) + 1 :]
    has_headline = is_numbered and any(
        not _has_edition(unit, date_unit, may_be_title=len(below) == 1 and not is_edition_alone(unit.text))
        for unit in below
    )
    _take_lines_above(above, article, evidence, date_unit, is_certain=has_headline)
    needs_title = not article.title and "title" not in article.labels
    while below and (
        not is_numbered or _has_edition(below[0], date_unit, may_be_title=needs_title and len(below) == 1)
    ):
        line = below.pop(0).text
        article.editions += [] if is_weekday(line) else [line]
    if below and needs_title:
        article.title = below.pop(0).text
    if below and not has_label:
        return below[0]
    article.subtitles = [unit.text for unit in below] + article.subtitles
    return None


def _take_lines_above(
    above: list[_Line], article: Article, evidence: Evidence, date_unit: Unit | None, *, is_certain: bool
) -> None:
    """Take outlet and headline from the lines above the date; `is_certain` says that the headline is elsewhere."""
    while len(above) > (0 if is_certain else 1) and _take_no_outlet(above[-1].text, article, evidence):
        above.pop()
    is_certain = is_certain or "title" in article.labels or bool(above and above[-1].unit.is_centered)
    index = _outlet_index(above, evidence, date_unit, is_certain=is_certain)
    titles = above
    if index is not None:
        article.outlet = above[index].text
        titles = [*above[:index], *above[index + 1 :]]
        if not is_certain and not evidence.names(article.outlet) and not any(line.unit.link for line in titles):
            article.notes.append(f"source: {article.outlet[:80]!r} is the line above the date; nothing else names it")
    if len(titles) > _MAX_HEADLINE_LINES:
        article.notes.append(f"left out above the headline: {len(titles) - 1} lines")
        titles = titles[-1:]
    article.title = " ".join(line.text for line in titles)
    article.link = next((line.unit.link for line in titles if line.unit.link), None)


def _take_no_outlet(text: str, article: Article, evidence: Evidence) -> bool:
    """Return whether a line is an edition, a byline, a section with its page or a weekday, and take it."""
    if evidence.knows(text):
        return False
    if split_section(text)[1]:
        article.labels.setdefault("section", []).append(text)
        return True
    if is_weekday(text):
        return True
    if is_edition_alone(text):
        article.editions.append(text)
        return True
    if any(parse_byline(text, evidence.knows, language) for language in _BYLINE_LANGUAGES):
        article.labels.setdefault("authors", []).append(text)
        return True
    return False


def _outlet_index(
    above: Sequence[_Line], evidence: Evidence, date_unit: Unit | None, *, is_certain: bool
) -> int | None:
    """Return the index of the outlet: the line above the date, unless it can be the headline as well."""
    if not above:
        return None
    *others, last = above
    is_alone = not others and not is_certain
    if evidence.names(last.text, wholly=is_alone):
        return len(others)
    nearest = range(len(others) - 1, max(-1, len(others) - 1 - _MAX_HEADLINE_LINES), -1)
    named = next((at for at in nearest if evidence.names(others[at].text, wholly=True)), None)
    if named is not None:
        return named
    is_headline = (
        is_alone
        or is_sentence(last.text)
        or (last.unit.link is not None and not any(line.unit.link for line in others))
        or (last.unit.continues and date_unit is not None and not date_unit.continues)
    )
    return None if is_headline else len(others)


def _has_edition(unit: Unit, date_unit: Unit, *, may_be_title: bool) -> bool:
    """Return whether a line below the date is an edition: it is centered as the date is, or its words say so."""
    if date_unit.is_centered or unit.is_centered:
        return unit.is_centered and (not may_be_title or is_edition(unit.text))
    return is_edition(unit.text) and not may_be_title


def _read_top_without_date(top: list[Unit], article: Article, evidence: Evidence, *, is_numbered: bool) -> None:
    """Read headline and outlet where no line is a date: by their order."""
    texts = [unit.text for unit in top]
    count = 1 if is_numbered else 2
    remaining = texts[count:]
    if remaining and any(map(str.isdecimal, remaining[0])):
        article.date_line = remaining.pop(0)
    above = [_Line(unit, unit.text) for unit in top[:count]]
    _take_lines_above(above, article, evidence, None, is_certain=is_numbered and bool(remaining))
    if is_numbered:
        while remaining and is_edition(remaining[0]):
            article.editions.append(remaining.pop(0))
        article.title = article.title or "".join(remaining[:1])
        article.subtitles = remaining[1:] + article.subtitles
    else:
        article.editions += remaining


def _take_date(line: str, article: Article) -> None:
    article.date, rest = date_of(line) or (None, "")
    article.date_line = line
    if isinstance(article.date, UnclearDate) and article.date.reason == WRONG_WEEKDAY:
        # The database adds the weekday to the day.
        words = line.removesuffix(rest).split()
        shorter = (whole_date(" ".join(words[:at] + words[at + 1 :])) for at in range(len(words)))
        date = next((date for date in shorter if isinstance(date, Published) and date.precision in _DAYS), None)
        if date is not None:
            article.date = date
            article.notes.append(f"published: the weekday does not fit the day in {line!r}; the day counts")
    if (end := rest.lstrip(_RANGE_SIGNS)) != rest and date_of(end) is not None:
        article.date = UnclearDate("it is a range of days")
        return
    rest = rest.strip(" ,;-")
    if rest and not rest.endswith((" Time", " time")):
        article.editions.append(rest)
