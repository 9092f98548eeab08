"""Later mentions of people, organizations and places by a shorter name: a surname, the first word, the name alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.mentions.name_parts import family_name_index
from seed.extract.text.tokens import Token

# A name that ends with its kind may lose it: "Kelvar Holdings … Kelvar", "Tolm Air Base … Tolm".
_RULES_OF_KINDS = frozenset({"head-word", "legal-form", "ampersand", "place-word"})
# One word that words next to it made a name may come back without them.
_RULES_OF_WORDS = frozenset({"kind", "apposition", "role", "medium", "preposition", "dateline"})
_TYPES = frozenset({EntityType.ORGANIZATION, EntityType.MEDIA, EntityType.PLACE})
_UNKNOWN_KINDS = frozenset({"rare_given_names", "family_names", "english_family_names"})
_ACTING = frozenset({"say", "metonym_verbs", "metonym_subject_verbs", "prepositions", "between"})
_MIN_LENGTH = 4
_CONFIDENCE = 0.6

_MIN_SURNAME_LENGTH = 3
# A shorter word in capitals is as likely an acronym.
_MAX_ACRONYM_LENGTH = 3
# A list of one name over and over is not a name; names have at most seven words.
_MAX_WORDS_BEFORE_SURNAME = 10
# More than that of a form of the lexicon: the document says whom it means.
_INTRODUCED_CONFIDENCE = 0.98
_PREPOSITIONS_OF_PLACES = frozenset({"from", "to", "into", "inside", "within", "across", "throughout", "via", "of"})
_GIVEN_NAMES = frozenset({"given_names", "rare_given_names"})


class NamedPerson(NamedTuple):
    """How a person named in full may be mentioned again; `words` are those before the surname, in lower case."""

    entity: str
    words: frozenset[str]
    start: int


def carry_short_names(context: DocumentContext, names: Iterable[CandidateMention]) -> Iterator[CandidateMention]:
    """Yield the words that name again what a rule found by more of its name, or by the words next to it."""
    by_word: dict[str, CandidateMention] = {}
    for name in names:
        words = context.document.words_of(name.start, name.end)
        token = context.tokens[words.start]
        is_short = name.rule in _RULES_OF_KINDS if len(words) > 1 else name.rule in _RULES_OF_WORDS
        if is_short and name.type in _TYPES and _may_stand_alone(token) and words.start not in context.hit_by_word:
            by_word.setdefault(token.text.title() if token.text.isupper() else token.text, name)
    if not by_word:
        return
    for index in context.capital_words:
        token = context.tokens[index]
        if token.text in by_word and _stands_alone(context, index):
            name = by_word[token.text]
            yield name._replace(start=token.start, end=token.end, rule="short-name", confidence=_CONFIDENCE)


def _may_stand_alone(token: Token) -> bool:
    return (
        token.is_capital and token.text.isalpha() and len(token.text) >= _MIN_LENGTH and token.kinds <= _UNKNOWN_KINDS
    )


def _stands_alone(context: DocumentContext, index: int) -> bool:
    """Return whether no other capitalized word, title or lexicon name is there, and it is no first word like others."""
    if index in context.hit_by_word or context.in_heading[index]:
        return False
    if index and context.tokens[index].gap in (" ", "-") and _is_name_word(context, index - 1):
        return False
    if context.follows(index + 1, " ", "-") and _is_name_word(context, index + 1):
        return False
    return not context.starts_sentence(index) or _is_subject(context, index)


def _is_name_word(context: DocumentContext, index: int) -> bool:
    token = context.tokens[index]
    return index in context.title_words or (token.is_capital and "openers" not in token.kinds)


def _is_subject(context: DocumentContext, index: int) -> bool:
    """Return whether a possessive, a comma or a verb follows a word that begins a sentence."""
    if not context.follows(index + 1, " "):
        return context.follows(index + 1, "'", ", ")
    token = context.tokens[index + 1]
    return not token.kinds.isdisjoint(_ACTING) or token.text.endswith("ed")


def carry_surnames(context: DocumentContext, people: Iterable[CandidateMention]) -> Iterator[CandidateMention]:
    """Yield the mentions by surname of people whom the document names in full."""
    surnames = _surnames(context, people)
    for index in context.capital_words if surnames else ():
        token = context.tokens[index]
        if token.text in surnames and not _belongs_to_other(context, index):
            hit = context.hit_by_word.get(index)
            if hit is None:
                yield _surname_candidate(context, index, surnames[token.text])
            elif _is_overridden(context, index, hit, surnames[token.text]):
                candidate = _surname_candidate(context, index, surnames[token.text])
                yield candidate._replace(confidence=_INTRODUCED_CONFIDENCE)


def _surnames(context: DocumentContext, people: Iterable[CandidateMention]) -> dict[str, list[NamedPerson]]:
    surnames: dict[str, list[NamedPerson]] = defaultdict(list)
    for person in sorted(people):
        if person.type is not EntityType.PERSON or person.entity is None or _is_listed_surname(person):
            continue
        words = [context.tokens[index] for index in context.document.words_of(person.start, person.end)]
        while words and ("suffixes" in words[-1].kinds or len(words[-1].text) == 1):
            words.pop()
        index = family_name_index(words)
        if words and _can_stand_alone(words[index], is_first=index < len(words) - 1):
            known = surnames[words[index].text]
            if all(surname.entity != person.entity for surname in known):
                before = frozenset(word.text.lower() for word in words[:index])
                known.append(NamedPerson(person.entity, before, person.start))
    # Headlines and the labels of transcripts are in capitals.
    return surnames | {name.upper(): people for name, people in surnames.items() if len(name) > _MAX_ACRONYM_LENGTH}


def _is_listed_surname(person: CandidateMention) -> bool:
    """Return whether a surname alone made the lexicon name a person: that person is not named in full."""
    return person.kind is MentionKind.SURNAME and person.rule == "lexicon"


def _can_stand_alone(token: Token, *, is_first: bool) -> bool:
    """Return whether a family name may mean the person; two letters are enough for one that comes first (Xi, Li)."""
    return (
        len(token.text) >= (_MIN_SURNAME_LENGTH - is_first)
        and token.is_capital
        and "openers" not in token.kinds
        and "not_names" not in token.kinds
    )


def _belongs_to_other(context: DocumentContext, index: int) -> bool:
    """Return whether the word is inside a longer hit of the lexicon or follows the given name of another person."""
    hit, token = context.hit_by_word.get(index), context.tokens[index]
    if hit is not None and (hit.start, hit.end) != (token.start, token.end):
        return True
    before = context.tokens[index - 1]
    return index > 0 and token.gap == " " and before.is_capital and bool(before.kinds & _GIVEN_NAMES)


def _is_overridden(context: DocumentContext, index: int, hit: CandidateMention, persons: Sequence[NamedPerson]) -> bool:
    """Return whether the surname of people whom the document names in full means them, and not what the lexicon says.

    A place stays one after a preposition such as "in", and so does an adjective such as French.
    """
    if hit.type is EntityType.PERSON:
        return any(person.entity != hit.entity for person in persons)
    before = context.tokens[index - 1]
    is_there = "place_prepositions" in before.kinds or before.text.lower() in _PREPOSITIONS_OF_PLACES
    is_place_here = index > 0 and context.tokens[index].gap == " " and is_there
    return not is_place_here and hit.kind is not MentionKind.DEMONYM


def _surname_candidate(context: DocumentContext, index: int, persons: Sequence[NamedPerson]) -> CandidateMention:
    """Return the mention at a surname, with the person's other names and initials before it."""
    token = context.tokens[index]
    first = index
    while first and index - first < _MAX_WORDS_BEFORE_SURNAME and _is_part_of_name(context, first, persons[0]):
        first -= 1
    while not context.tokens[first].is_capital and "particles" not in context.tokens[first].kinds:
        first += 1
    start = context.tokens[first].start
    is_full = any(len(word.text) > 1 and "particles" not in word.kinds for word in context.tokens[first:index])
    kind = MentionKind.NAME if is_full else MentionKind.SURNAME
    if len(persons) > 1:
        return CandidateMention(start, token.end, EntityType.PERSON, kind, None, "ambiguous", 0.5)
    confidence = 0.9 if persons[0].start < start else 0.8
    return CandidateMention(start, token.end, EntityType.PERSON, kind, persons[0].entity, "surname", confidence)


def _is_part_of_name(context: DocumentContext, index: int, person: NamedPerson) -> bool:
    """Return whether the word before `index` is part of the name too: a given name, a particle or an initial."""
    before, gap = context.tokens[index - 1], context.tokens[index].gap
    is_initial = before.is_capital and len(before.text) == 1
    if gap in (" ", "-", "- "):
        return before.text.lower() in person.words or is_initial
    return gap == ". " and is_initial
