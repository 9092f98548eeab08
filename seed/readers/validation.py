"""One check a field: what a value must be, in words that a person can act on."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from reprlib import Repr
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from app.models import TextKind

LONGEST_LINE = 2_000
"""A title, name or address longer than this (code points) is a mistake in the file."""

LONGEST_TEXT = 1_000_000
"""Code points of a text. The longest live blogs have a tenth of it; understanding it has to end in seconds."""

MOST_NAMES = 1_000
"""Authors of an article; papers of physics have more, reports of the press have not."""

Kind = TypeVar("Kind", bound=StrEnum)

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlevel = 2
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}")
_BREAKS = re.compile(r"[\t\n\r]+")


class WrongValueError(ValueError):
    """A field whose value cannot be taken; the message names field, value and what was wanted."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        super().__init__(f"{field} is {shown(value)}: wanted {wanted}")


def shown(value: object) -> str:
    """A value as a message shows it: short, on one line and printable."""
    return _SHORT.repr(value)


def absent(value: object) -> bool:
    """Whether a field was left empty: null, a blank string or an empty list."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def storable(value: str) -> bool:
    """Whether a database can hold it: no NUL, no half of a surrogate pair."""
    if "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def line(field: str, value: object) -> str:
    """A string on one line; tabs and line breaks inside become a space."""
    if not isinstance(value, str) or absent(value) or not storable(value) or len(value) > LONGEST_LINE:
        raise WrongValueError(field, value, f"a line of text, at most {LONGEST_LINE} characters, without NUL")
    return _BREAKS.sub(" ", value.strip())


def body(field: str, value: object) -> str:
    """A text, taken exactly as it is."""
    if not isinstance(value, str) or absent(value) or not storable(value):
        raise WrongValueError(field, value, "a text that is not blank, without NUL and lone surrogates")
    refuse_long(field, value)
    return value


def refuse_long(field: str, value: str) -> None:
    """Raises WrongValueError for a text that nobody reads to its end."""
    if len(value) > LONGEST_TEXT:
        raise WrongValueError(field, value, f"at most {LONGEST_TEXT} characters, and it has {len(value)}")


def address(field: str, value: object) -> str:
    """An absolute http or https URL."""
    url = line(field, value)
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        good = False
    if not good:
        raise WrongValueError(field, value, "an absolute http or https URL")
    return url


def persons(field: str, value: object) -> tuple[str, ...]:
    """A list of names."""
    if not isinstance(value, list | tuple) or len(value) > MOST_NAMES:
        raise WrongValueError(field, value, f"a list of names, at most {MOST_NAMES}")
    return tuple(line(f"{field}[{place}]", name) for place, name in enumerate(value))


def language(field: str, value: object) -> str:
    """A BCP 47 tag, in the case that RFC 5646 2.1.1 recommends."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise WrongValueError(field, value, "a BCP 47 language tag such as 'en' or 'pt-BR'")
    first, *rest = value.lower().split("-")
    return "-".join([first, *({2: part.upper(), 4: part.title()}.get(len(part), part) for part in rest)])


def text_kind(field: str, value: object) -> TextKind:
    """`full` or `digest`."""
    return member(field, value, TextKind)


def member(field: str, value: object, kinds: type[Kind]) -> Kind:
    """A member of an enumeration, by its value."""
    try:
        return kinds(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError(field, value, f"one of {', '.join(kinds)}") from None


CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "id": line,
    "title": line,
    "source": line,
    "url": address,
    "authors": persons,
    "language": language,
    "rights": line,
    "text_kind": text_kind,
    "text": body,
}
"""The fields that every format shares, `published` and `entities` apart."""


def checked(record: Mapping[str, object]) -> dict[str, Any]:
    """The shared fields that a record fills, each checked; raises WrongValueError."""
    return {key: check(key, record[key]) for key, check in CHECKS.items() if not absent(record.get(key))}


def refuse_unknown(fields: Iterable[str], known: Iterable[str], *, where: str = "field") -> None:
    """Raises WrongValueError for the first field that is not known, naming the nearest that is."""
    names = sorted(known)
    for field in fields:
        if field not in names:
            raise WrongValueError(f"an unknown {where}", field, nearest_hint(field, names))


def nearest_hint(field: str, names: list[str]) -> str:
    """What was wanted where none of the names was given: the nearest of them first."""
    found = process.extractOne(field[:80], names, scorer=fuzz.ratio, score_cutoff=60)
    choice = ", ".join(names)
    return f"one of {choice}" if found is None else f"{found[0]!r} perhaps, or another of {choice}"
