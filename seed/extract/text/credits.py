"""Bylines, and credits of photographs and agencies: they name who made the report, not who is in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
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
_CREDIT = re.compile(
    r"\((?:(?:[Ff]ile |[Ss]tock |[Hh]andout )?(?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Vv]ideo|[Ss]creengrab"
    r"|[Ss]creenshot|[Ss]ource|[Cc]redit|[Cc]ourtesy|[Gg]raphic|[Mm]ap|PHOTO)\b[^()\n]{0,120}"
    r"|[^()\n]{0,80}\b(?:Photo|Images|File|Handout|via AP|via Reuters))\)"
    r"|^(?:(?:[Ww]ith|[Aa]dditional|[Ss]ome) (?:additional )?(?:reporting|material|information|contributions?)"
    r"|[Rr]eporting|[Bb]ased on (?:reporting|reports|material)|(?:[Pp]hoto|[Ii]mage|[Pp]icture)(?: credits?)?:"
    r"|(?:Photo|Image) (?:by|courtesy))\b[^\n]{0,200}$",
    re.MULTILINE,
)


class Credit(NamedTuple):
    """A byline or credit at [start, end)."""

    start: int
    end: int
    kind: MentionKind


def find_credits(document: Document) -> list[Credit]:
    """Return the bylines and credits, in order of start."""
    folded = document.folded
    credits_ = [Credit(*match.span(), MentionKind.BYLINE) for match in _BYLINE.finditer(folded)]
    credits_ += [
        Credit(*match.span(), MentionKind.BYLINE)
        for match in _NAMES_ONLY_LINE.finditer(folded)
        if _are_all_people(document, match)
    ]
    credits_ += [Credit(*match.span(), MentionKind.CREDIT) for match in _CREDIT.finditer(folded)]
    return sorted(credits_)


def _are_all_people(document: Document, line: re.Match[str]) -> bool:
    """Return whether every name of a line of names begins with a given name."""
    # The line may end in a comma, with no name after it.
    first_words = [name.split()[0].lower() for name in line.group().split(",") if name.strip()]
    return all("given_names" in document.kinds.get(word, ()) for word in first_words)


def mark_credits(credits_: Sequence[Credit], candidates: Iterable[CandidateMention]) -> list[CandidateMention]:
    """Return the candidates; those inside a credit get its kind. `credits_` are in order of start."""
    starts = [credit.start for credit in credits_]
    return [
        _with_credit_kind(candidate, credits_[index - 1] if (index := bisect_right(starts, candidate.start)) else None)
        for candidate in candidates
    ]


def _with_credit_kind(candidate: CandidateMention, credit: Credit | None) -> CandidateMention:
    if credit is None or candidate.end > credit.end:
        return candidate
    return candidate._replace(kind=credit.kind)
