"""The named transforms of recipes: each makes what a field needs of what a tool has there.

A transform gets a value that is not empty, and what follows its name in the recipe, already looked up in the record if
it is a path. It returns the value unchanged if it is of another type; the check of the field then names it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from app.models import Basis
from seed.dates import parse_iso
from seed.readers.dates.metadata import parse_date
from seed.readers.fields.plain_text import to_plain_text
from seed.readers.html_markup.json_ld import LinkedData
from seed.readers.validation import is_empty
from seed.records import Published

Transform = Callable[[object, object], object]

_BASIC_ISO = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T?([0-9]{2})([0-9]{2})([0-9]{2})(Z?)")
_MIDNIGHT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]00:00:00(?:\.0+)?")
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z
_QUARTER_HOUR = 900
_MAX_OFFSET = 14 * 3_600
_MD_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
# Every repetition is bounded or excludes what follows it, so that the time stays linear.
_MD_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"!\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,500}\")?\)"), ""),
    (re.compile(r"\[([^\[\]]{1,500})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,500}\")?\)"), r"\1"),
    (re.compile(r"(?<![\w\\*])(\*\*\*|\*\*|\*)(?=\S)([^*\n]{1,2000})(?<=\S)\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w\\_])(__|_)(?=\S)([^_\n]{1,2000})(?<=\S)\1(?![\w_])"), r"\2"),
    (re.compile(r"(?<!\\)~~(?=\S)([^~\n]{1,2000})~~"), r"\1"),
    (re.compile(r"(?<!\\)`([^`\n]{1,2000})`"), r"\1"),
)
_MD_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+", re.MULTILINE)
_MD_QUOTE = re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE)


def _html(value: object, _argument: object) -> object:
    """Return the text of HTML; of a list, that of each item with a blank line between them."""
    if isinstance(value, list):
        return "\n\n".join(to_plain_text(item) for item in value if isinstance(item, str))
    return to_plain_text(value).strip() if isinstance(value, str) else value


def _first(value: object, _argument: object) -> object:
    """Return the first item of a list that is not empty."""
    return next((item for item in value if not is_empty(item)), None) if isinstance(value, list) else value


def _paragraphs(value: object, _argument: object) -> object:
    """Return all texts in nested lists and objects, in their order, with a blank line between them."""
    return "\n\n".join(filter(None, (text.strip() for text in _texts(value)))) if not isinstance(value, str) else value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _spans(value: object, _argument: object) -> object:
    """Return the text of a list of texts and of objects with a `text`, joined without anything between them."""
    if not isinstance(value, list):
        return value
    texts = (item.get("text") if isinstance(item, dict) else item for item in value)
    return "".join(text for text in texts if isinstance(text, str))


def _string(value: object, _argument: object) -> object:
    """Return a number as text, and nothing of an object or a list."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _inverted_names(value: object, _argument: object) -> object:
    """Return the names in "Byrne, Ada; Li, Jo" in their usual order; a name without a comma stays as it is."""
    if not isinstance(value, str):
        return value
    names = (name.strip() for name in value.split(";"))
    return [given_name_first(name) for name in names if name]


def given_name_first(name: str) -> str:
    """Return an inverted name such as "Byrne, Ada" in its usual order; one with two commas or none stays as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and first.strip() and "," not in first else name


def _persons(value: object, argument: object) -> object:
    """Return the names of objects that have them in several members, whose names the argument lists."""
    members = str(argument).split()
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    names = (
        " ".join(str(item[member]).strip() for member in members if not is_empty(item.get(member))) for item in items
    )
    return [name for name in names if name]


def _linked_names(value: object, _argument: object) -> object:
    """Return the names of the persons that JSON-LD describes."""
    return LinkedData({"author": value}).author_names()


def _linked_name(value: object, _argument: object) -> object:
    """Return the name of an organization that JSON-LD describes."""
    return LinkedData({"publisher": value}).publisher()


def _linked_url(value: object, _argument: object) -> object:
    """Return the address of a page that JSON-LD describes."""
    return LinkedData({"mainEntityOfPage": value}).url()


def _epoch(value: object, argument: object) -> object:
    """Return the instant of a number of seconds since 1970, or of milliseconds or microseconds; None for 0."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else 0.0
    except (ValueError, OverflowError):
        return value
    seconds = number / {"ms": 1e3, "us": 1e6}.get(str(argument), 1)
    if not 0 < seconds <= _LAST_SECOND:
        return None
    instant = datetime.fromtimestamp(int(seconds), UTC)
    return parse_iso(instant.isoformat().replace("+00:00", "Z"), basis=Basis.METADATA)


def _utc(value: object, _argument: object) -> object:
    """Return a date whose time is in UTC although it does not say so."""
    date = _parsed(value)
    if date is None or date.on is None or date.local_time is None or date.zone is not None:
        return value
    return _instant(date, "Z")


def offset_from(value: object, argument: object) -> object:
    """Return a local time with the offset that follows from the same instant in UTC, if that is known."""
    is_number = isinstance(argument, int) or (isinstance(argument, str) and argument.isdecimal())
    local, universal = _parsed(value), _parsed((_epoch if is_number else _utc)(argument, None))
    if local is None or universal is None or universal.at is None or local.zone is not None or local.local_time is None:
        return value
    as_utc = _instant(local, "Z").at
    offset = None if as_utc is None else as_utc - universal.at
    if offset is None or offset % _QUARTER_HOUR or abs(offset) > _MAX_OFFSET:
        return universal
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    return _instant(local, f"{sign}{minutes // 60:02}:{minutes % 60:02}")


def _instant(date: Published, zone: str) -> Published:
    hours, seconds = divmod(date.local_time or 0, 3_600)
    return parse_iso(f"{date.on}T{hours:02}:{seconds // 60:02}:{seconds % 60:02}{zone}", basis=Basis.METADATA)


def _parsed(value: object) -> Published | None:
    if isinstance(value, Published):
        return value
    try:
        return parse_date("published", value)
    except ValueError:
        return None


def _basic_iso(value: object, _argument: object) -> object:
    """Return a date such as 20190304T233000Z in the usual form."""
    match = _BASIC_ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    return value if match is None else "{}-{}-{}T{}:{}:{}{}".format(*match.groups())


def _day(value: object, _argument: object) -> object:
    """Return the day of a date at midnight without a zone, as tools write days without a time."""
    match = _MIDNIGHT.fullmatch(value.strip()) if isinstance(value, str) else None
    return value if match is None else match[1]


def _set_date(value: object, _argument: object) -> object:
    """Return a date, None for the day at which computers begin to count: nobody has set it."""
    return None if isinstance(value, str) and value.startswith(("1970-01-01", "1969-12-31")) else value


def _markdown(value: object, _argument: object) -> object:
    """Return the text of Markdown."""
    return plain_markdown(value) if isinstance(value, str) else value


def plain_markdown(markdown: str) -> str:
    """Return the text of Markdown: without marks of headings, emphasis, quotes and code, and without images."""
    text = _MD_QUOTE.sub("", _MD_HEADING.sub("", markdown))
    for pattern, replacement in _MD_INLINE:
        text = pattern.sub(replacement, text)
    return re.sub(r"\n{3,}", "\n\n", _MD_ESCAPE.sub(r"\1", text)).strip()


TRANSFORMS: Mapping[str, Transform] = {
    "html": _html,
    "first": _first,
    "paragraphs": _paragraphs,
    "spans": _spans,
    "string": _string,
    "inverted-names": _inverted_names,
    "persons": _persons,
    "linked-names": _linked_names,
    "linked-name": _linked_name,
    "linked-url": _linked_url,
    "epoch": _epoch,
    "utc": _utc,
    "offset-from": offset_from,
    "basic-iso": _basic_iso,
    "day": _day,
    "set-date": _set_date,
    "markdown": _markdown,
}
"""All transforms by the name that recipes use."""

PATH_ARGUMENTS = frozenset({"offset-from"})
"""The transforms whose argument is the path of another value."""

PLAIN_TRANSFORMS = frozenset({"html", "markdown", "spans"})
"""The transforms whose result is plain text, in which markup is not looked for again."""
