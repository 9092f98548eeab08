"""Which of the entities that a form may name it names here: conditions first, then the surest kind of evidence."""

import re
from collections.abc import Iterable, Sequence

from app.text.folding import fold_code_points
from seed.extract.candidates import Candidate
from seed.extract.lexicon.gazetteer import Hit, Reading
from seed.extract.lexicon.lexicon import Condition
from seed.extract.text.document import Document

# How far beside a form its neighbour is looked for, in code points; longer than any word in a condition.
_REACH = 60
# "Homs, Hama and Idlib provinces": the noun in the plural belongs to each. The words are matched possessively: split at
# each of its capitals, "HOMS, PALMYRA, DAMASCUS, …" would be tried in millions of ways.
_LISTED = re.compile(r"(?:(?:, | and |, and )(?:(?:[a-z]{2}[ -])?[A-Z][\w'-]*+[ ]?){1,3}?)+ (?P<noun>[a-z]+s)\b")
_CONFIDENCE = {3: 0.97, 2: 0.93, 1: 0.95}


def read_hits(document: Document, hits: Iterable[Hit]) -> list[Candidate]:
    """Returns a candidate for each hit that some reading allows; with two left over it names no entity."""
    hits = list(hits)
    introductions = _introductions(hits)
    candidates = []
    for hit in hits:
        if len(hit.readings) == 1 and hit.readings[0].when is None:
            candidates.append(_candidate(hit, hit.readings, 1))
            continue
        ranked = [(_rank(document, hit, reading, introductions), reading) for reading in hit.readings]
        best = max(rank for rank, _ in ranked)
        if best:
            candidates.append(_candidate(hit, [reading for rank, reading in ranked if rank == best], best))
    return candidates


def _candidate(hit: Hit, readings: Sequence[Reading], rank: int) -> Candidate:
    first = readings[0]
    if len(readings) == 1:
        return Candidate(hit.start, hit.end, first.type, first.kind, first.entity, "lexicon", _CONFIDENCE[rank])
    entities = {reading.entity for reading in readings}
    first = min(readings, key=lambda reading: (not reading.exact, reading.entity, reading.kind))
    if len(entities) > 1:
        return Candidate(hit.start, hit.end, first.type, first.kind, None, "ambiguous", 0.5)
    return Candidate(hit.start, hit.end, first.type, first.kind, first.entity, "lexicon", _CONFIDENCE[rank])


def _introductions(hits: Iterable[Hit]) -> dict[str, int]:
    """Returns where a form without condition first names each entity."""
    places: dict[str, int] = {}
    for hit in hits:
        first = hit.readings[0]
        if first.when is None and all(reading.entity == first.entity for reading in hit.readings):
            places[first.entity] = min(hit.start, places.get(first.entity, hit.start))
    return places


def _rank(document: Document, hit: Hit, reading: Reading, introductions: dict[str, int]) -> int:
    """Returns 0 for a condition that fails, 3 for words beside the form, 2 for the document's, 1 for no condition."""
    when = reading.when
    if when is None or when.case:
        return 1
    if when.introduced:
        return 2 if introductions.get(reading.entity, hit.start) < hit.start else 0
    if not _holds(document, hit, when):
        return 0
    return 3 if when.before or when.after else 2


def _holds(document: Document, hit: Hit, when: Condition) -> bool:
    if when.context and not any(map(document.says, when.context)):
        return False
    if when.before and not _stands_before(document.folded[hit.end : hit.end + _REACH], when.before):
        return False
    return not when.after or _stands_after(document.folded[max(0, hit.start - _REACH) : hit.start], when.after)


def _stands_before(following: str, words: Iterable[str]) -> bool:
    rest = following.lstrip(" ,-").lower()
    if any(
        rest.startswith(word) and not rest[len(word) :].removeprefix("s")[:1].isalnum() for word in map(_plain, words)
    ):
        return True
    listed = _LISTED.match(following)
    return listed is not None and any(listed["noun"] == f"{_plain(word)}s" for word in words)


def _stands_after(preceding: str, words: Iterable[str]) -> bool:
    preceding = preceding.rstrip(" ,-").lower()
    return any(
        preceding.endswith(word) and not preceding[-len(word) - 1 : -len(word)].isalnum() for word in map(_plain, words)
    )


def _plain(word: str) -> str:
    return fold_code_points(word).lower()
