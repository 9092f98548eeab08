"""Choice between the entities that a form may name: conditions first, then the strongest kind of evidence."""

import re
from collections.abc import Iterable, Sequence

from seed.extract.candidates import CandidateMention
from seed.extract.lexicon.gazetteer import Hit, Reading
from seed.extract.lexicon.lexicon import Condition
from seed.extract.text.document import Document, fold_phrase

# Code points before and after a form in which its conditions are checked; longer than any word in a condition.
_CONTEXT_LENGTH = 60
# "Homs, Hama and Idlib provinces": the plural noun belongs to each name. The words are matched possessively: split at
# each of its capitals, "HOMS, PALMYRA, DAMASCUS, …" would be tried in millions of ways.
_LIST_WITH_NOUN = re.compile(
    r"(?:(?:, | and |, and )(?:(?:[a-z]{2}[ -])?[A-Z][\w'-]*+[ ]?){1,3}?)+ (?P<noun>[a-z]+s)\b"
)
_CONFIDENCE = {3: 0.97, 2: 0.93, 1: 0.95}


def disambiguate(document: Document, hits: Iterable[Hit]) -> list[CandidateMention]:
    """Return a candidate for each hit with a reading whose condition is met; if two entities remain, it names none."""
    hits = list(hits)
    candidates = []
    introductions: dict[str, int] | None = None
    for hit in hits:
        if len(hit.readings) == 1 and hit.readings[0].when is None:
            candidates.append(_candidate(hit, hit.readings, 1))
            continue
        if introductions is None:
            introductions = _introductions(hits)
        ranked = [(_rank(document, hit, reading, introductions), reading) for reading in hit.readings]
        best = max(rank for rank, _ in ranked)
        if best:
            candidates.append(_candidate(hit, [reading for rank, reading in ranked if rank == best], best))
    return candidates


def _candidate(hit: Hit, readings: Sequence[Reading], rank: int) -> CandidateMention:
    first = readings[0]
    if len(readings) == 1:
        return CandidateMention(hit.start, hit.end, first.type, first.kind, first.entity, "lexicon", _CONFIDENCE[rank])
    entities = {reading.entity for reading in readings}
    first = min(readings, key=lambda reading: (not reading.exact, reading.entity, reading.kind))
    if len(entities) > 1:
        return CandidateMention(hit.start, hit.end, first.type, first.kind, None, "ambiguous", 0.5)
    return CandidateMention(hit.start, hit.end, first.type, first.kind, first.entity, "lexicon", _CONFIDENCE[rank])


def _introductions(hits: Iterable[Hit]) -> dict[str, int]:
    """Return the position at which a form without a condition first names each entity."""
    positions: dict[str, int] = {}
    for hit in hits:
        first = hit.readings[0]
        is_one = len(hit.readings) == 1 or all(reading.entity == first.entity for reading in hit.readings)
        if first.when is None and is_one:
            positions[first.entity] = min(hit.start, positions.get(first.entity, hit.start))
    return positions


def _rank(document: Document, hit: Hit, reading: Reading, introductions: dict[str, int]) -> int:
    """Return 0 if the condition fails, 3 for words next to the form, 2 for words of the document, 1 for none."""
    when = reading.when
    if when is None or when.case:
        return 1
    if when.introduced:
        return 2 if introductions.get(reading.entity, hit.start) < hit.start else 0
    if not _is_met(document, hit, when):
        return 0
    return 3 if when.before or when.after else 2


def _is_met(document: Document, hit: Hit, when: Condition) -> bool:
    if when.context and not any(map(document.contains, when.context)):
        return False
    if when.before and not _precedes_word(document.folded[hit.end : hit.end + _CONTEXT_LENGTH], when.before):
        return False
    return not when.after or _follows_word(document.folded[max(0, hit.start - _CONTEXT_LENGTH) : hit.start], when.after)


def _precedes_word(following: str, words: Iterable[str]) -> bool:
    remaining = following.lstrip(" ,-").lower()
    if any(
        remaining.startswith(word) and not remaining[len(word) :].removeprefix("s")[:1].isalnum()
        for word in map(fold_phrase, words)
    ):
        return True
    list_match = _LIST_WITH_NOUN.match(following)
    return list_match is not None and any(list_match["noun"] == f"{fold_phrase(word)}s" for word in words)


def _follows_word(preceding: str, words: Iterable[str]) -> bool:
    preceding = preceding.rstrip(" ,-").lower()
    return any(
        preceding.endswith(word) and not preceding[-len(word) - 1 : -len(word)].isalnum()
        for word in map(fold_phrase, words)
    )
