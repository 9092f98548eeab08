"""Names of the lexicon that are words of other things: US and WHO in lines of capitals, Brussels in its sprouts."""

import re
from collections.abc import Container, Iterable, Iterator

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.lexicon.word_lists import WordLists
from seed.extract.text.document import Document

_MIN_SPACES = 2
_MAX_LINE = 300
_NEXT_WORD = re.compile(r"[ -]?([A-Z]+)")
_WORD_BEFORE = re.compile(r"([A-Z]+)[ -]$")
_WORD_AFTER = re.compile(r"[ -]([A-Za-z]+)")
_ANY_WORD_BEFORE = re.compile(r"([A-Za-z]+)[ -]$")
_MAX_WORD = 20
_JOINED_BEFORE = re.compile(r"(?: AND |, | ?[-/] ?)$")
_JOINED_AFTER = re.compile(r" ?[-/] ?")
_MAX_JOIN = 5
# No line begins with the pronoun "us", and no list has it.
_NEVER_FIRST = "US"


def without_common_words(
    document: Document, word_lists: WordLists, hits: Iterable[CandidateMention]
) -> Iterator[CandidateMention]:
    """Yield the hits but for parts of compounds, and for words that a line of capitals makes look like acronyms."""
    hits = list(hits)
    state_edges = {edge for hit in hits if hit.type is EntityType.STATE for edge in (hit.start, hit.end)}
    for hit in hits:
        surface = document.folded[hit.start : hit.end].lower()
        if hit.kind is not MentionKind.ACRONYM:
            words = word_lists.compounds.get(surface)
            is_common = words is not None and _is_in_compound(document, words, hit)
        else:
            is_word = "acronym_words" in word_lists.word_kinds[surface][1]
            is_common = is_word and _is_word_in_capitals(document, word_lists, hit, state_edges)
        if not is_common:
            yield hit


def _is_beside_state(document: Document, hit: CandidateMention, state_edges: Container[int]) -> bool:
    """Return whether "and" or a comma joins US to the state before it, or a hyphen to another: "US-CHINA"."""
    if document.folded[hit.start : hit.end] != _NEVER_FIRST:
        return False
    preceding = _JOINED_BEFORE.search(document.folded[max(0, hit.start - _MAX_JOIN) : hit.start])
    if preceding and hit.start - len(preceding[0]) in state_edges:
        return True
    following = _JOINED_AFTER.match(document.folded, hit.end)
    return following is not None and following.end() in state_edges


def _is_in_compound(document: Document, words: Container[str], hit: CandidateMention) -> bool:
    """Return whether a place with one of these words beside it is a dish, an animal or the like: "Peking duck"."""
    following = _WORD_AFTER.match(document.folded, hit.end)
    preceding = _ANY_WORD_BEFORE.search(document.folded[max(0, hit.start - _MAX_WORD) : hit.start])
    return any(match is not None and match[1].lower() in words for match in (following, preceding))


def _is_word_in_capitals(
    document: Document, word_lists: WordLists, hit: CandidateMention, state_edges: Container[int]
) -> bool:
    """Return whether a hit that is a word, too, is one here: in a line of capitals with nothing that shows a name."""
    if not _is_in_capitals(document.folded, hit):
        return False
    surface = document.folded[hit.start : hit.end]
    return not _is_acronym(document, word_lists, hit, surface) and not _is_beside_state(document, hit, state_edges)


def _is_in_capitals(folded: str, hit: CandidateMention) -> bool:
    start, end = _line_start(folded, hit.start), folded.find("\n", hit.end, hit.end + _MAX_LINE)
    if end < 0:
        end = len(folded)
    return end - start <= _MAX_LINE and folded[start:end].isupper() and folded.count(" ", start, end) >= _MIN_SPACES


def _line_start(folded: str, position: int) -> int:
    """Return the start of the line, or of the longest line before the position that can be a headline."""
    first = max(0, position - _MAX_LINE)
    return max(first, folded.rfind("\n", first, position) + 1)


def _is_acronym(document: Document, word_lists: WordLists, hit: CandidateMention, surface: str) -> bool:
    """Return whether a noun for what states and groups have follows, or "by", "against" or the like precedes."""
    folded = document.folded
    line_start = _line_start(folded, hit.start)
    following = _NEXT_WORD.match(folded, hit.end)
    preceding = _WORD_BEFORE.search(folded[max(line_start, hit.start - 20) : hit.start])
    if following and "after_acronym" in word_lists.kinds.get(following[1].lower(), ()):
        return True
    if preceding and "before_acronym" in word_lists.kinds.get(preceding[1].lower(), ()):
        return True
    if surface != _NEVER_FIRST:
        return False
    if hit.start == line_start or preceding is None:
        return True
    return following is not None and "before_us" in word_lists.kinds.get(preceding[1].lower(), ())
