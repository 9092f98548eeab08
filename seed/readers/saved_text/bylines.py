"""Who wrote it, where a page says so in a line of names and nothing else."""

import re
from collections.abc import Callable, Iterable

LONGEST_ROW = 300
"""Characters of a line of names and dates; a longer one is a paragraph."""

IsOutlet = Callable[[str], bool]

_BY = re.compile(r"(?:by|written by|posted by|authors?:)\s+", re.IGNORECASE)
_DASHES = ("—", "–", "-")
_BETWEEN = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’-](?=[^\W\d_]))*\.?")
_PARTICLES = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "van", "von"}
)
_ROLES = re.compile(
    r"\b(?:analyst|bureau|chief|columnist|contributor|correspondent|desk|editor|reporter|staff|writer)\b",
    re.IGNORECASE,
)
_SECTIONS = re.compile(r"\b(?:blog|breaking|business|live|news|opinion|politics|video|world)\b", re.IGNORECASE)
_LONGEST_NAME = 6  # Words; a longer run is a sentence.


def byline(row: str, is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """The names after "By", without outlets and roles; None if the line is no byline."""
    match = _BY.match(row)
    return None if match is None else names(row[match.end() :], is_outlet)


def names(row: str, is_outlet: IsOutlet) -> tuple[str, ...] | None:
    """The persons in a line that holds names, outlets and roles alone; None if there is anything else."""
    if len(row) > LONGEST_ROW:
        return None
    parts = [" ".join(part.split()) for part in _BETWEEN.split(row.strip())]
    persons = [part for part in parts if not is_outlet(part) and not _ROLES.search(part)]
    return tuple(persons) if all(_is_name(person) for person in persons) else None


def _is_name(text: str) -> bool:
    words = text.split()
    if _SECTIONS.search(text):
        return False
    if not 2 <= len(words) <= _LONGEST_NAME or not all(_WORD.fullmatch(word) for word in words):
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words) and words[-1][0].isupper()


def signed(rows: Iterable[str], is_outlet: IsOutlet) -> tuple[str, ...]:
    """The authors who signed a text: its last line is a dash and their names, and does not follow a quotation.

    A live blog's posts are signed each by itself: earlier lines of names count if they share one with the last.
    """
    written = [row.strip() for row in rows if row.strip()]
    if len(written) < 2 or not written[-1].startswith(_DASHES) or written[-2].endswith(('"', "”", "’")):
        return ()
    lists = [names(row.lstrip("".join(_DASHES)), is_outlet) or () for row in written]
    closing = set(lists[-1])
    return tuple(dict.fromkeys(name for listed in lists if closing.intersection(listed) for name in listed))
