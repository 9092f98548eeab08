"""The ranks of names: the first with an owner decides, and several owners are ambiguous only within a rank."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from app.labels import EntityLabel, SourceLabel
from app.text.folding import fold_name

_HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:www\.)?([^\s/?#:@]+?)\.?(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)

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


Rank = tuple[Callable[[str], str], NameIndex]
"""How a rank normalizes names, and the owners of each normalized name."""


class EntityRanks(NamedTuple):
    """The ranks of entities: ids and then former ids, Wikidata ids, names of the lexicon, local names."""

    ids: list[Rank]
    wikidata: NameIndex
    names: NameIndex
    local_names: NameIndex

    @classmethod
    def of(cls, entities: Sequence[EntityLabel]) -> "EntityRanks":
        """Index the ids and names of entities; owners are their ordinals."""
        named = [(ordinal, entity) for ordinal, entity in enumerate(entities) if entity.hidden is None]
        former_ids = [(former, ordinal) for ordinal, entity in named for former in entity.former_ids]
        wikidata = [(caseless(entity.wikidata), ordinal) for ordinal, entity in named if entity.wikidata]
        return cls(
            [*_id_ranks([(entity.id, ordinal) for ordinal, entity in named]), *_id_ranks(former_ids)],
            NameIndex(wikidata),
            NameIndex(entity_names(entities, local=False)),
            NameIndex(entity_names(entities, local=True)),
        )


def source_ranks(sources: Sequence[SourceLabel]) -> list[Rank]:
    """Return the ranks by which sources are resolved: ids, names, domains."""
    domains = [(host_of(domain), ordinal) for ordinal, source in enumerate(sources) for domain in source.domains]
    return [
        *_id_ranks([(source.id, ordinal) for ordinal, source in enumerate(sources)]),
        (fold_name, NameIndex(source_names(sources))),
        (host_of, NameIndex(domains)),
    ]


def _id_ranks(ids: Sequence[tuple[str, int]]) -> list[Rank]:
    without_case = ((caseless(id_), ordinal) for id_, ordinal in ids)
    return [(str.strip, NameIndex(ids)), (caseless, NameIndex(without_case))]


def by_rank(ranks: Iterable[Rank], value: str) -> Iterator[Sequence[int]]:
    """Yield the owners of a name in each rank."""
    return (index.owners(normalize(value)) for normalize, index in ranks)


def entity_names(entities: Sequence[EntityLabel], *, local: bool | None = None) -> Iterator[tuple[str, int]]:
    """Yield the folded names and aliases of the local entities, of those in the lexicon, or of all (None)."""
    for ordinal, entity in enumerate(entities):
        if local is None or entity.local is local:
            for name in names_of(entity):
                yield fold_name(name), ordinal


def names_of(entity: EntityLabel) -> Sequence[str]:
    """Return the names by which an entity is found: none if others took its place, or if it is hidden."""
    return () if entity.moved_to or entity.hidden is not None else (entity.name, *entity.aliases)


def source_names(sources: Sequence[SourceLabel], *, with_ids_and_domains: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the folded names of all sources, optionally with their ids and domains."""
    for ordinal, source in enumerate(sources):
        ids_and_domains = (source.id, *source.domains) if with_ids_and_domains else ()
        for name in (source.name, *source.names, *ids_and_domains):
            yield fold_name(name), ordinal


def caseless(value: str) -> str:
    """Return an identifier without differences of case and without white space around it."""
    return value.strip().casefold()


def host_of(value: str) -> str:
    """Return the host of a domain or URL, without port, `www.` and trailing dot; empty if it has none."""
    return match[1] if (match := _HOST.fullmatch(caseless(value))) else ""
