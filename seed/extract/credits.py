"""Bylines, and credits of photographs and agencies: names there made the report, they are not in it."""

import re
from collections.abc import Iterable

from app.models import MentionKind
from seed.extract.document import Document
from seed.extract.spans import Candidate

_NAME = r"[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,4}"
_BYLINE = re.compile(
    rf"^(?:[Bb]y|BY)[ :]+{_NAME}(?:(?:, | and |, and ){_NAME}){{0,4}}(?= *(?:\||,|$|-))"
    rf"|^{_NAME}(?= \| [^\n|]{{4,40}}(?:\||$))"
    rf"|^- ?{_NAME}(?:(?:, | and ){_NAME}){{0,4}} *$",
    re.MULTILINE,
)
_CREDIT = re.compile(
    r"\((?:(?:[Ff]ile |[Ss]tock |[Hh]andout )?(?:[Pp]hotos?|[Ii]mages?|[Pp]ictures?|[Vv]ideo|[Ss]creengrab|[Ss]creenshot"
    r"|[Ss]ource|[Cc]redit|[Cc]ourtesy|[Gg]raphic|[Mm]ap|PHOTO)\b[^()\n]{0,120}"
    r"|[^()\n]{0,80}\b(?:Photo|Images|File|Handout|via AP|via Reuters))\)"
    r"|^(?:(?:[Ww]ith|[Aa]dditional|[Ss]ome) (?:additional )?(?:reporting|material|information|contributions?)"
    r"|[Rr]eporting|[Bb]ased on (?:reporting|reports|material)|(?:[Pp]hoto|[Ii]mage|[Pp]icture)(?: credits?)?:"
    r"|(?:Photo|Image) (?:by|courtesy))\b[^\n]{0,200}$",
    re.MULTILINE,
)


def mark_credits(document: Document, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Returns the candidates, those inside bylines and credits with that kind."""
    places = [(match.span(), MentionKind.BYLINE) for match in _BYLINE.finditer(document.folded)]
    places += [(match.span(), MentionKind.CREDIT) for match in _CREDIT.finditer(document.folded)]
    return [_marked(candidate, places) for candidate in candidates]


def _marked(candidate: Candidate, places: list[tuple[tuple[int, int], MentionKind]]) -> Candidate:
    for (start, end), kind in places:
        if start <= candidate.start and candidate.end <= end:
            return candidate._replace(kind=kind)
    return candidate
