"""The gazetteer: all forms of the lexicon, matched in one pass with Aho-Corasick automata."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

import ahocorasick

from app.models import EntityType, MentionKind
from app.text.folding import fold_code_points
from seed.extract.lexicon.lexicon import Condition, Lexicon, LexiconEntity, NameForm
from seed.extract.lexicon.scripts import (
    FIRST_ATTACHING,
    FIRST_OTHER,
    arabic_dative,
    cyrillic_cases,
    has_other_scripts,
    may_begin_inside_word,
    may_end_inside_word,
)

# Arabic articles have a hyphen or a space, and either letter case: al-Bab, Al-Bab, Al Bab, al Bab.
_ARTICLE = re.compile(r"\b([aA]l|[eE]l|[aA]r|[aA]s|[aA]sh|[aA]t|[eE]z|[aA]z|[aA]n|[aA]d|[uU]l)[- ](?=[^\W\d_])")
# A name among common nouns in lower case: "government of Iraq", "Syrian army", "northern Syria".
_DESCRIPTION = re.compile(
    r"(?P<before>(?:[a-z][a-z-]{3,} (?:of (?:the )?)?)?)"
    r"(?P<name>[^\Wa-z].*?|al-[^\Wa-z].*?)"
    r"(?P<after>(?:(?:[ -][a-z][a-z'-]{2,})+(?: in .+)?)?)"
)
# Coalitions have no other name, so their descriptions stay.
_COALITION = "coalition"
# Names of these types may end in lowercase words, as in "Tu-160 bomber".
_TYPES_WITH_SMALL_LETTERS = frozenset({EntityType.PERSON, EntityType.WEAPON, EntityType.STATE})
# A shorter word in capitals is as likely an acronym of something else.
_MIN_LETTERS_IN_CAPITALS = 4


class Reading(NamedTuple):
    """An entity that a form may name; `exact` is false for a spelling derived from one in the lexicon."""

    entity: str
    type: EntityType
    kind: MentionKind
    when: Condition | None
    exact: bool


class Hit(NamedTuple):
    """A match of a form between token boundaries, with all its readings."""

    start: int
    end: int
    readings: tuple[Reading, ...]


class Gazetteer:
    """All forms of a lexicon in two automata, of which most texts need one; immutable, so safe to share."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._latin, self._others = ahocorasick.Automaton(), ahocorasick.Automaton()
        compiled = _compile(lexicon.entities.values())
        shared: dict[tuple[int, tuple[Reading, ...]], tuple[int, tuple[Reading, ...]]] = {}
        # In alphabetical order, what a match visits lies close together in memory; each form is freed once it is added.
        for text in sorted(compiled):
            value = (len(text), tuple(chain.from_iterable(compiled.pop(text).values())))
            automaton = self._others if text[0] >= FIRST_OTHER else self._latin
            automaton.add_word(text, shared.setdefault(value, value))
        for automaton in (self._latin, self._others):
            automaton.make_automaton()

    def hits(self, folded: str) -> Iterator[Hit]:
        """Yield every match that is a name of its own, in order of its end; matches may overlap."""
        matches = self._latin.iter(folded) if len(self._latin) else ()
        if len(self._others) and has_other_scripts(folded):
            matches = sorted([*matches, *self._others.iter(folded)], key=itemgetter(0))
        size = len(folded)
        for last, (length, readings) in matches:
            start, end = last + 1 - length, last + 1
            if (
                start
                and folded[start - 1].isalnum()
                and (first := folded[start]).isalnum()
                and (first < FIRST_ATTACHING or not may_begin_inside_word(folded, start, end))
            ):
                continue
            if (
                end < size
                and folded[end].isalnum()
                and (folded[last] < FIRST_ATTACHING or not may_end_inside_word(folded, end))
            ):
                continue
            yield Hit(start, end, readings)


def _compile(entities: Iterable[LexiconEntity]) -> dict[str, dict[tuple[str, MentionKind], list[Reading]]]:
    """Return the readings by folded form, then by entity and kind; see `_with_reading`."""
    compiled: dict[str, dict[tuple[str, MentionKind], list[Reading]]] = {}
    forms = [(entity, form) for entity in entities for form in entity.forms]
    proper = defaultdict[str, set[str]](set)
    for entity, form in forms:
        proper[fold_code_points(form.text)] |= {entity.id} if form.when is None else set()
    for entity, form in forms:
        if (matched := _proper_form(entity, form, proper)) is None:
            continue
        for text, when, exact in _spellings(matched):
            readings = compiled.setdefault(text, {})
            key = (entity.id, matched.kind)
            readings[key] = _with_reading(readings.get(key, []), Reading(entity.id, entity.type, key[1], when, exact))
    return compiled


def _with_reading(readings: list[Reading], new: Reading) -> list[Reading]:
    """Return the readings of one text as one entity with another, any of which may be met.

    A spelling listed in the lexicon beats a derived one, and a form without a condition all others.
    """
    if not readings or (new.exact, new.when is None) > (readings[0].exact, readings[0].when is None):
        return [new]
    if readings[0].when is None or new.when is None or readings[0].exact != new.exact or new in readings:
        return readings
    last = readings[-1].when
    if last is not None and {last, new.when} <= {Condition(before=last.before), Condition(before=new.when.before)}:
        return [*readings[:-1], new._replace(when=Condition(before=last.before + new.when.before))]
    return [*readings, new]


def _proper_form(entity: LexiconEntity, form: NameForm, proper: Mapping[str, AbstractSet[str]]) -> NameForm | None:
    """Return the form as it is matched; None for common nouns around another form of the same entity.

    "Syrian army" and "government of Iraq" are descriptions: they name Syria and Iraq, and link to the army and the
    government. "Idlib province" becomes the name Idlib with the condition that "province" follows. `proper` has each
    form with the entities whose names it is without a condition.
    """
    match = _DESCRIPTION.fullmatch(fold_code_points(form.text))
    if match is None or not (match["before"] or match["after"]) or match["name"] not in proper:
        return form
    if form.kind is not MentionKind.NAME or _COALITION in form.text:
        return form
    if entity.type is EntityType.PLACE and match["after"] and not match["before"] and form.when is None:
        return NameForm(match["name"], form.kind, Condition(before=(match["after"].strip(),)))
    return form if entity.type in _TYPES_WITH_SMALL_LETTERS else _description(entity, form, match, proper)


def _description(
    entity: LexiconEntity, form: NameForm, match: re.Match[str], proper: Mapping[str, AbstractSet[str]]
) -> NameForm | None:
    """Return a form of common nouns around a name, of an entity whose names have capitals."""
    owners = proper[match["name"]]
    if entity.id in owners:
        return None
    if owners:
        return NameForm(form.text, MentionKind.DESCRIPTION, form.when)
    # The name alone counts only under conditions, and a noun next to it is as good as these.
    return form if match["before"] and match["after"] else NameForm(match["name"], form.kind, _next_to(match))


def _next_to(match: re.Match[str]) -> Condition:
    """Return the condition of the noun next to a name; one after it is in `before`, as the name stands before it."""
    before, after = (tuple(filter(None, [match[group].strip()])) for group in ("after", "before"))
    return Condition(before=before, after=after)


def _spellings(form: NameForm) -> Iterator[tuple[str, Condition | None, bool]]:
    text = fold_code_points(form.text)
    yield text, form.when, True
    if form.when and form.when.case:
        return
    spellings = {text, text[0].upper() + text[1:]}
    if form.kind is not MentionKind.ACRONYM:
        spellings.update(_article_spellings(text))
        if text[0] < FIRST_ATTACHING and sum(map(str.isalpha, text)) >= _MIN_LETTERS_IN_CAPITALS:
            spellings |= {_upper(spelling) for spelling in spellings}
    if text[0] >= FIRST_OTHER:
        spellings.update(_attached_spellings(form.text))
    for spelling in sorted(spellings - {text}):
        yield spelling, form.when, False


def _attached_spellings(name: str) -> Iterator[str]:
    """Yield the spellings that other scripts than Latin derive: case forms, and the article after a preposition."""
    yield from map(fold_code_points, cyrillic_cases(name))
    if (dative := arabic_dative(name)) is not None:
        yield fold_code_points(dative)


def _article_spellings(text: str) -> Iterator[str]:
    if not _ARTICLE.search(text):
        return
    for change in (str.lower, str.capitalize):
        for joint in "- ":
            yield _ARTICLE.sub(lambda match, c=change, j=joint: c(match.group(1)) + j, text)  # type: ignore[misc]


def _upper(text: str) -> str:
    # A character whose capital is longer (ß) does not change: offsets count code points.
    if text.isascii():
        return text.upper()
    return "".join(upper if len(upper := c.upper()) == 1 else c for c in text)
