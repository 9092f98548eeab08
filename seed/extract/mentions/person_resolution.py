"""Resolution of people's names to entities, and their later mentions by surname or office."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.models import EntityType, MentionKind
from app.text.person_names import name_key
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import PersonTitle
from seed.extract.mentions.local_entities import LocalEntities, PersonIndex
from seed.extract.mentions.name_order import family_name_index, is_family_name_first
from seed.extract.mentions.person_names import PersonName
from seed.extract.text.tokens import Token

_CONFIDENCE = {"title": 0.9, "given-name": 0.85, "apposition": 0.85, "relative-clause": 0.85, "speech": 0.75}
_CONFIDENCE |= {"single-name": 0.7, "listed-surname": 0.75}
# More than that of a form of the lexicon: the document says whom it means.
_INTRODUCED_CONFIDENCE = 0.98

_MIN_SURNAME_LENGTH = 3
# A shorter word in capitals is as likely an acronym.
_MAX_ACRONYM_LENGTH = 3
# A list of one name over and over is not a name; names have at most seven words.
_MAX_WORDS_BEFORE_SURNAME = 10

_GIVEN_NAMES = frozenset({"given_names", "rare_given_names"})
_PLACES = frozenset({EntityType.PLACE, EntityType.STATE})
_DEFINITE = frozenset({"the", "The", "our", "Our", "s"})
_OFFICES = frozenset({"minister", "head_of_state"})

_GROUP_TYPES = frozenset({EntityType.ORGANIZATION, EntityType.ARMED_GROUP, EntityType.MEDIA, EntityType.PLACE})
_CONTEXT_TYPES = _GROUP_TYPES | {EntityType.STATE}
"""What a person's title can belong to: the context in which one full name means one person in all documents."""

_OF = frozenset({"of", "for", "at", "from"})
_PREPOSITIONS_OF_PLACES = frozenset({"from", "to", "into", "inside", "within", "across", "throughout", "via", "of"})


class NamedPerson(NamedTuple):
    """How a person named in full may be mentioned again; `words` are those before the surname, in lower case."""

    entity: str
    words: frozenset[str]
    start: int


class _PersonResolver:
    """Resolves names to people named before in the document, to the lexicon's, or to new local ones."""

    def __init__(
        self, context: DocumentContext, names: Iterable[PersonName], index: PersonIndex, local_entities: LocalEntities
    ) -> None:
        self._context = context
        self._index = index
        self._local_entities = local_entities
        self._entity_by_key: dict[tuple[str, ...], str] = {}
        self._context_by_key: dict[tuple[str, ...], str] = {}
        self._entities_by_word: dict[str, set[str]] = defaultdict(set)
        for hit in context.hits:
            if hit.type is EntityType.PERSON and hit.kind is MentionKind.NAME and hit.entity is not None:
                for word in context.document.folded[hit.start : hit.end].lower().split():
                    self._entities_by_word[word].add(hit.entity)
        for name in names:
            words = _name_key(context, name)
            if group := _entity_context(context, name, is_full=len(words) > 1):
                self._context_by_key.setdefault(words, group)

    def entity_of(self, name: PersonName) -> str | None:
        words = _name_key(self._context, name)
        if len(words) < 2:
            return self._resolve_single_word(name, words)
        entity = (
            self._entity_by_key.get(words)
            or _listed_person(self._context, name)
            or self._index.find(words)
            or self._other_person(name, words)
        )
        if entity is None:
            return None
        self._entity_by_key.setdefault(words, entity)
        self._entities_by_word[words[0]].add(entity)
        is_first = is_family_name_first(self._context.tokens[name.first : name.last])
        self._entity_by_key.setdefault(words[:1] if is_first else words[-1:], entity)
        return entity

    def _other_person(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the id of a person whom the lexicon lacks, or None if its person of that surname may be meant."""
        if name.rule == "listed-surname":
            hit = self._context.hit_by_word[name.last - 1]
            if hit.entity is None or self._index.may_begin(hit.entity, words[0]):
                return None
        return self._add_local(name, words)

    def _resolve_single_word(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the person of a title and a bare surname; None leaves the surname to the lexicon, or unresolved."""
        if words in self._entity_by_key:
            return self._entity_by_key[words]
        if name.rule == "single-name":
            return self._resolve_given_name(name, words)
        hit = self._context.hit_by_word.get(name.first)
        if not words or (hit is not None and hit.type is EntityType.PERSON):
            return None
        if name.title is None or not self._context.tokens[name.title.first].is_capital or name.title.rank == "head":
            return None
        return self._add_local(name, words)

    def _resolve_given_name(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the person whom the document names in full with that given name; of several, none."""
        people = self._entities_by_word.get(words[0], set())
        if len(people) > 1:
            return None
        return next(iter(people), None) or self._add_local(name, words)

    def _add_local(self, name: PersonName, words: tuple[str, ...]) -> str:
        surface = _surface(self._context, name)
        return self._local_entities.add_person(words, surface, self._context_by_key.get(words, ""))


def _listed_person(context: DocumentContext, name: PersonName) -> str | None:
    """Return the person of the lexicon whose name ends where this one does, if it is more than a surname."""
    hit = context.hit_by_word.get(name.last - 1)
    if hit is None or hit.type is not EntityType.PERSON or hit.kind is not MentionKind.NAME:
        return None
    return hit.entity if hit.end == context.tokens[name.last - 1].end else None


def resolve_people(
    context: DocumentContext, names: Iterable[PersonName], index: PersonIndex, local_entities: LocalEntities
) -> list[CandidateMention]:
    """Return a candidate for each name that is resolved; longer names first, so that shorter ones refer to them."""
    names = list(names)
    resolver = _PersonResolver(context, names, index, local_entities)
    candidates = []
    for name in sorted(names, key=lambda name: (-len(_name_key(context, name)), name.first)):
        if (entity := resolver.entity_of(name)) is not None:
            candidates.append(_candidate(context, name, entity, len(_name_key(context, name))))
    return candidates


def _name_key(context: DocumentContext, name: PersonName) -> tuple[str, ...]:
    return name_key(context.tokens[name.first : name.last])


def _surface(context: DocumentContext, name: PersonName) -> str:
    return context.document.combined[context.tokens[name.first].start : context.tokens[name.last - 1].end]


def _entity_context(context: DocumentContext, name: PersonName, *, is_full: bool) -> str:
    """Return the id of what the person's title belongs to: before, in or after the title; empty if nothing is named.

    A state has many people of one surname: it is a context of full names only.
    """
    if name.title is None:
        return ""
    for word in (*_words_before(context, name.title.first), name.title.first, *_words_after(context, name.title.last)):
        hit = context.hit_by_word.get(word)
        if hit is not None and hit.entity is not None and hit.type in (_CONTEXT_TYPES if is_full else _GROUP_TYPES):
            return hit.entity
    return ""


def _words_before(context: DocumentContext, first: int) -> Iterator[int]:
    """Yield the word directly before a title, or before the possessive there."""
    if context.follows(first, " ") and first:
        is_possessive = (context.tokens[first - 1].gap, context.tokens[first - 1].text) == ("'", "s")
        yield first - 2 if is_possessive else first - 1


def _words_after(context: DocumentContext, last: int) -> Iterator[int]:
    """Yield the word after the "of" or "for" that follows a title directly."""
    if context.follows(last, " ") and context.tokens[last].text in _OF:
        has_article = context.follows(last + 1, " ") and context.tokens[last + 1].text == "the"
        yield last + 2 if has_article else last + 1


def _candidate(context: DocumentContext, name: PersonName, entity: str, words: int) -> CandidateMention:
    start, end = context.tokens[name.first].start, context.tokens[name.last - 1].end
    kind = MentionKind.NAME if words > 1 else MentionKind.SURNAME
    return CandidateMention(start, end, EntityType.PERSON, kind, entity, name.rule, _CONFIDENCE[name.rule])


def find_title_holders(context: DocumentContext, people: Iterable[CandidateMention]) -> dict[tuple[str, ...], str]:
    """Return the people by the titles before their names: whom "the foreign minister" means in this document."""
    title_holders: dict[tuple[str, ...], str] = {}
    starts = {person.start: person.entity for person in people if person.type is EntityType.PERSON}
    for title in context.titles:
        if title.last < len(context.tokens) and (entity := starts.get(context.tokens[title.last].start)):
            title_holders.setdefault(
                tuple(token.text.lower() for token in context.tokens[title.first : title.last]), entity
            )
    return title_holders


def carry_surnames(context: DocumentContext, people: Iterable[CandidateMention]) -> Iterator[CandidateMention]:
    """Yield the mentions by surname of people whom the document names in full."""
    surnames = _surnames(context, people)
    for index, token in enumerate(context.tokens):
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


def find_offices(context: DocumentContext, title_holders: dict[tuple[str, ...], str]) -> Iterator[CandidateMention]:
    """Yield the capitalized offices that no name follows, with the holder if the document names one.

    An office of one word (President, Minister) is a mention only with a holder.
    """
    for title in context.titles:
        words = context.tokens[title.first : title.last]
        if title.rank not in _OFFICES or not (words[0].is_capital and words[-1].is_capital):
            continue
        entity = title_holders.get(tuple(word.text.lower() for word in words))
        is_office = entity is not None or (len(words) > 1 and _is_definite(context, title))
        if is_office and not _is_followed_by_name(context, title):
            kind, confidence = MentionKind.NAME, 0.5 if entity is None else 0.7
            yield CandidateMention(words[0].start, words[-1].end, EntityType.PERSON, kind, entity, "office", confidence)


def _is_definite(context: DocumentContext, title: PersonTitle) -> bool:
    """Return whether an office means its holder: "the" or a state precedes it, or it begins a line as the subject."""
    gap = context.tokens[title.first].gap
    if context.in_heading[title.first]:
        return False
    if not title.first or "\n" in gap:
        return context.follows(title.last, " ") and not context.tokens[title.last].is_capital
    if gap not in (" ", "'s ", "' "):
        return False
    before = context.tokens[title.first - 1]
    hit = context.hit_by_word.get(title.first - 1)
    return before.text in _DEFINITE or (hit is not None and hit.type is EntityType.STATE)


def _is_followed_by_name(context: DocumentContext, title: PersonTitle) -> bool:
    """Return whether a capitalized word, or what `of` or `for` adds, follows an office directly.

    A definite office before a comma is a name of its own: "The Foreign Secretary, Ada Holm, said".
    """
    index = title.last
    if context.follows(index, ", ") and context.tokens[index].is_capital:
        is_name = title.last - title.first > 1 and _is_definite(context, title)
        return not is_name or any(_is_place(context, word) for word in range(title.first, title.last))
    return context.follows(index, " ", "-", ", ") and (
        context.tokens[index].is_capital or context.tokens[index].text in ("of", "for")
    )


def _is_place(context: DocumentContext, index: int) -> bool:
    hit = context.hit_by_word.get(index)
    return hit is not None and hit.type in _PLACES
