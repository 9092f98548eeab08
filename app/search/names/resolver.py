"""Resolution of the names of entities and sources to ordinals, with the nearest names for an unknown one.

The owner of a name is an ordinal; an index that is built over rows of names has the rows as owners.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from pyroaring import BitMap

from app.deadline import require_thread
from app.errors import Candidate, ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import EntityLabel, Labels, SourceLabel
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import PostingField
from app.search.names.nearest import MAX_NEAREST_NAMES, FuzzyNames
from app.search.names.prefixes import WordPrefixes
from app.search.names.readings import NameForms, Reading, id_in_address, readings, wikidata_id
from app.text.folding import fold_name
from app.text.titles import WORD

_HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:www\.)?([^\s/?#:@]+?)\.?(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)
_WIKIDATA_ID = re.compile("[qQ][0-9]+")
_MAX_CANDIDATES = 20  # A local name can have hundreds of owners; a reader chooses among what fits a screen.
_TYPES_NOUNS = {frozenset({type_}): type_.noun for type_ in EntityType} | {ACTOR_TYPES: "an actor"}


NameOrdinals = Iterable[tuple[str, int]]
"""Folded names, each with the ordinal of its owner; the ordinals ascend."""


class NameIndex:
    """The owners of each non-empty name, ascending."""

    def __init__(self, names: NameOrdinals) -> None:
        # Most names have one owner; without a list for each of them there are fewer objects to garbage-collect.
        self._first: dict[str, int] = {}
        self._several: dict[str, list[int]] = {}
        for name, owner in names:
            if (first := self._first.setdefault(name, owner)) != owner:
                several = self._several.setdefault(name, [first])
                if several[-1] != owner:
                    several.append(owner)
        self._first.pop("", None)

    def owners(self, name: str) -> Sequence[int]:
        """Return the owners of a name; an unknown name has none."""
        return self._several.get(name) or ((self._first[name],) if name in self._first else ())


class NameResolver:
    """Resolves the names of one snapshot. Threads may share it: what it builds on first use never changes."""

    def __init__(self, labels: Labels, articles: Callable[[int], int] = lambda _: 0) -> None:
        """Resolve these labels; `articles` returns the number of articles of an entity, to rank near names."""
        self._entities = entities = labels.entity
        self._sources = sources = labels.source
        self._values = labels.values
        self._articles = articles
        self._names_of_values: dict[str, _ValueNames] = {}
        self._entity_ranks = _EntityRanks.of(entities)
        self._source_ranks = _source_ranks(sources)
        self._fuzzy_entities: dict[frozenset[EntityType], FuzzyNames] = {}

    def entity(self, parameter: str, value: str, types: frozenset[EntityType]) -> int:
        """Return the ordinal of the entity of one of these types that `value` names; raise InvalidRequestError."""
        return _or_raise(self.try_entity(parameter, value, types))

    def source(self, parameter: str, value: str) -> int:
        """Return the ordinal of the source that `value` names; raise InvalidRequestError."""
        return _or_raise(self.try_source(parameter, value))

    def try_entity(self, parameter: str, value: str, types: frozenset[EntityType]) -> int | ParameterProblem:
        """Return the ordinal of the entity of one of these types that `value` names, or the error.

        The first rank with an entity of these types decides: id, former id, Wikidata id, lexicon name, local name;
        then an identifier in an address, and then the looser readings of a name, from the strictest.
        """
        others: Sequence[int] = ()
        for owners in chain(self._strict_owners(value), self._loose_owners(value)):
            fitting = [ordinal for ordinal in owners if self._entities[ordinal].type in types]
            if fitting:
                return self._one_entity(parameter, value, fitting)
            others = others or owners
        wanted = _TYPES_NOUNS.get(types, "an entity")
        if others:
            return _wrong_type(parameter, value, wanted, [self._entities[ordinal] for ordinal in others])
        return self.unknown_entity(parameter, value, f"the id, Wikidata id or name of {wanted}", types)

    def try_entity_id(self, parameter: str, value: str) -> int | ParameterProblem:
        """Return the ordinal of the entity with this id, former id or address of ours, or the error."""
        ranks = self._entity_ranks
        ids = chain(_by_rank(ranks.ids, value), _by_rank(ranks.ids, id_in_address(value, "entities") or ""))
        if owners := next(filter(None, ids), ()):
            return self._one_entity(parameter, value, owners)
        return self.unknown_entity(parameter, value, "the id of an entity")

    def try_wikidata(self, parameter: str, value: str) -> int | ParameterProblem:
        """Return the ordinal of the entity with this Wikidata id or address, or the error."""
        id_ = wikidata_id(value) or value.strip()
        owners = self._entity_ranks.wikidata.owners(_caseless(id_))
        if owners:
            return self._one_entity(parameter, value, owners)
        is_id = _WIKIDATA_ID.fullmatch(id_) is not None
        code = ErrorCode.UNKNOWN if is_id else ErrorCode.MALFORMED
        return ParameterProblem(parameter, value, "the Wikidata id of an entity, such as Q159", code=code)

    def unknown_entity(
        self, parameter: str, value: str, wanted: str, types: frozenset[EntityType] = frozenset(EntityType)
    ) -> ParameterProblem:
        """Return the error for a value that names no entity, with the nearest of these types."""
        id_ = id_in_address(value, "entities")
        if wikidata_id(value) or _WIKIDATA_ID.fullmatch(value.strip()):
            return ParameterProblem(parameter, value, wanted, code=ErrorCode.UNKNOWN)
        require_thread()
        others = (reading.key for reading in chain.from_iterable(self._readings(value)))
        nearest = self._fuzzy_names(types).nearest(id_ or value, *others)
        return _unknown(parameter, value, wanted, [self._entities[ordinal] for ordinal in nearest])

    def _one_entity(self, parameter: str, value: str, ordinals: Sequence[int]) -> int | ParameterProblem:
        return _one_of(parameter, value, ordinals, self._entities)

    def _strict_owners(self, value: str) -> Iterator[Sequence[int]]:
        """Yield the entities with this id or name, by rank."""
        ranks = self._entity_ranks
        yield from _by_rank(ranks.ids, value)
        yield ranks.wikidata.owners(_caseless(value))
        name = fold_name(value)
        yield ranks.names.owners(name)
        yield ranks.local_names.owners(name)

    def _loose_owners(self, value: str) -> Iterator[Sequence[int]]:
        """Yield the entities that a value can mean if no id or name is written so, from the strictest reading."""
        ranks = self._entity_ranks
        if id_ := wikidata_id(value):
            yield ranks.wikidata.owners(id_.lower())
            return
        if (id_ := id_in_address(value, "entities")) is not None:
            yield from _by_rank(ranks.ids, id_)
            return
        in_order, in_other_order = self._readings(value)
        if not in_order:
            return
        require_thread()
        forms = self._entity_forms
        yield from chain.from_iterable(map(self._by_name_rank, in_order))
        yield self._within(value)
        yield from chain.from_iterable(map(self._by_name_rank, in_other_order))
        everything = (*in_order, *in_other_order)
        # A lexicon name has no precedence here: it is not the name that was written.
        yield forms.owners_by_initials(everything)
        yield forms.owners_with_fewer_initials(everything)

    def _readings(self, value: str) -> tuple[list[Reading], list[Reading]]:
        return readings(value, self._is_title_owner)

    def _by_name_rank(self, reading: Reading) -> Iterator[Sequence[int]]:
        """Yield the owners of a reading in the lexicon, and then the local ones."""
        owners = self._entity_forms.owners(reading)
        if reading.is_person:
            owners = [ordinal for ordinal in owners if self._entities[ordinal].type is EntityType.PERSON]
        for local in (False, True):
            yield [ordinal for ordinal in owners if self._entities[ordinal].local is local]

    def _within(self, value: str) -> Sequence[int]:
        """Return the places of a name that are in the place or state after the comma, as in "Tripoli, Lebanon"."""
        name, comma, container = value.partition(",")
        containers = {self._entities[ordinal].id for ordinal in self._named(container)} if comma else set()
        return [ordinal for ordinal in self._named(name) if containers and self._is_in(ordinal, containers)]

    def _named(self, name: str) -> Sequence[int]:
        """Return the owners of a name of the lexicon."""
        return self._entity_ranks.names.owners(fold_name(name))

    def _is_in(self, ordinal: int, containers: set[str]) -> bool:
        """Return whether a place is in one of the containers, directly or through places that contain it."""
        seen: set[str] = set()
        labels = [self._entities[ordinal]] if self._entities[ordinal].type is EntityType.PLACE else []
        while labels:
            groups = {membership["of"] for membership in labels.pop().member_of} - seen
            if groups & containers:
                return True
            seen |= groups
            owners = chain.from_iterable(self._entity_ranks.ids[0][1].owners(group) for group in groups)
            labels += (self._entities[owner] for owner in owners)
        return False

    def _is_title_owner(self, name: str) -> bool:
        """Return whether a text names something that is no person, so that a title can be of it."""
        return any(self._entities[ordinal].type is not EntityType.PERSON for ordinal in self._named(name))

    def try_source(self, parameter: str, value: str) -> int | ParameterProblem:
        """Return the ordinal of the source that `value` names, or the error.

        Ranks: id, name, domain; then our own address of a source, and then looser readings of a name.
        """
        for owners in chain(_by_rank(self._source_ranks, value), self._loose_sources(value)):
            if owners:
                return _one_of(parameter, value, owners, self._sources)
        return self.unknown_source(parameter, value, "the id, name or domain of a source")

    def unknown_source(self, parameter: str, value: str, wanted: str) -> ParameterProblem:
        """Return the error for a value that names no source, with the nearest."""
        require_thread()
        name = id_in_address(value, "sources") or (host if "." in (host := _host(value)) else value)
        nearest = self._fuzzy_sources.nearest(name)
        return _unknown(parameter, value, wanted, [self._sources[ordinal] for ordinal in nearest])

    def _loose_sources(self, value: str) -> Iterator[Sequence[int]]:
        if (id_ := id_in_address(value, "sources")) is not None:
            yield from _by_rank(self._source_ranks[:2], id_)
            return
        for reading in chain.from_iterable(readings(value, lambda _: False)):
            if not reading.is_person:
                yield self._source_forms.owners(reading)

    def try_value(self, field: PostingField, value: str) -> int | ParameterProblem | None:
        """Return the ordinal of a value of a posting field, the error, or None for a value that no article has.

        A field that accepts values by their form ignores their case alone. In all others the value itself decides, then
        the values that differ from it in case, accents and punctuation, then its looser readings as a person's name.
        """
        values = self._values.get(field.name, ())
        if field.accepts is not None:
            if not field.accepts(value):
                return ParameterProblem(field.name, value, field.wanted)
            return next((ordinal for ordinal, known in enumerate(values) if known.lower() == value.lower()), None)
        names = self._value_names(field.name)
        owners = next(filter(None, chain(_by_rank(names.ranks, value), names.loose_owners(value))), ())
        if len(owners) == 1:
            return owners[0]
        if owners:
            wanted = f"the exact spelling of one of the {len(owners)} that “{value}” can mean"
            near = tuple(values[at] for at in owners[:_MAX_CANDIDATES])
            return ParameterProblem(field.name, value, wanted, near, code=ErrorCode.AMBIGUOUS)
        near = tuple(values[at] for at in names.fuzzy.nearest(value))
        return ParameterProblem(field.name, value, field.wanted, near, code=ErrorCode.UNKNOWN)

    def _value_names(self, name: str) -> "_ValueNames":
        if name not in self._names_of_values:
            self._names_of_values[name] = _ValueNames(self._values.get(name, ()))
        return self._names_of_values[name]

    def find(self, words: str) -> BitMap:
        """Return the ordinals of the entities with a name that has all these words, or words that start with them.

        If no name has, return the entities that `try_entity` would find, or those with the words without titles.
        """
        prefixes = set(WORD.findall(fold_name(words)))
        if not prefixes:
            wanted = "at least one word of letters or digits"
            raise InvalidRequestError(ParameterProblem("name", words, wanted, code=ErrorCode.BLANK))
        return self._word_prefixes.owners(prefixes) or self._find_loosely(words)

    def _find_loosely(self, words: str) -> BitMap:
        strict = self._strict_owners(words)
        if owners := next(filter(None, chain(strict, self._loose_owners(words))), ()):
            return BitMap(owners)
        for reading in chain.from_iterable(self._readings(words)):
            owners = self._word_prefixes.owners(set(reading.key.split()))
            if reading.is_person:
                owners = BitMap(at for at in owners if self._entities[at].type is EntityType.PERSON)
            if owners:
                return owners
        return BitMap()

    @cached_property
    def _word_prefixes(self) -> WordPrefixes:
        return WordPrefixes(_entity_names(self._entities))

    @cached_property
    def _entity_forms(self) -> NameForms:
        names = ((name, at) for at, label in enumerate(self._entities) for name in (label.name, *label.aliases))
        return NameForms(names, lambda ordinal: self._entities[ordinal].type is EntityType.PERSON)

    @cached_property
    def _source_forms(self) -> NameForms:
        names = ((name, at) for at, label in enumerate(self._sources) for name in (label.name, *label.names))
        return NameForms(names, lambda _: False)

    @cached_property
    def _fuzzy_sources(self) -> FuzzyNames:
        return FuzzyNames(_source_names(self._sources, with_ids_and_domains=True))

    def _fuzzy_names(self, types: frozenset[EntityType]) -> FuzzyNames:
        if types not in self._fuzzy_entities:
            names = _entity_names(self._entities)
            fitting = ((name, i) for name, i in names if self._entities[i].type in types)
            self._fuzzy_entities[types] = FuzzyNames(fitting, self._articles)
        return self._fuzzy_entities[types]


class _ValueNames:
    """The values of a posting field, to find one by its name."""

    def __init__(self, values: Sequence[str]) -> None:
        self._folded = [(fold_name(value), ordinal) for ordinal, value in enumerate(values)]
        exact = NameIndex((value, ordinal) for ordinal, value in enumerate(values))
        self.ranks: list[_Rank] = [(str.strip, exact), (fold_name, NameIndex(self._folded))]
        self._values = values

    def loose_owners(self, value: str) -> Iterator[Sequence[int]]:
        """Yield the values that can be meant, from the strictest reading."""
        in_order, in_other_order = readings(value, lambda _: False)
        everything = (*in_order, *in_other_order)
        yield from map(self._forms.owners, everything)
        yield self._forms.owners_by_initials(everything)
        yield self._forms.owners_with_fewer_initials(everything)

    @cached_property
    def _forms(self) -> NameForms:
        return NameForms(((value, ordinal) for ordinal, value in enumerate(self._values)), lambda _: True)

    @cached_property
    def fuzzy(self) -> FuzzyNames:
        """All values, to match a misspelled one against."""
        return FuzzyNames(self._folded)


# How a rank normalizes names, and the owners of each normalized name.
_Rank = tuple[Callable[[str], str], NameIndex]


class _EntityRanks(NamedTuple):
    """The ranks by which entities are resolved."""

    ids: list[_Rank]
    wikidata: NameIndex
    names: NameIndex
    local_names: NameIndex

    @classmethod
    def of(cls, entities: Sequence[EntityLabel]) -> "_EntityRanks":
        former_ids = [(former, ordinal) for ordinal, entity in enumerate(entities) for former in entity.former_ids]
        wikidata = [(_caseless(entity.wikidata), ordinal) for ordinal, entity in enumerate(entities) if entity.wikidata]
        return cls(
            [*_id_ranks([(entity.id, ordinal) for ordinal, entity in enumerate(entities)]), *_id_ranks(former_ids)],
            NameIndex(wikidata),
            NameIndex(_entity_names(entities, local=False)),
            NameIndex(_entity_names(entities, local=True)),
        )


def _source_ranks(sources: Sequence[SourceLabel]) -> list[_Rank]:
    domains = [(_host(domain), ordinal) for ordinal, source in enumerate(sources) for domain in source.domains]
    return [
        *_id_ranks([(source.id, ordinal) for ordinal, source in enumerate(sources)]),
        (fold_name, NameIndex(_source_names(sources))),
        (_host, NameIndex(domains)),
    ]


def _id_ranks(ids: Sequence[tuple[str, int]]) -> list[_Rank]:
    caseless = ((_caseless(id_), ordinal) for id_, ordinal in ids)
    return [(str.strip, NameIndex(ids)), (_caseless, NameIndex(caseless))]


def _by_rank(ranks: Iterable[_Rank], value: str) -> Iterator[Sequence[int]]:
    """Yield the owners of a name in each rank."""
    return (index.owners(normalize(value)) for normalize, index in ranks)


def _entity_names(entities: Sequence[EntityLabel], *, local: bool | None = None) -> Iterator[tuple[str, int]]:
    """Yield the folded names and aliases of the local entities, of those in the lexicon, or of all (None)."""
    for ordinal, entity in enumerate(entities):
        if local is None or entity.local is local:
            for name in (entity.name, *entity.aliases):
                yield fold_name(name), ordinal


def _source_names(sources: Sequence[SourceLabel], *, with_ids_and_domains: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the folded names of all sources, optionally with their ids and domains."""
    for ordinal, source in enumerate(sources):
        ids_and_domains = (source.id, *source.domains) if with_ids_and_domains else ()
        for name in (source.name, *source.names, *ids_and_domains):
            yield fold_name(name), ordinal


def _caseless(value: str) -> str:
    return value.strip().casefold()


def _host(value: str) -> str:
    """Return the host of a domain or URL, without port, `www.` and trailing dot; empty if it has none."""
    return match[1] if (match := _HOST.fullmatch(_caseless(value))) else ""


def _one_of(
    parameter: str, value: str, ordinals: Sequence[int], labels: Sequence[EntityLabel | SourceLabel]
) -> int | ParameterProblem:
    if len(ordinals) == 1:
        return ordinals[0]
    listed = [labels[ordinal] for ordinal in ordinals[:_MAX_CANDIDATES]]
    wanted = f"the id of one of the {len(ordinals)} that “{value}” names"
    return _with_candidates(ParameterProblem(parameter, value, wanted, code=ErrorCode.AMBIGUOUS), listed)


def _unknown(parameter: str, value: str, wanted: str, nearest: Sequence[EntityLabel | SourceLabel]) -> ParameterProblem:
    return _with_candidates(ParameterProblem(parameter, value, wanted, code=ErrorCode.UNKNOWN), nearest)


def _with_candidates(problem: ParameterProblem, labels: Sequence[EntityLabel | SourceLabel]) -> ParameterProblem:
    return replace(problem, nearest=tuple(label.id for label in labels), candidates=tuple(map(_candidate, labels)))


def _candidate(label: EntityLabel | SourceLabel) -> Candidate:
    return Candidate(label.id, label.name, label.type if isinstance(label, EntityLabel) else None)


def _wrong_type(parameter: str, value: str, wanted: str, others: Sequence[EntityLabel]) -> ParameterProblem:
    """Return an error that says which parameter to use; there are no nearest names, since no other spelling helps."""
    nouns = " or ".join(dict.fromkeys(label.type.noun for label in others))
    uses = [f"{label.type.parameter}={label.id}" for label in others[:MAX_NEAREST_NAMES]]
    wanted = f"{wanted}; “{value}” is {nouns}: use {' or '.join(uses)}"
    candidates = tuple(map(_candidate, others[:MAX_NEAREST_NAMES]))
    return ParameterProblem(parameter, value, wanted, code=ErrorCode.WRONG_TYPE, candidates=candidates)


def _or_raise(ordinal: int | ParameterProblem) -> int:
    if isinstance(ordinal, ParameterProblem):
        raise InvalidRequestError(ordinal)
    return ordinal
