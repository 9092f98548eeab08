"""The names the lexicon knows, found in one pass with an Aho-Corasick automaton."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import ahocorasick

from app.models import EntityType, MentionKind
from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import Condition, Form, Lexicon, LexiconEntity

# Arabic articles are written with hyphen or space, capital or small: al-Bab, Al-Bab, Al Bab, al Bab.
_ARTICLE = re.compile(r"\b([aA]l|[eE]l|[aA]r|[aA]s|[aA]sh|[aA]t|[eE]z|[aA]z|[aA]n|[aA]d|[uU]l)[- ](?=[^\W\d_])")
# A name between common nouns in small letters: "government of Iraq", "Syrian army", "northern Syria".
_DESCRIPTION = re.compile(
    r"(?P<before>(?:[a-z][a-z-]{3,} (?:of (?:the )?)?)?)"
    r"(?P<name>[^\Wa-z].*?|al-[^\Wa-z].*?)"
    r"(?P<after>(?:(?:[ -][a-z][a-z'-]{2,})+(?: in .+)?)?)"
)
# The coalitions have no other name.
_KEPT = "coalition"
# People and weapons may end in small letters: "Mullah Omar's" does not, "Tu-160 bomber" does.
_WHOLE_TYPES = frozenset({EntityType.PERSON, EntityType.WEAPON, EntityType.STATE})
# Shorter words in capitals are as likely another acronym.
_SHORTEST_CAPITALS = 4


class Reading(NamedTuple):
    """One entity that a form may name; `exact` is false for a spelling derived from what the lexicon says."""

    entity: str
    type: EntityType
    kind: MentionKind
    when: Condition | None
    exact: bool


class Hit(NamedTuple):
    """A form of the lexicon found between token boundaries, with all its readings."""

    start: int
    end: int
    readings: tuple[Reading, ...]


class Gazetteer:
    """All forms of a lexicon, compiled once; safe to share."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._automaton = ahocorasick.Automaton()
        for text, readings in _compile(lexicon.entities.values()).items():
            self._automaton.add_word(text, (len(text), tuple(readings.values())))
        self._automaton.make_automaton()

    def hits(self, folded: str) -> Iterator[Hit]:
        """Returns every form that stands between token boundaries, in order of its end; they may overlap."""
        if not len(self._automaton):
            return
        size = len(folded)
        for last, (length, readings) in self._automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            if start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            if end < size and folded[end].isalnum():
                continue
            yield Hit(start, end, readings)


def _compile(entities: Iterable[LexiconEntity]) -> dict[str, dict[tuple[str, MentionKind], Reading]]:
    """Returns the readings by folded form; a spelling that the lexicon gives beats one derived from it."""
    compiled: dict[str, dict[tuple[str, MentionKind], Reading]] = {}
    forms = [(entity, form) for entity in entities for form in entity.forms]
    proper = {fold_code_points(form.text) for _, form in forms}
    for entity, form in forms:
        for text, when, exact in _spellings(_proper_form(entity, form, proper)):
            readings = compiled.setdefault(text, {})
            known = readings.get((entity.id, form.kind))
            if known is None or (exact and not known.exact):
                readings[entity.id, form.kind] = Reading(entity.id, entity.type, form.kind, when, exact)
    return compiled


def _proper_form(entity: LexiconEntity, form: Form, proper: AbstractSet[str]) -> Form | None:
    """Returns a form without the common nouns around a name that stands by itself: a name is what is capitalised.

    "Syrian army" and "government of Iraq" describe by naming Syria and Iraq. "Idlib province" is the name Idlib, and
    what follows tells that the province is meant.
    """
    match = _DESCRIPTION.fullmatch(fold_code_points(form.text))
    if match is None or not (match["before"] or match["after"]) or match["name"] not in proper:
        return form
    if form.kind is not MentionKind.NAME or _KEPT in form.text:
        return form
    if entity.type is EntityType.PLACE and match["after"] and not match["before"] and form.when is None:
        return Form(match["name"], form.kind, Condition(before=(match["after"].strip(),)))
    return form if entity.type in _WHOLE_TYPES else None


def _spellings(form: Form | None) -> Iterator[tuple[str, Condition | None, bool]]:
    if form is None:
        return
    text = fold_code_points(form.text)
    yield text, form.when, True
    if form.when and form.when.case:
        return
    spellings = {text, text[0].upper() + text[1:]}
    if form.kind is not MentionKind.ACRONYM:
        spellings.update(_article_spellings(text))
        if sum(map(str.isalpha, text)) >= _SHORTEST_CAPITALS:
            spellings |= {_upper(spelling) for spelling in spellings}
    for spelling in sorted(spellings - {text}):
        yield spelling, form.when, False


def _article_spellings(text: str) -> Iterator[str]:
    if not _ARTICLE.search(text):
        return
    for change in (str.lower, str.capitalize):
        for joint in "- ":
            yield _ARTICLE.sub(lambda match, c=change, j=joint: c(match.group(1)) + j, text)  # type: ignore[misc]


def _upper(text: str) -> str:
    # A character whose capital is longer (ß) stays as it is: offsets count code points.
    if text.isascii():
        return text.upper()
    return "".join(upper if len(upper := c.upper()) == 1 else c for c in text)
