"""The gazetteer: all forms of the lexicon, found at the words of a text; those in other scripts anywhere in it."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
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
    may_begin_inside_word,
    may_end_inside_word,
)
from seed.extract.text.document import Document
from seed.extract.text.tokens import MAX_WORDS

# Arabic articles have a hyphen or a space, and either letter case: al-Bab, Al-Bab, Al Bab, al Bab.
_ARTICLE = re.compile(r"\b([aA]l|[eE]l|[aA]r|[aA]s|[aA]sh|[aA]t|[eE]z|[aA]z|[aA]n|[aA]d|[uU]l)[- ](?=[^\W\d_])")
# A name among common nouns in lower case: "government of Iraq", "Syrian army", "northern Syria".
_DESCRIPTION = re.compile(
    r"(?P<before>(?:[a-z][a-z-]{3,} (?:of (?:the )?)?|anti-|counter-)?)"
    r"(?P<name>[^\Wa-z].*?|al-[^\Wa-z].*?)"
    r"(?P<after>(?:(?:[ -][a-z][a-z'-]{2,})+(?: in .+)?)?)"
)
_WORD = re.compile(r"[^\W_]+")
_END_AND_START = itemgetter(1, 0)
# A coalition that a state leads has no other name, so its description stays; one against a group names the group.
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


class _MatchedForm(NamedTuple):
    """A form of an entity, with its folded text."""

    text: str
    form: NameForm
    entity: str
    type: EntityType


_Match = tuple[int, int, tuple[Reading, ...]]
"""Start and end of a form with its readings, whatever stands around it."""


class Gazetteer:
    """All forms of a lexicon; immutable but for what the first text that needs it builds, so safe to share.

    Names in Latin letters begin with a word: these forms stand in one sorted list, each with the number of the longest
    form that it begins with (see `_prefixes`). Those in other scripts, which can begin inside a word, take an
    Aho-Corasick automaton of five times the memory, which is built for the first text with such a letter.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        latin: list[_MatchedForm] = []
        self._other_forms: list[_MatchedForm] = []
        for form in _matched_forms(lexicon.entities.values()):
            (self._other_forms if form.text[0] >= FIRST_OTHER else latin).append(form)
        compiled = _compile(latin)
        self._forms = sorted(compiled)
        self._readings = [compiled[text] for text in self._forms]
        self._prefixes = _prefixes(self._forms)
        self._max_length = max(map(len, self._forms), default=0)
        self._starts_of_word = _StartsOfWord(_ranges_by_first_word(self._forms))
        self._signs = frozenset(form[0] for form in self._forms if not form[0].isalnum())
        self._other_starts = _one_of({form.text[0] for form in self._other_forms})

    def hits(self, document: Document) -> Iterator[Hit]:
        """Yield every match that is a name of its own, in order of its end; matches may overlap."""
        folded = document.folded
        matches = self._latin_matches(document)
        if not folded.isascii() and self._other_starts.search(folded):
            matches += (
                (last + 1 - length, last + 1, readings) for last, (length, readings) in self._automaton.iter(folded)
            )
        size = len(folded)
        for start, end, readings in sorted(matches, key=_END_AND_START):
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
                and (folded[end - 1] < FIRST_ATTACHING or not may_end_inside_word(folded, end))
            ):
                continue
            yield Hit(start, end, readings)

    def _latin_matches(self, document: Document) -> list[_Match]:
        """Return start, end and readings of each form that stands at the beginning of a word.

        A form that begins a text is at most the text, and all forms between the two begin with it. So all of them are
        the last form that is not greater than the text, or among its prefixes. Only those with the same first word can
        end where a word ends, and they are close together.
        """
        matches: list[_Match] = []
        folded = document.folded
        forms, prefixes, readings = self._forms, self._prefixes, self._readings
        for start, low, high in chain(self._starts_at_words(document), self._starts_at_signs(document)):
            number = bisect_right(forms, folded[start : start + self._max_length], low, high) - 1
            while number >= low:
                if folded.startswith(form := forms[number], start):
                    matches.append((start, start + len(form), readings[number]))
                number = prefixes[number]
        return matches

    def _starts_at_words(self, document: Document) -> list[tuple[int, int, int]]:
        """Return where a form can begin at a word, with the range of the forms."""
        columns = document.columns
        starts_of_words = zip(columns.starts, map(self._starts_of_word.__getitem__, columns.texts), strict=True)
        return [
            (start + offset, low, high)
            for start, starts in starts_of_words
            if starts  # most words begin no form
            for offset, low, high in starts
        ]

    def _starts_at_signs(self, document: Document) -> Iterator[tuple[int, int, int]]:
        if self._signs:
            size = len(self._forms)
            yield from ((index, 0, size) for index, sign in enumerate(document.folded) if sign in self._signs)

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        """The forms in other scripts; in alphabetical order, what a match visits lies close together in memory."""
        automaton = ahocorasick.Automaton()
        for text, readings in sorted(_compile(self._other_forms).items()):
            automaton.add_word(text, (len(text), readings))
        automaton.make_automaton()
        return automaton


class _StartsOfWord(dict[str, tuple[tuple[int, int, int], ...]]):
    """For each word, where forms can begin in it, with the range of those forms; also inside "O'Hare" and "U.S.".

    Words that were looked up are kept, since texts repeat them.
    """

    def __init__(self, ranges: Mapping[str, tuple[int, int]]) -> None:
        super().__init__()
        self._ranges = ranges

    def __missing__(self, text: str) -> tuple[tuple[int, int, int], ...]:
        if len(self) == MAX_WORDS:
            self.clear()
        words = [(0, text)] if text.isalnum() else [(part.start(), part[0]) for part in _WORD.finditer(text)]
        starts = self[text] = tuple((offset, *self._ranges[word]) for offset, word in words if word in self._ranges)
        return starts


def _ranges_by_first_word(forms: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return for each first word of the sorted forms the numbers [first, last) between which all forms with it are."""
    ranges: dict[str, tuple[int, int]] = {}
    for number, form in enumerate(forms):
        if word := _WORD.match(form):
            ranges[word[0]] = ranges.get(word[0], (number,))[0], number + 1
    return ranges


def _prefixes(forms: Sequence[str]) -> "array[int]":
    """Return for each of the sorted forms the number of the longest other one that it begins with, or -1."""
    prefixes = array("i")
    for number, form in enumerate(forms):
        prefix = number - 1
        while prefix >= 0 and not form.startswith(forms[prefix]):
            prefix = prefixes[prefix]
        prefixes.append(prefix)
    return prefixes


def _one_of(characters: AbstractSet[str]) -> re.Pattern[str]:
    """Return what matches one of these characters, and nothing if there are none."""
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}]" if characters else "(?!)")


def _matched_forms(entities: Iterable[LexiconEntity]) -> Iterator[_MatchedForm]:
    """Yield the forms of the entities as they are matched."""
    forms = [(entity, form, fold_code_points(form.text)) for entity in entities for form in entity.forms]
    proper: dict[str, tuple[str, ...]] = {}
    for entity, form, folded in forms:
        owners = proper.get(folded, ())
        proper[folded] = owners if form.when else (*owners, entity.id)
    for entity, form, folded in forms:
        if (matched := _proper_form(entity, form, folded, proper)) is not None:
            text = folded if matched is form else fold_code_points(matched.text)
            yield _MatchedForm(text, matched, entity.id, entity.type)


def _compile(forms: Iterable[_MatchedForm]) -> dict[str, tuple[Reading, ...]]:
    """Return the readings by folded text; those as one entity with one kind are consecutive (see `_with_reading`)."""
    compiled: dict[str, tuple[Reading, ...]] = {}
    for text, form, entity, type_ in forms:
        exact = Reading(entity, type_, form.kind, form.when, exact=True)
        _add_reading(compiled, text, (exact,))
        derived = (exact._replace(exact=False),)
        for spelling in _derived_spellings(form, text):
            _add_reading(compiled, spelling, derived)
    return compiled


def _add_reading(compiled: dict[str, tuple[Reading, ...]], text: str, single: tuple[Reading]) -> None:
    """Add the one reading in a tuple, which most texts share with other spellings, to those of a text."""
    readings = compiled.setdefault(text, single)
    if readings is single:
        return
    (new,) = single
    same = [reading for reading in readings if reading.entity == new.entity and reading.kind is new.kind]
    first = readings.index(same[0]) if same else len(readings)
    compiled[text] = (*readings[:first], *_with_reading(same, new), *readings[first + len(same) :])


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


def _proper_form(
    entity: LexiconEntity, form: NameForm, folded: str, proper: Mapping[str, Collection[str]]
) -> NameForm | None:
    """Return the form as it is matched; None for common nouns around another form of the same entity.

    "Syrian army" and "government of Iraq" are descriptions: they name Syria and Iraq, and link to the army and the
    government. "Idlib province" becomes the name Idlib with the condition that "province" follows. `proper` has each
    form with the entities whose names it is without a condition.
    """
    match = _DESCRIPTION.fullmatch(folded)
    if match is None or not (match["before"] or match["after"]) or match["name"] not in proper:
        return form
    if form.kind is not MentionKind.NAME or (_COALITION in form.text and not match["before"]):
        return form
    if entity.type is EntityType.PLACE and match["after"] and not match["before"] and form.when is None:
        return NameForm(match["name"], form.kind, Condition(before=(match["after"].strip(),)))
    return form if entity.type in _TYPES_WITH_SMALL_LETTERS else _description(entity, form, match, proper)


def _description(
    entity: LexiconEntity, form: NameForm, match: re.Match[str], proper: Mapping[str, Collection[str]]
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


def _derived_spellings(form: NameForm, text: str) -> Iterator[str]:
    """Yield the folded spellings that a form with this folded text derives, in alphabetical order."""
    if form.when and form.when.case:
        return
    spellings = {text, text[0].upper() + text[1:]}
    if form.kind is not MentionKind.ACRONYM:
        spellings.update(_article_spellings(text))
        if text[0] < FIRST_ATTACHING and sum(map(str.isalpha, text)) >= _MIN_LETTERS_IN_CAPITALS:
            spellings |= {_upper(spelling) for spelling in spellings}
    if text[0] >= FIRST_OTHER:
        spellings.update(_attached_spellings(form.text))
    yield from sorted(spellings - {text})


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
