"""Resolution of people's names to entities, and their later mentions by office."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from app.models import EntityType, MentionKind
from app.text.person_names import name_key
from seed.extract.candidates import CandidateMention
from seed.extract.context import DocumentContext
from seed.extract.lexicon.word_lists import PersonTitle
from seed.extract.mentions.local_entities import LocalEntities, PersonIndex
from seed.extract.mentions.name_parts import is_family_name_first
from seed.extract.mentions.person_names import PersonName

_CONFIDENCE = {"title": 0.9, "given-name": 0.85, "apposition": 0.85, "relative-clause": 0.85, "speech": 0.75}
_SINGLE_NAME = "single-name"
_CONFIDENCE |= {_SINGLE_NAME: 0.7, "listed-surname": 0.75}


_PLACES = frozenset({EntityType.PLACE, EntityType.STATE})
_DEFINITE = frozenset({"the", "The", "our", "Our", "s"})
# An attorney general is no general; a sergeant major is a sergeant.
_RANKS = frozenset({"rank", "commander"})
_SERGEANT = "sergeant"
# More people of one surname than the titles of a text tell apart.
_MAX_BEARERS = 100
_GENDERS = ("male", "female")
_OFFICES = frozenset({"minister", "head_of_state"})

_GROUP_TYPES = frozenset({EntityType.ORGANIZATION, EntityType.ARMED_GROUP, EntityType.MEDIA, EntityType.PLACE})
_CONTEXT_TYPES = _GROUP_TYPES | {EntityType.STATE}
"""What a person's title can belong to: the context in which one full name means one person in all documents."""

_OF = frozenset({"of", "for", "at", "from"})


class _PersonResolver:
    """Resolves names to people named before in the document, to the lexicon's, or to new local ones."""

    def __init__(
        self,
        context: DocumentContext,
        keys: Mapping[PersonName, tuple[str, ...]],
        index: PersonIndex,
        local_entities: LocalEntities,
    ) -> None:
        self._context = context
        self._keys = keys
        self._index = index
        self._local_entities = local_entities
        self._entity_by_key: dict[tuple[str, ...], str] = {}
        self._context_by_key: dict[tuple[str, ...], str] = {}
        # By surname, the people with the rank and the gender that the titles before their names tell.
        self._bearers: dict[tuple[str, ...], dict[str, dict[str, str]]] = defaultdict(dict)
        self._entities_by_word: dict[str, set[str]] = defaultdict(set)
        if any(name.rule == _SINGLE_NAME for name in keys):
            for hit in context.hits:
                if hit.type is EntityType.PERSON and hit.kind is MentionKind.NAME and hit.entity is not None:
                    for word in context.document.folded[hit.start : hit.end].lower().split():
                        self._entities_by_word[word].add(hit.entity)
        for name, words in keys.items():
            if group := _entity_context(context, name, is_full=len(words) > 1):
                self._context_by_key.setdefault(words, group)

    def entity_of(self, name: PersonName) -> str | None:
        words = self._keys[name]
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
        self._add_bearer(words[:1] if is_first else words[-1:], entity, _title_marks(self._context, name.title))
        return entity

    def _add_bearer(self, surname: tuple[str, ...], entity: str, marks: Mapping[str, str]) -> None:
        """Register a person of a surname; of the titles of one person, the first of each kind counts."""
        known = self._bearers[surname].setdefault(entity, {})
        known.update({**marks, **known})

    def _other_person(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the id of a person whom the lexicon lacks, or None if its person of that surname may be meant."""
        if name.rule == "listed-surname":
            hit = self._context.hit_by_word[name.last - 1]
            if hit.entity is None or self._index.may_begin(hit.entity, words[0]):
                return None
        return self._add_local(name, words)

    def _resolve_single_word(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the person of a title and a bare surname; None leaves the surname to the lexicon, or unresolved."""
        marks = _title_marks(self._context, name.title)
        bearers = self._bearers.get(words, {})
        if (known := _bearer_of_title(bearers, marks)) is not None:
            self._add_bearer(words, known, marks)
            return known
        if name.rule == _SINGLE_NAME:
            return self._resolve_given_name(name, words)
        hit = self._context.hit_by_word.get(name.first)
        if not words or (hit is not None and hit.type is EntityType.PERSON):
            return None
        if name.title is None or not self._context.tokens[name.title.first].is_capital or name.title.rank == "head":
            return None
        # Major Ahmed is not the Colonel Ahmed whom the document named before.
        is_other = bool(bearers)
        key = (_title_word(self._context, name.title), *words) if is_other else words
        entity = self._add_local(name._replace(first=name.title.last - 1) if is_other else name, key)
        self._add_bearer(words, entity, marks)
        return entity

    def _resolve_given_name(self, name: PersonName, words: tuple[str, ...]) -> str | None:
        """Return the person whom the document names in full with that given name; of several, none."""
        people = self._entities_by_word.get(words[0], set())
        if len(people) > 1:
            return None
        return next(iter(people), None) or self._add_local(name, words)

    def _add_local(self, name: PersonName, words: tuple[str, ...]) -> str:
        surface = _surface(self._context, name)
        return self._local_entities.add_person(words, surface, self._context_by_key.get(words, ""))


def _bearer_of_title(bearers: Mapping[str, Mapping[str, str]], marks: Mapping[str, str]) -> str | None:
    """Return the person of a surname whom a title can mean: the one with most in common, then the first, or None."""
    fitting = [
        entity
        for entity, known in islice(bearers.items(), _MAX_BEARERS)
        if all(known.get(kind, mark) == mark for kind, mark in marks.items())
    ]
    return max(fitting, key=lambda entity: len(bearers[entity].items() & marks.items()), default=None)


def _title_marks(context: DocumentContext, title: PersonTitle | None) -> dict[str, str]:
    """Return what in a title tells people of one surname apart: the rank and the gender."""
    words = [] if title is None else context.tokens[title.first : title.last]
    ranks = [rank for word in words if (rank := context.word_lists.ranks.get(word.text.lower()))]
    marks = {}
    if ranks and title is not None and title.rank in _RANKS:
        marks["rank"] = _SERGEANT if _SERGEANT in ranks else ranks[-1]
    if gender := next((kind for word in words for kind in _GENDERS if kind in word.kinds), None):
        marks["gender"] = gender
    return marks


def _title_word(context: DocumentContext, title: PersonTitle) -> str:
    word = context.tokens[title.last - 1].text.lower()
    return context.word_lists.ranks.get(word, word)


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
    keys = {name: name_key(context.tokens[name.first : name.last]) for name in names}
    resolver = _PersonResolver(context, keys, index, local_entities)
    candidates = []
    for name in sorted(keys, key=lambda name: (-len(keys[name]), name.first)):
        if (entity := resolver.entity_of(name)) is not None:
            candidates.append(_candidate(context, name, entity, len(keys[name])))
    return candidates


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
