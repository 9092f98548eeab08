"""Any name of an entity or source, resolved to its index in the snapshot, or the nearest names if there is none."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from pyroaring import BitMap

from app.errors import InvalidParameter, InvalidRequestError
from app.labels import EntityLabel, SourceLabel
from app.models import ACTOR_TYPES, EntityType
from app.search.names.name_index import MOST_NEAREST, TOKEN, Index, Named, Nearest
from app.text.folding import fold

_HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:www\.)?([^\s/?#:@]+?)\.?(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)
_HONORIFIC = re.compile(r"(?:mr|mrs|ms|dr|sir)\.?\s+(?=\S)", re.IGNORECASE)
_MOST_CANDIDATES = 20  # a local name can have hundreds of bearers; a reader chooses among what fits a screen
_A = {
    EntityType.PERSON: "a person",
    EntityType.ORGANIZATION: "an organization",
    EntityType.STATE: "a state",
    EntityType.ARMED_GROUP: "an armed group",
    EntityType.MEDIA: "a media outlet",
    EntityType.PLACE: "a place",
    EntityType.WEAPON: "a weapon",
}
_ONE_OF = {ACTOR_TYPES: "an actor"} | {frozenset({kind}): words for kind, words in _A.items()}


class Names:
    """Resolves the names of one snapshot. Threads may share it: what is built late is only ever read."""

    def __init__(self, entities: Sequence[EntityLabel], sources: Sequence[SourceLabel]) -> None:
        self._entities = entities
        self._sources = sources
        self._entity_ranks = _entity_ranks(entities)
        self._source_ranks = _source_ranks(sources)
        self._nearest_entities: dict[frozenset[EntityType], Nearest] = {}

    def entity(self, parameter: str, value: str, types: frozenset[EntityType]) -> int:
        """Return the index of the entity of one of these types that `value` names; raises `InvalidRequestError`."""
        return _or_raise(self.try_entity(parameter, value, types))

    def source(self, parameter: str, value: str) -> int:
        """Return the index of the source that `value` names; raises `InvalidRequestError`."""
        return _or_raise(self.try_source(parameter, value))

    def try_entity(self, parameter: str, value: str, types: frozenset[EntityType]) -> int | InvalidParameter:
        """Return the index of the entity of one of these types that `value` names, or what is wrong with it.

        The first rank that holds a fitting entity decides: id, former id, Wikidata id, lexicon name, local name.
        """
        wanted = _ONE_OF.get(types, "an entity")
        others: Sequence[int] = ()
        plain = _HONORIFIC.sub("", value)
        for found in chain(_ranked(self._entity_ranks, value), _ranked(self._entity_ranks, plain)):
            fitting = [index for index in found if self._entities[index].type in types]
            if fitting:
                return _the_one(parameter, value, fitting, self._entities)
            others = others or found
        if others:
            return _of_another_type(parameter, value, wanted, [self._entities[index] for index in others])
        nearest = tuple(self._entities[index].id for index in self._nearest(types).to(value))
        return InvalidParameter(parameter, value, f"the id, Wikidata id or name of {wanted}", nearest)

    def try_source(self, parameter: str, value: str) -> int | InvalidParameter:
        """Return the index of the source that `value` names, or what is wrong with it. Ranks: id, name, domain."""
        for found in _ranked(self._source_ranks, value):
            if found:
                return _the_one(parameter, value, found, self._sources)
        written = host if "." in (host := _host(value)) else value
        nearest = tuple(self._sources[index].id for index in self._nearest_sources.to(written))
        return InvalidParameter(parameter, value, "the id, name or domain of a source", nearest)

    def find(self, words: str) -> BitMap:
        """Return the indexes of the entities one of whose names holds all these words, each from its beginning."""
        wanted = set(TOKEN.findall(fold(words)))
        if not wanted:
            raise InvalidRequestError(InvalidParameter("name", words, "at least one word of letters or digits"))
        return self._prefixes.bearers(wanted)

    @cached_property
    def _prefixes(self) -> "_Prefixes":
        return _Prefixes(_entity_names(self._entities))

    @cached_property
    def _nearest_sources(self) -> Nearest:
        return Nearest(_source_names(self._sources, everything=True))

    def _nearest(self, types: frozenset[EntityType]) -> Nearest:
        if types not in self._nearest_entities:
            names = _entity_names(self._entities)
            self._nearest_entities[types] = Nearest((name, i) for name, i in names if self._entities[i].type in types)
        return self._nearest_entities[types]


class _Prefixes:
    """The words of all names in alphabetical order, so that those with one prefix are a run."""

    def __init__(self, named: Named) -> None:
        names = list(named)
        self._bearer = [bearer for _, bearer in names]
        rows = Index((word, row) for row, (name, _) in enumerate(names) for word in TOKEN.findall(name))
        self._words = sorted(rows.names)
        self._rows = [rows.bearers(word) for word in self._words]

    def bearers(self, prefixes: Iterable[str]) -> BitMap:
        """Return the bearers of names that hold a word with each of these prefixes."""
        rows = BitMap.intersection(*map(self._rows_with, prefixes))
        return BitMap([self._bearer[row] for row in rows])

    def _rows_with(self, prefix: str) -> BitMap:
        first = bisect_left(self._words, prefix)
        last = bisect_right(self._words, prefix, lo=first, key=lambda word: word[: len(prefix)])
        return BitMap(list(chain.from_iterable(self._rows[first:last])))


_Rank = tuple[Callable[[str], str], Index]  # how a rank writes names, and who bears each name written so


def _entity_ranks(entities: Sequence[EntityLabel]) -> list[_Rank]:
    wikidata = [(_caseless(entity.wikidata), index) for index, entity in enumerate(entities) if entity.wikidata]
    return [
        *_id_ranks([(entity.id, index) for index, entity in enumerate(entities)]),
        *_id_ranks([(former, index) for index, entity in enumerate(entities) for former in entity.former_ids]),
        (_caseless, Index(wikidata)),
        (fold, Index(_entity_names(entities, local=False))),
        (fold, Index(_entity_names(entities, local=True))),
    ]


def _source_ranks(sources: Sequence[SourceLabel]) -> list[_Rank]:
    domains = [(_host(domain), index) for index, source in enumerate(sources) for domain in source.domains]
    return [
        *_id_ranks([(source.id, index) for index, source in enumerate(sources)]),
        (fold, Index(_source_names(sources))),
        (_host, Index(domains)),
    ]


def _id_ranks(ids: Sequence[tuple[str, int]]) -> list[_Rank]:
    return [(str.strip, Index(ids)), (_caseless, Index((_caseless(id_), index) for id_, index in ids))]


def _ranked(ranks: Iterable[_Rank], value: str) -> Iterator[Sequence[int]]:
    """Yield whom each rank knows under this value."""
    return (index.bearers(write(value)) for write, index in ranks)


def _entity_names(entities: Sequence[EntityLabel], *, local: bool | None = None) -> Iterator[tuple[str, int]]:
    """Yield the folded names and aliases of all entities, or of the local ones, or of those in the lexicon."""
    for index, entity in enumerate(entities):
        if local is None or entity.local is local:
            for name in (entity.name, *entity.aliases):
                yield fold(name), index


def _source_names(sources: Sequence[SourceLabel], *, everything: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the folded names of all sources, or also their ids and domains."""
    for index, source in enumerate(sources):
        for name in (source.name, *source.names, *((source.id, *source.domains) if everything else ())):
            yield fold(name), index


def _caseless(value: str) -> str:
    return value.strip().casefold()


def _host(value: str) -> str:
    """Return the host of a domain or URL as typed, without port, `www.` and the dot of the root; empty if none."""
    return match[1] if (match := _HOST.fullmatch(_caseless(value))) else ""


def _the_one(
    parameter: str, value: str, found: Sequence[int], labels: Sequence[EntityLabel | SourceLabel]
) -> int | InvalidParameter:
    if len(found) == 1:
        return found[0]
    candidates = tuple(labels[index].id for index in found[:_MOST_CANDIDATES])
    return InvalidParameter(parameter, value, f"the id of one of the {len(found)} that “{value}” names", candidates)


def _of_another_type(parameter: str, value: str, wanted: str, others: Sequence[EntityLabel]) -> InvalidParameter:
    """Say which parameter takes it; nothing is nearest, since no spelling makes the name fit here."""
    kinds = " or ".join(dict.fromkeys(_A[label.type] for label in others))
    uses = [f"{'actor' if label.type in ACTOR_TYPES else label.type}={label.id}" for label in others[:MOST_NEAREST]]
    return InvalidParameter(parameter, value, f"{wanted}; “{value}” is {kinds}: use {' or '.join(uses)}")


def _or_raise(found: int | InvalidParameter) -> int:
    if isinstance(found, InvalidParameter):
        raise InvalidRequestError(found)
    return found
