"""Checks of field values, one per field, with messages that a person can act on."""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from reprlib import Repr
from typing import Any, TypeVar
from urllib.parse import urlsplit

from rapidfuzz import fuzz, process

from app.models import TextKind
from seed.readers.language_tags import language_tag

MAX_LINE_LENGTH = 2_000
"""Maximum length of a title, name or URL in code points; a longer one is a mistake in the file."""

MAX_TEXT_LENGTH = 1_000_000
"""Maximum length of a text in code points. The longest live blogs have a tenth; extraction must end within seconds."""

MAX_LANGUAGE_LENGTH = 80
"""Maximum length of the tag or name of a language in characters; the longest names of ISO 639 have half of it."""

MAX_NAMES = 1_000
"""Maximum number of names in a list; physics papers have more authors, press reports do not."""

EnumT = TypeVar("EnumT", bound=StrEnum)

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80
_SHORT.maxlevel = 2
# "www." or a path, since `reports.csv` is rather a file.
_HOST_AND_PATH = re.compile(
    r"(?:www\.(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,20}/?|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,20}(?::[0-9]{1,5})?/\S*)",
    re.IGNORECASE,
)
# What nearly all URLs are; urlsplit takes ten times as long.
_PLAIN_URL = re.compile(
    r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w.~!$&'()*+,;=:@%/-]*)?(?:\?[\w.~%&=+-]*)?", re.ASCII
)
_BREAKS = re.compile(r"[\t\n\r]+")


class WrongValueError(ValueError):
    """A field value that is not accepted; the message names the field, its value and what was expected."""

    def __init__(self, field: str, value: object, wanted: str) -> None:
        super().__init__(f"{field} is {preview(value)}: expected {wanted}")


def preview(value: object) -> str:
    """Return a value as messages show it: short, printable and on one line."""
    return _SHORT.repr(value)


def is_empty(value: object) -> bool:
    """Return whether a field is empty: null, a blank string or an empty list."""
    return not value.strip() if isinstance(value, str) else value is None or value == []


NULL_WORDS = frozenset(
    {
        *("nan", "NaN", "NAN", "-nan", "-NaN", "NaT", "None", "none", "NULL", "null", "Null", "(null)", "\\N", "nil"),
        *("NA", "<NA>", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "#NV", "#REF!", "#VALUE!", "#NAME?", "#NULL!"),
        *("#DIV/0!", "#NUM!", "undefined"),
    }
)
"""Words with which pandas, R, databases and spreadsheets write that a cell is empty, or could not be computed."""

MAX_NULL_WORD_LENGTH = 30
"""Maximum length of a cell that can hold one of them, or a date of zeros, and spaces around it."""


def is_null_word(value: object) -> bool:
    """Return whether a value is a word that stands for an empty cell."""
    return isinstance(value, str) and len(value) <= MAX_NULL_WORD_LENGTH and value.strip() in NULL_WORDS


def is_storable(value: str) -> bool:
    """Return whether a database can store the text: no NUL and no unpaired surrogate."""
    if "\0" in value:
        return False
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def check_line(field: str, value: object) -> str:
    """Return a string on one line; tabs and line breaks inside become spaces."""
    if not isinstance(value, str) or is_empty(value) or not is_storable(value) or len(value) > MAX_LINE_LENGTH:
        raise WrongValueError(field, value, f"a line of text, at most {MAX_LINE_LENGTH} characters, without NUL")
    line = value.strip()
    return line if line.isprintable() else _BREAKS.sub(" ", line)


def check_text(field: str, value: object) -> str:
    """Return a text unchanged."""
    if not isinstance(value, str) or is_empty(value) or not is_storable(value):
        raise WrongValueError(field, value, "a text that is not blank, without NUL and unpaired surrogates")
    refuse_long_text(field, value)
    return value


def refuse_long_text(field: str, value: str) -> None:
    """Raise WrongValueError for a text that is too long."""
    if len(value) > MAX_TEXT_LENGTH:
        raise WrongValueError(field, value, f"at most {MAX_TEXT_LENGTH} characters, not {len(value)}")


def check_url(field: str, value: object) -> str:
    """Return an absolute http or https URL."""
    url = check_line(field, value)
    if _PLAIN_URL.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        is_valid = False
    if not is_valid:
        hint = f", perhaps {guess}" if (guess := guess_url(url)) else ""
        raise WrongValueError(field, value, f"an absolute http or https URL{hint}")
    return url


def guess_url(text: str) -> str | None:
    """Return the URL that a host and a path without a scheme probably stand for; None for anything else."""
    return f"https://{text[:200]}" if _HOST_AND_PATH.fullmatch(text) else None


def check_names(field: str, value: object) -> tuple[str, ...]:
    """Return a list of names as a tuple."""
    if not isinstance(value, list | tuple) or len(value) > MAX_NAMES:
        raise WrongValueError(field, value, f"a list of names, at most {MAX_NAMES}")
    return tuple(check_line(f"{field}[{index}]", name) for index, name in enumerate(value))


def check_language(field: str, value: object) -> str:
    """Return the BCP 47 tag of a language that is given by a tag, any code of ISO 639 or a name."""
    tag = language_tag(value.strip()) if isinstance(value, str) and len(value) <= MAX_LANGUAGE_LENGTH else None
    if tag is None:
        raise WrongValueError(
            field, value, "a BCP 47 language tag such as 'en' or 'pt-BR', a code of ISO 639, or the name of a language"
        )
    return tag


def check_text_kind(field: str, value: object) -> TextKind:
    """Return the text kind `full`, `extract` or `digest`."""
    return check_member(field, value, TextKind)


def check_member(field: str, value: object, enum: type[EnumT]) -> EnumT:
    """Return the member of an enumeration with this value."""
    try:
        return enum(value if isinstance(value, str) else "")
    except ValueError:
        raise WrongValueError(field, value, f"one of {', '.join(enum)}") from None


CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "id": check_line,
    "title": check_line,
    "source": check_line,
    "url": check_url,
    "authors": check_names,
    "language": check_language,
    "rights": check_line,
    "text_kind": check_text_kind,
    "text": check_text,
}
"""Check by field name, for the fields that all formats share, without `published` and `entities`."""


def check_fields(record: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, ValueError]]:
    """Return the non-empty shared fields of a record that pass their checks, and the error of each other one."""
    fields: dict[str, Any] = {}
    errors: dict[str, ValueError] = {}
    for name, check in CHECKS.items():
        value = record.get(name)
        if value is not None and not is_empty(value):
            try:
                fields[name] = check(name, value)
            except ValueError as error:
                errors[name] = error
    return fields, errors


def refuse_unknown(names: Iterable[str], known_names: Iterable[str], *, where: str = "field") -> None:
    """Raise WrongValueError for the first unknown field, naming the nearest known one."""
    choices = sorted(known_names)
    for name in names:
        if name not in choices:
            raise WrongValueError(f"an unknown {where}", name, nearest_hint(name, choices))


def nearest_hint(field: str, names: list[str]) -> str:
    """Return what was expected instead of an unknown name, with the nearest known name first."""
    nearest = process.extractOne(field[:80], names, scorer=fuzz.ratio, score_cutoff=60)
    choices = ", ".join(names)
    return f"one of {choices}" if nearest is None else f"perhaps {nearest[0]!r}, or another of {choices}"
