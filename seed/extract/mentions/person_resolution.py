"""People of a document: found names resolved, then carried by surname through the rest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from seed.extract.candidates import Candidate
from seed.extract.context import DocumentContext
from seed.extract.mentions.local_entities import Locals, PersonIndex, core
from seed.extract.mentions.person_names import PersonName
from seed.extract.text.tokens import Token

_CONFIDENCE = {"title": 0.9, "given-name": 0.85, "apposition": 0.85, "said": 0.8}

_SHORTEST_SURNAME = 3

_OFFICES = frozenset({"minister", "head_of_state"})


class Surname(NamedTuple):
    """How a person known to the document may be named again; `words` are those before the surname, in small letters."""

    entity: str
    words: frozenset[str]
    start: int


class _Meeting:
    """Who a found name is: met before in the document, in the lexicon, or new here."""

    def __init__(self, context: DocumentContext, index: PersonIndex, found: Locals) -> None:
        self._context = context
        self._index = index
        self._found = found
        self._known: dict[tuple[str, ...], str] = {}

    def entity_of(self, name: PersonName) -> str | None:
        words = _core(self._context, name)
        if len(words) < 2:
            return self._single(name, words)
        entity = self._known.get(words) or self._index.find(words) or self._add(name, words)
        self._known.setdefault(words, entity)
        self._known.setdefault(words[-1:], entity)
        return entity

    def _single(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Returns who a title and a bare surname name; None leaves it to the lexicon's surname or to nobody."""
        hit = self._context.hit_at.get(name.first)
        if not words or (hit is not None and hit.type is EntityType.PERSON):
            return None
        if words in self._known:
            return self._known[words]
        if name.title is None or not self._context.tokens[name.title.first].is_capital or name.title.rank == "head":
            return None
        return self._add(name, words)

    def _add(self, name: PersonName, words: tuple[str, ...]) -> str:
        return self._found.add_person(words, _surface(self._context, name), _entity_context(self._context, name))


def resolve_people(
    context: DocumentContext, names: Iterable[PersonName], index: PersonIndex, found: Locals
) -> list[Candidate]:
    """Returns a candidate for each found name: the lexicon's person, or a local one with the title as context."""
    meeting = _Meeting(context, index, found)
    candidates = []
    for name in sorted(names, key=lambda name: (-len(_core(context, name)), name.first)):
        if (entity := meeting.entity_of(name)) is not None:
            candidates.append(_candidate(context, name, entity, len(_core(context, name))))
    return candidates


def _core(context: DocumentContext, name: PersonName) -> tuple[str, ...]:
    return core(context.tokens[name.first : name.last])


def _surface(context: DocumentContext, name: PersonName) -> str:
    return context.document.whole[context.tokens[name.first].start : context.tokens[name.last - 1].end]


def _entity_context(context: DocumentContext, name: PersonName) -> str:
    """Returns the organization or state that stands before the title, else the class of the title."""
    if name.title is None:
        return ""
    beside = [name.title.first - 1] if context.follows(name.title.first, " ") else []
    for place in (*beside, name.title.first):
        hit = context.hit_at.get(place)
        if hit is not None and hit.entity is not None and hit.type is not EntityType.PERSON:
            return hit.entity
    return name.title.rank


def _candidate(context: DocumentContext, name: PersonName, entity: str, words: int) -> Candidate:
    start, end = context.tokens[name.first].start, context.tokens[name.last - 1].end
    kind = MentionKind.NAME if words > 1 else MentionKind.SURNAME
    return Candidate(start, end, EntityType.PERSON, kind, entity, name.rule, _CONFIDENCE[name.rule])


def find_roles(context: DocumentContext, people: Iterable[Candidate]) -> dict[tuple[str, ...], str]:
    """Returns the people by the titles that stand before their names: who "the foreign minister" is here."""
    roles: dict[tuple[str, ...], str] = {}
    starts = {person.start: person.entity for person in people if person.type is EntityType.PERSON}
    for title in context.titles:
        if title.last < len(context.tokens) and (entity := starts.get(context.tokens[title.last].start)):
            roles.setdefault(tuple(token.text.lower() for token in context.tokens[title.first : title.last]), entity)
    return roles


def carry_surnames(context: DocumentContext, people: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yields the surnames of people whom the document names in full."""
    surnames = _surnames(context, people)
    for index, token in enumerate(context.tokens):
        if token.text in surnames and not _is_other(context, index):
            yield _carried(context, index, surnames[token.text])


def _surnames(context: DocumentContext, people: Iterable[Candidate]) -> dict[str, list[Surname]]:
    surnames: dict[str, list[Surname]] = defaultdict(list)
    for person in sorted(people):
        if person.type is not EntityType.PERSON or person.entity is None:
            continue
        words = [context.tokens[index] for index in context.document.words_of(person.start, person.end)]
        while words and ("suffixes" in words[-1].kinds or len(words[-1].text) == 1):
            words.pop()
        if words and _can_stand_alone(words[-1]):
            known = surnames[words[-1].text]
            if all(surname.entity != person.entity for surname in known):
                before = frozenset(word.text.lower() for word in words[:-1])
                known.append(Surname(person.entity, before, person.start))
    return surnames


def _can_stand_alone(token: Token) -> bool:
    return (
        len(token.text) >= _SHORTEST_SURNAME
        and token.is_capital
        and "openers" not in token.kinds
        and "not_names" not in token.kinds
    )


def _is_other(context: DocumentContext, index: int) -> bool:
    """Whether the word is the lexicon's already, or follows another person's given name."""
    if index in context.hit_at and context.hit_at[index].start <= context.tokens[index].start:
        return True
    before = context.tokens[index - 1]
    return index > 0 and context.tokens[index].gap == " " and before.is_capital and "given_names" in before.kinds


def _carried(context: DocumentContext, index: int, persons: Sequence[Surname]) -> Candidate:
    """Returns the surname at a word, with the person's other names and initials that stand before it."""
    token = context.tokens[index]
    first = index
    while first and _belongs(context, first, persons[0]):
        first -= 1
    while not context.tokens[first].is_capital and "particles" not in context.tokens[first].kinds:
        first += 1
    start = context.tokens[first].start
    is_full = any(len(word.text) > 1 and "particles" not in word.kinds for word in context.tokens[first:index])
    kind = MentionKind.NAME if is_full else MentionKind.SURNAME
    if len(persons) > 1:
        return Candidate(start, token.end, EntityType.PERSON, kind, None, "ambiguous", 0.5)
    confidence = 0.9 if persons[0].start < start else 0.8
    return Candidate(start, token.end, EntityType.PERSON, kind, persons[0].entity, "surname", confidence)


def _belongs(context: DocumentContext, index: int, person: Surname) -> bool:
    """Whether the word before one is the person's too: a given name, a particle or an initial."""
    before, gap = context.tokens[index - 1], context.tokens[index].gap
    is_initial = before.is_capital and len(before.text) == 1
    if gap in (" ", "-", "- "):
        return before.text.lower() in person.words or is_initial
    return gap == ". " and is_initial


def find_offices(context: DocumentContext, roles: dict[tuple[str, ...], str]) -> Iterator[Candidate]:
    """Yields the offices in capitals, with nobody's name behind them, whose holder the document names."""
    for title in context.titles:
        words = context.tokens[title.first : title.last]
        if title.rank not in _OFFICES or not (words[0].is_capital and words[-1].is_capital):
            continue
        entity = roles.get(tuple(word.text.lower() for word in words))
        if entity is not None and not _is_named(context, title.last):
            kind = MentionKind.NAME
            yield Candidate(words[0].start, words[-1].end, EntityType.PERSON, kind, entity, "office", 0.7)


def _is_named(context: DocumentContext, index: int) -> bool:
    """Whether a capitalised word or another name follows directly."""
    return context.follows(index, " ", "-", ", ") and (
        context.tokens[index].is_capital or context.tokens[index].text in ("of", "for")
    )
