"""Resolution of the names of entities and sources to ordinals, with the nearest names for an unknown one.

The owner of a name is an ordinal; an index that is built over rows of names has the rows as owners.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from pyroaring import BitMap

from app.deadline import require_thread
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import Labels
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import PostingField
from app.search.names.loose import LooseEntities
from app.search.names.nearest import FuzzyNames
from app.search.names.prefixes import WordPrefixes
from app.search.names.ranks import (
    EntityRanks,
    NameIndex,
    Rank,
    by_rank,
    caseless,
    entity_names,
    host_of,
    source_names,
    source_ranks,
)
from app.search.names.readings import NameForms, Reading, id_in_address, readings, wikidata_id
from app.search.names.refusals import MAX_CANDIDATES, ambiguous, unknown, unknown_id, unknown_list, wrong_type
from app.text.folding import fold_name
from app.text.titles import WORD

_WIKIDATA_ID = re.compile("[qQ][0-9]+")
_TYPES_NOUNS = {frozenset({type_}): type_.noun for type_ in EntityType} | {ACTOR_TYPES: "an actor"}


class NameResolver:
    """Resolves the names of one snapshot. Threads may share it: what it builds on first use never changes."""

    def __init__(self, labels: Labels, articles: Callable[[int], int] = lambda _: 0) -> None:
        """Resolve these labels; `articles` returns the number of articles of an entity, to rank near names."""
        self._entities = entities = labels.entity
        self._sources = sources = labels.source
        self._values = labels.values
        self._articles = articles
        self._names_of_values: dict[str, _ValueNames] = {}
        self._entity_ranks = EntityRanks.of(entities)
        self._source_ranks = source_ranks(sources)
        self._loose = LooseEntities(entities, self._entity_ranks)
        self._fuzzy_entities: dict[frozenset[EntityType], FuzzyNames] = {}

    def entity(self, parameter: str, value: str, types: frozenset[EntityType]) -> int:
        """Return the ordinal of the entity of one of these types that `value` names; raise InvalidRequestError."""
        return _or_raise(self.try_entity(parameter, value, types))

    def source(self, parameter: str, value: str) -> int:
        """Return the ordinal of the source that `value` names; raise InvalidRequestError."""
        return _or_raise(self.try_source(parameter, value))

    def try_entity(
        self, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool = True
    ) -> int | ParameterProblem:
        """Return the ordinal of the entity of one of these types that `value` names, or the error.

        The first rank with an entity of these types decides: id, former id, Wikidata id, lexicon name, local name;
        then an identifier in an address, and then the looser readings of a name, from the strictest. An error for an
        unknown name has the nearest ones, unless `with_nearest` is false.
        """
        result = self._decide(parameter, value, types, self._owners(value))
        if result is not None:
            return result
        wanted = f"the id, Wikidata id or name of {_noun(types)}"
        return self._unknown_entity(parameter, value, types, wanted, with_nearest=with_nearest)

    def try_entity_id(
        self, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool = True
    ) -> int | ParameterProblem:
        """Return the ordinal of the entity of one of these types with this id, former id or address, or the error."""
        ids = self._entity_ranks.ids
        owners = chain(by_rank(ids, value), by_rank(ids, id_in_address(value, "entities") or ""))
        result = self._decide(parameter, value, types, owners)
        if result is not None:
            return result
        return self._unknown_entity(parameter, value, types, f"the id of {_noun(types)}", with_nearest=with_nearest)

    def try_wikidata(
        self, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool = True
    ) -> int | ParameterProblem:
        """Return the ordinal of the entity of one of these types with this Wikidata id or address, or the error."""
        id_ = wikidata_id(value) or value.strip()
        result = self._decide(parameter, value, types, [self._entity_ranks.wikidata.owners(caseless(id_))])
        if result is not None:
            return result
        wanted = f"the Wikidata id of {_noun(types)}"
        if _WIKIDATA_ID.fullmatch(id_):
            return self._unknown_entity(parameter, value, types, wanted, with_nearest=with_nearest)
        return ParameterProblem(parameter, value, f"{wanted}, such as Q159")

    def unknown_entity_id(self, id_: str) -> ParameterProblem:
        """Return the error for a path with an unknown id: with what else it names, or the nearest."""
        result = self.try_entity("id", id_, frozenset(EntityType))
        return unknown_id(id_, "the id of an entity", result, self._entities)

    def unknown_source_id(self, id_: str) -> ParameterProblem:
        """Return the same for the id of a source."""
        return unknown_id(id_, "the id of a source", self.try_source("id", id_), self._sources)

    def _decide(
        self, parameter: str, value: str, types: frozenset[EntityType], ranks: Iterable[Sequence[int]]
    ) -> int | ParameterProblem | None:
        """Return the entity of the first rank with one of these types, or the error; None if no rank has an entity."""
        others: Sequence[int] = ()
        for owners in ranks:
            fitting = [ordinal for ordinal in owners if self._entities[ordinal].type in types]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                return ambiguous(parameter, value, [self._entities[ordinal] for ordinal in fitting])
            others = others or owners
        if not others:
            return None
        return wrong_type(parameter, value, _noun(types), [self._entities[ordinal] for ordinal in others])

    def _unknown_entity(
        self, parameter: str, value: str, types: frozenset[EntityType], wanted: str, *, with_nearest: bool
    ) -> ParameterProblem:
        if listed := _listed(value, self._exact_owners):
            return unknown_list(parameter, value, wanted, [self._entities[ordinal] for ordinal in listed])
        # Similar numbers have nothing in common.
        if not with_nearest or wikidata_id(value) or _WIKIDATA_ID.fullmatch(value.strip()):
            return unknown(parameter, value, wanted)
        require_thread()
        in_order, in_other_order = self.readings(value)
        # Without titles, and in another order.
        others = [reading.key for reading in (*in_order[-1:], *in_other_order[:1])]
        name = id_in_address(value, "entities") or value
        nearest = self._fuzzy_names(types).nearest(name, *others)
        return unknown(parameter, value, wanted, [self._entities[ordinal] for ordinal in nearest])

    def _owners(self, value: str) -> Iterator[Sequence[int]]:
        """Yield the entities with this id or name, rank by rank, and then those that it can mean."""
        yield from self._exact_owners(value)
        yield from self._loose.owners(value)

    def _exact_owners(self, value: str) -> Iterator[Sequence[int]]:
        ranks = self._entity_ranks
        for normalize, index in ranks.ids:
            yield index.owners(normalize(value))
        yield ranks.wikidata.owners(caseless(value))
        name = fold_name(value)
        yield ranks.names.owners(name)
        yield ranks.local_names.owners(name)

    def try_source(self, parameter: str, value: str) -> int | ParameterProblem:
        """Return the ordinal of the source that `value` names, or the error.

        Ranks: id, name, domain; then our own address of a source, and then looser readings of a name.
        """
        for owners in chain(by_rank(self._source_ranks, value), self._loose_sources(value)):
            if owners:
                if len(owners) == 1:
                    return owners[0]
                return ambiguous(parameter, value, [self._sources[ordinal] for ordinal in owners])
        wanted = "the id, name or domain of a source"
        if wikidata_id(value):
            return unknown(parameter, value, wanted)
        if listed := _listed(value, lambda name: by_rank(self._source_ranks, name)):
            return unknown_list(parameter, value, wanted, [self._sources[ordinal] for ordinal in listed])
        require_thread()
        name = id_in_address(value, "sources") or (host if "." in (host := host_of(value)) else value)
        nearest = self._fuzzy_sources.nearest(name)
        return unknown(parameter, value, wanted, [self._sources[ordinal] for ordinal in nearest])

    def _loose_sources(self, value: str) -> Iterator[Sequence[int]]:
        if (id_ := id_in_address(value, "sources")) is not None:
            yield from by_rank(self._source_ranks[:2], id_)
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
        owners = next(filter(None, chain(by_rank(names.ranks, value), names.loose_owners(value))), ())
        if len(owners) == 1:
            return owners[0]
        if owners:
            wanted = f"the exact spelling of one of the {len(owners)} that “{value}” can mean"
            near = tuple(values[at] for at in owners[:MAX_CANDIDATES])
            return ParameterProblem(field.name, value, wanted, near, code=ErrorCode.AMBIGUOUS)
        near = tuple(values[at] for at in names.fuzzy.nearest(value))
        return ParameterProblem(field.name, value, field.wanted, near, code=ErrorCode.UNKNOWN)

    def _value_names(self, name: str) -> "_ValueNames":
        if name not in self._names_of_values:
            self._names_of_values[name] = _ValueNames(self._values.get(name, ()))
        return self._names_of_values[name]

    def readings(self, value: str) -> tuple[list[Reading], list[Reading]]:
        """Return the looser readings of a name in its order and in another order, from the strictest."""
        return self._loose.readings(value)

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
        if owners := next(filter(None, self._owners(words)), ()):
            return BitMap(owners)
        for reading in chain.from_iterable(self._loose.readings(words)):
            named = self._word_prefixes.owners(set(reading.key.split()))
            if reading.is_person:
                named = BitMap(filter(self._loose.is_person, named))
            if named:
                return named
        return BitMap()

    @cached_property
    def _word_prefixes(self) -> WordPrefixes:
        return WordPrefixes(entity_names(self._entities))

    @cached_property
    def _source_forms(self) -> NameForms:
        names = ((name, at) for at, label in enumerate(self._sources) for name in (label.name, *label.names))
        return NameForms(names, lambda _: False)

    @cached_property
    def _fuzzy_sources(self) -> FuzzyNames:
        return FuzzyNames(source_names(self._sources, with_ids_and_domains=True))

    def _fuzzy_names(self, types: frozenset[EntityType]) -> FuzzyNames:
        if types not in self._fuzzy_entities:
            names = entity_names(self._entities)
            fitting = ((name, i) for name, i in names if self._entities[i].type in types)
            self._fuzzy_entities[types] = FuzzyNames(fitting, self._articles)
        return self._fuzzy_entities[types]


class _ValueNames:
    """The values of a posting field, to find one by its name."""

    def __init__(self, values: Sequence[str]) -> None:
        self._folded = [(fold_name(value), ordinal) for ordinal, value in enumerate(values)]
        exact = NameIndex((value, ordinal) for ordinal, value in enumerate(values))
        self.ranks: list[Rank] = [(str.strip, exact), (fold_name, NameIndex(self._folded))]
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


def _listed(value: str, ranks: Callable[[str], Iterable[Sequence[int]]]) -> list[int]:
    """Return the owners of a list of names; empty if there is one name, or one that does not mean exactly one owner."""
    names = value.split(",") if "," in value else ()
    owners = [next(filter(None, ranks(name)), ()) for name in names]
    return [some[0] for some in owners] if all(len(some) == 1 for some in owners) else []


def _noun(types: frozenset[EntityType]) -> str:
    return _TYPES_NOUNS.get(types, "an entity")


def _or_raise(ordinal: int | ParameterProblem) -> int:
    if isinstance(ordinal, ParameterProblem):
        raise InvalidRequestError(ordinal)
    return ordinal
