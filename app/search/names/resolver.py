"""Resolution of the names of entities and sources to ordinals, with the nearest names for an unknown one.

The owner of a name is an ordinal; an index that is built over rows of names has the rows as owners.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Literal, overload

from pyroaring import BitMap

from app.deadline import require_thread
from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import Labels
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import PostingField
from app.search.names.bodies import BodyNames
from app.search.names.loose import LooseEntities
from app.search.names.nearest import FuzzyNames
from app.search.names.prefixes import WordPrefixes
from app.search.names.ranks import (
    EntityRanks,
    by_rank,
    caseless,
    entity_names,
    host_of,
    source_names,
    source_ranks,
)
from app.search.names.readings import NameForms, Reading, id_in_address, readings, wikidata_id
from app.search.names.refusals import ambiguous, unknown, unknown_id, unknown_list, wrong_type
from app.search.names.values import ValueNames, ordinal_of
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
        self._names_of_values: dict[str, ValueNames] = {}
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
        return self.unknown_name(parameter, value, types, with_nearest=with_nearest) if result is None else result

    def try_namesakes(
        self, parameter: str, value: str, types: frozenset[EntityType]
    ) -> Sequence[int] | ParameterProblem | None:
        """Return what `try_entity` would without initials, but all people of a name that only articles know.

        None if nothing has the name.
        """
        result = self._decide(parameter, value, types, self._owners(value, by_initials=False), namesakes=True)
        return (result,) if isinstance(result, int) else result

    def people_with_surname(self, readings: Iterable[Reading]) -> Sequence[int]:
        """Return the people whose surname a name is, by the strictest reading that is one."""
        return self._loose.people_with_surname(readings)

    def people_with_initials(self, readings: Iterable[Reading]) -> Sequence[int]:
        """Return the people whose surname and given names a name with initials fits."""
        return self._loose.people_with_initials(readings)

    def is_id(self, value: str) -> bool:
        """Return whether a value is the id or former id of an entity, or its address, and not a name."""
        ids = self._entity_ranks.ids
        return any(by_rank(ids, value)) or any(by_rank(ids, id_in_address(value, "entities") or ""))

    def unknown_name(
        self, parameter: str, value: str, types: frozenset[EntityType], *, with_nearest: bool = True
    ) -> ParameterProblem:
        """Return the error for a value that names nothing, with the nearest names."""
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

    @overload
    def _decide(
        self, parameter: str, value: str, types: frozenset[EntityType], ranks: Iterable[Sequence[int]]
    ) -> int | ParameterProblem | None: ...
    @overload
    def _decide(
        self,
        parameter: str,
        value: str,
        types: frozenset[EntityType],
        ranks: Iterable[Sequence[int]],
        *,
        namesakes: Literal[True],
    ) -> int | Sequence[int] | ParameterProblem | None: ...
    def _decide(
        self,
        parameter: str,
        value: str,
        types: frozenset[EntityType],
        ranks: Iterable[Sequence[int]],
        *,
        namesakes: bool = False,
    ) -> int | Sequence[int] | ParameterProblem | None:
        """Return the entity of the first rank with one of these types, or the error; None if no rank has an entity.

        Several people that only articles know are no error with `namesakes`.
        """
        others: Sequence[int] = ()
        for owners in ranks:
            fitting = [ordinal for ordinal in owners if self._entities[ordinal].type in types]
            if len(fitting) == 1:
                return fitting[0]
            if fitting and namesakes and all(map(self._is_local_person, fitting)):
                return fitting
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

    def _is_local_person(self, ordinal: int) -> bool:
        return self._entities[ordinal].local and self._loose.is_person(ordinal)

    def _owners(self, value: str, *, by_initials: bool = True) -> Iterator[Sequence[int]]:
        """Yield the entities with this id or name, rank by rank, and then those that it can mean."""
        yield from self._exact_owners(value)
        if (body := self.bodies.parse(value)) is not None:
            yield self.bodies.owners(body)
        yield from self._loose.owners(value, by_initials=by_initials)

    @cached_property
    def bodies(self) -> BodyNames:
        """The ministries, governments and embassies of states."""
        return BodyNames(self._entities, self._entity_ranks.ids[0][1], self._loose)

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
        """Return the ordinal of a value of a posting field, the error, or None for a value that no article has."""
        values = self._values.get(field.name, ())
        if field.accepts is not None:
            is_accepted = field.accepts(value)
            return ordinal_of(value, values) if is_accepted else ParameterProblem(field.name, value, field.wanted)
        if field.name not in self._names_of_values:
            self._names_of_values[field.name] = ValueNames(values)
        return self._names_of_values[field.name].resolve(field, value)

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
