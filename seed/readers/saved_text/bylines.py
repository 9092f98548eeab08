"""Parse author names from lines that consist of names and nothing else."""

import re
from collections.abc import Callable, Iterable

MAX_NAMES_ROW_LENGTH = 300
"""Maximum length of a line of names and dates in characters; a longer one is a paragraph."""

IsOutlet = Callable[[str], bool]

_BY = re.compile(r"(?:by|written by|posted by|authors?:)\s+", re.IGNORECASE)
_DASHES = ("—", "–", "-")
_SEPARATORS = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’-](?=[^\W\d_]))*\.?")
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "van", "von"}
)
_ROLES = re.compile(
    r"\b(?:analyst|bureau|chief|columnist|contributor|correspondent|desk|editor|reporter|staff|writer)\b",
    re.IGNORECASE,
)
_SECTIONS = re.compile(r"\b(?:blog|breaking|business|live|news|opinion|politics|video|world)\b", re.IGNORECASE)
_MAX_NAME_WORDS = 6  # Words; more form a sentence.


def parse_byline(row: str, is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """Return the names after "By", without outlets and roles; None if the line is not a byline."""
    match = _BY.match(row)
    return None if match is None else parse_names(row[match.end() :], is_outlet)


def parse_names(row: str, is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """Return the persons in a line of only names, outlets and roles; None if it has anything else."""
    if len(row) > MAX_NAMES_ROW_LENGTH:
        return None
    segments = [" ".join(segment.split()) for segment in _SEPARATORS.split(row.strip())]
    persons = [segment for segment in segments if not is_outlet(segment) and not _ROLES.search(segment)]
    return tuple(persons) if all(_is_name(person) for person in persons) else None


def _is_name(text: str) -> bool:
    words = text.split()
    if _SECTIONS.search(text):
        return False
    if not 2 <= len(words) <= _MAX_NAME_WORDS or not all(_WORD.fullmatch(word) for word in words):
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words) and words[-1][0].isupper()


def closing_authors(rows: Iterable[str], is_outlet: IsOutlet) -> tuple[str, ...]:
    """Return the authors who signed a text: its last line is a dash and their names, and does not follow a quotation.

    The posts of a live blog are each signed: earlier lines of names count if they share a name with the last one.
    """
    non_blank = [row.strip() for row in rows if row.strip()]
    if len(non_blank) < 2 or not non_blank[-1].startswith(_DASHES) or non_blank[-2].endswith(('"', "”", "’")):
        return ()
    names_by_row = [parse_names(row.lstrip("".join(_DASHES)), is_outlet) or () for row in non_blank]
    last_names = set(names_by_row[-1])
    return tuple(dict.fromkeys(name for names in names_by_row if last_names.intersection(names) for name in names))
