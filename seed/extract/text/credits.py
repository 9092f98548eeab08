"""Bylines, and credits of photographs and agencies: they name who made the report, not who is in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

from app.models import MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.text.document import Document

_NAME = r"[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,4}"
_BYLINE = re.compile(
    rf"^(?:[Bb]y|BY)[ :]+{_NAME}(?:(?:, | and |, and ){_NAME}){{0,4}}(?= *(?:\||,|$|-))"
    rf"|^{_NAME}(?= \| [^\n|]{{4,40}}(?:\||$))"
    # A name on the line after a quotation signs it.
    rf'|^-(?<!"\n-) ?{_NAME}(?:(?:, | and ){_NAME}){{0,4}} *$',
    re.MULTILINE,
)
# Two or more names on a line of their own; a single one may be a heading.
_NAMES_ONLY_LINE = re.compile(r"^(?:[A-Z][\w'-]+(?: [A-Z][\w.'-]*){1,3}(?:, |(?= *$))){2,6} *$", re.MULTILINE)
_CREDIT_IN_BRACKETS = re.compile(
    r"\((?:(?:[Ff]ile |[Ss]tock |[Hh]andout )?(?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Vv]ideo|[Ss]creengrab"
    r"|[Ss]creenshot|[Ss]ource|[Cc]redit|[Cc]ourtesy|[Gg]raphic|[Mm]ap|PHOTO)\b[^()\n]{0,120}"
    r"|[^()\n]{0,80}\b(?:Photo|Images|File|Handout|via AP|via Reuters))\)"
)
_CREDIT_LINE = re.compile(
    r"(?:(?:[Ww]ith|[Aa]dditional|[Ss]ome) (?:additional )?(?:reporting|material|information|contributions?)"
    r"|[Rr]eporting|[Bb]ased on (?:reporting|reports|material)|(?:[Pp]hoto|[Ii]mage|[Pp]icture)(?: credits?)?:"
    r"|(?:Photo|Image) (?:by|courtesy))\b[^\n]{0,200}$",
    re.MULTILINE,
)


class Credit(NamedTuple):
    """A byline or credit at [start, end)."""

    start: int
    end: int
    kind: MentionKind


_START = attrgetter("start")


def find_credits(document: Document) -> list[Credit]:
    """Return the bylines and credits, in order of start."""
    folded = document.folded
    credits_ = []
    # A search for lines that begin so would look at every letter.
    for start in _line_starts(folded):
        if byline := _BYLINE.match(folded, start):
            credits_.append(Credit(*byline.span(), MentionKind.BYLINE))
        if (names := _NAMES_ONLY_LINE.match(folded, start)) and _are_all_people(document, names):
            credits_.append(Credit(*names.span(), MentionKind.BYLINE))
        if line := _CREDIT_LINE.match(folded, start):
            credits_.append(Credit(*line.span(), MentionKind.CREDIT))
    lines = [credit for credit in credits_ if credit.kind is MentionKind.CREDIT]
    for match in _CREDIT_IN_BRACKETS.finditer(folded):
        number = bisect_right(lines, match.start(), key=_START)
        if not number or match.start() >= lines[number - 1].end:
            credits_.append(Credit(*match.span(), MentionKind.CREDIT))
    return sorted(credits_)


def _line_starts(text: str) -> Iterator[int]:
    start = 0
    while start >= 0:
        yield start
        start = text.find("\n", start) + 1 or -1


def _are_all_people(document: Document, line: re.Match[str]) -> bool:
    """Return whether every name of a line of names begins with a given name."""
    # The line may end in a comma, with no name after it.
    first_words = [name.split()[0].lower() for name in line.group().split(",") if name.strip()]
    return all("given_names" in document.word_kinds[word][1] for word in first_words)


def mark_credits(credits_: Sequence[Credit], candidates: Iterable[CandidateMention]) -> list[CandidateMention]:
    """Return the candidates; those inside a credit get its kind. `credits_` are in order of start."""
    if not credits_:
        return list(candidates)
    starts = [credit.start for credit in credits_]
    return [
        _with_credit_kind(candidate, credits_[index - 1] if (index := bisect_right(starts, candidate.start)) else None)
        for candidate in candidates
    ]


def _with_credit_kind(candidate: CandidateMention, credit: Credit | None) -> CandidateMention:
    if credit is None or candidate.end > credit.end:
        return candidate
    return candidate._replace(kind=credit.kind)
