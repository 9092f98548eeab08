"""Resolution of the names of entities and sources to ordinals, with the nearest names for an unknown one.

The owner of a name is an ordinal; an index that is built over rows of names has the rows as owners.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import chain

from pyroaring import BitMap
from rapidfuzz import fuzz, process

from app.deadline import check_deadline, require_thread
from app.errors import InvalidRequestError, ParameterProblem
from app.labels import EntityLabel, Labels, SourceLabel
from app.models import ACTOR_TYPES, EntityType
from app.posting_fields import PostingField
from app.text.folding import fold_name

_HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:www\.)?([^\s/?#:@]+?)\.?(?::[0-9]*)?(?:[/?#].*)?", re.DOTALL)
_HONORIFIC = re.compile(r"(?:mr|mrs|ms|dr|sir)\.?\s+(?=\S)", re.IGNORECASE)
_MAX_CANDIDATES = 20  # A local name can have hundreds of owners; a reader chooses among what fits a screen.
_TYPES_NOUNS = {frozenset({type_}): type_.noun for type_ in EntityType} | {ACTOR_TYPES: "an actor"}


NameOrdinals = Iterable[tuple[str, int]]
"""Folded names, each with the ordinal of its owner; the ordinals ascend."""

WORD = re.compile(r"[^\W_]+")
"""A word of a folded name."""

MAX_NEAREST_NAMES = 5
"""Maximum number of names that an error proposes."""


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
        self.names = self._first.keys()

    def owners(self, name: str) -> Sequence[int]:
        """Return the owners of a name; an unknown name has none."""
        return self._several.get(name) or ((self._first[name],) if name in self._first else ())


class FuzzyNames:
    """Whole names and their words, to match a misspelled name against."""

    def __init__(self, names: NameOrdinals) -> None:
        names = list(names)
        words = ((word, owner) for name, owner in names for word in _long_words(name))
        self._names, self._words = NameIndex(names), NameIndex(words)

    def nearest(self, value: str) -> list[int]:
        """Return at most MAX_NEAREST_NAMES ordinals, the nearest first; ties by ordinal, which is by id."""
        check_deadline()
        folded = fold_name(value)
        scores = defaultdict[int, float](float)
        _add_scores(scores, folded, self._names, weight=1.0)
        for word in _long_words(folded)[:2]:
            _add_scores(scores, word, self._words, weight=0.9)
        cutoff = max(scores.values(), default=0) - 15  # Names far below the best score are noise.
        near = [owner for owner, score in scores.items() if score >= cutoff]
        return nsmallest(MAX_NEAREST_NAMES, near, key=lambda owner: (-scores[owner], owner))


def _add_scores(scores: dict[int, float], query: str, index: NameIndex, *, weight: float) -> None:
    """Raise the scores of the owners whose name is similar to `query`; a similarity below 60 of 100 is chance."""
    # For 93,000 names `ratio` takes 30 ms and `WRatio` 210 ms.
    for name, score, _ in process.extract(query, index.names, scorer=fuzz.ratio, score_cutoff=60 / weight, limit=50):
        for owner in index.owners(name)[:MAX_NEAREST_NAMES]:
            scores[owner] = max(scores[owner], score * weight)


def _long_words(folded: str) -> list[str]:
    """Return the words that can identify a name, the longest first; words of one or two letters are particles."""
    return sorted({word for word in WORD.findall(folded) if len(word) > 2}, key=lambda word: (-len(word), word))


class NameResolver:
    """Resolves the names of one snapshot. Threads may share it: what it builds on first use never changes."""

    def __init__(self, labels: Labels) -> None:
        self._entities = entities = labels.entity
        self._sources = sources = labels.source
        self._values = labels.values
        self._names_of_values: dict[str, _ValueNames] = {}
        self._entity_ranks = _entity_ranks(entities)
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

        The first rank with an entity of these types decides: id, former id, Wikidata id, lexicon name, local name.
        """
        wanted = _TYPES_NOUNS.get(types, "an entity")
        others: Sequence[int] = ()
        without_honorific = _HONORIFIC.sub("", value)
        for owners in chain(_by_rank(self._entity_ranks, value), _by_rank(self._entity_ranks, without_honorific)):
            fitting = [ordinal for ordinal in owners if self._entities[ordinal].type in types]
            if fitting:
                return _one_of(parameter, value, fitting, self._entities)
            others = others or owners
        if others:
            return _wrong_type(parameter, value, wanted, [self._entities[ordinal] for ordinal in others])
        require_thread()
        nearest = tuple(self._entities[ordinal].id for ordinal in self._fuzzy_names(types).nearest(value))
        return ParameterProblem(parameter, value, f"the id, Wikidata id or name of {wanted}", nearest)

    def try_source(self, parameter: str, value: str) -> int | ParameterProblem:
        """Return the ordinal of the source that `value` names, or the error. Ranks: id, name, domain."""
        for owners in _by_rank(self._source_ranks, value):
            if owners:
                return _one_of(parameter, value, owners, self._sources)
        require_thread()
        name = host if "." in (host := _host(value)) else value
        nearest = tuple(self._sources[ordinal].id for ordinal in self._fuzzy_sources.nearest(name))
        return ParameterProblem(parameter, value, "the id, name or domain of a source", nearest)

    def try_value(self, field: PostingField, value: str) -> int | ParameterProblem | None:
        """Return the ordinal of a value of a posting field, the error, or None for a value that no article has.

        A field that accepts values by their form ignores their case alone. In all others the value itself decides, then
        the values that differ from it in case, accents and punctuation.
        """
        values = self._values.get(field.name, ())
        if field.accepts is not None:
            if not field.accepts(value):
                return ParameterProblem(field.name, value, field.wanted)
            return next((ordinal for ordinal, known in enumerate(values) if known.lower() == value.lower()), None)
        names = self._value_names(field.name)
        owners = next(filter(None, _by_rank(names.ranks, value)), ())
        if len(owners) == 1:
            return owners[0]
        if owners:
            wanted = f"the exact spelling of one of the {len(owners)} that “{value}” can mean"
            return ParameterProblem(field.name, value, wanted, tuple(values[at] for at in owners[:_MAX_CANDIDATES]))
        return ParameterProblem(field.name, value, field.wanted, tuple(values[at] for at in names.fuzzy.nearest(value)))

    def _value_names(self, name: str) -> "_ValueNames":
        if name not in self._names_of_values:
            self._names_of_values[name] = _ValueNames(self._values.get(name, ()))
        return self._names_of_values[name]

    def find(self, words: str) -> BitMap:
        """Return the ordinals of the entities with a name that has all these words, or words that start with them."""
        prefixes = set(WORD.findall(fold_name(words)))
        if not prefixes:
            raise InvalidRequestError(ParameterProblem("name", words, "at least one word of letters or digits"))
        return self._word_prefixes.owners(prefixes)

    @cached_property
    def _word_prefixes(self) -> "_WordPrefixes":
        return _WordPrefixes(_entity_names(self._entities))

    @cached_property
    def _fuzzy_sources(self) -> FuzzyNames:
        return FuzzyNames(_source_names(self._sources, with_ids_and_domains=True))

    def _fuzzy_names(self, types: frozenset[EntityType]) -> FuzzyNames:
        if types not in self._fuzzy_entities:
            names = _entity_names(self._entities)
            self._fuzzy_entities[types] = FuzzyNames((name, i) for name, i in names if self._entities[i].type in types)
        return self._fuzzy_entities[types]


class _ValueNames:
    """The values of a posting field, to find one by its name."""

    def __init__(self, values: Sequence[str]) -> None:
        self._folded = [(fold_name(value), ordinal) for ordinal, value in enumerate(values)]
        exact = NameIndex((value, ordinal) for ordinal, value in enumerate(values))
        self.ranks: list[_Rank] = [(str.strip, exact), (fold_name, NameIndex(self._folded))]

    @cached_property
    def fuzzy(self) -> FuzzyNames:
        """All values, to match a misspelled one against."""
        return FuzzyNames(self._folded)


class _WordPrefixes:
    """The words of all names in alphabetical order, so that those with the same prefix are a range."""

    def __init__(self, names: NameOrdinals) -> None:
        names = list(names)
        self._owners = [owner for _, owner in names]
        rows = NameIndex((word, row) for row, (name, _) in enumerate(names) for word in WORD.findall(name))
        self._words = sorted(rows.names)
        self._rows = [rows.owners(word) for word in self._words]

    def owners(self, prefixes: Iterable[str]) -> BitMap:
        """Return the owners of names that have, for each of these prefixes, a word that starts with it."""
        rows = BitMap.intersection(*map(self._rows_with, prefixes))
        return BitMap([self._owners[row] for row in rows])

    def _rows_with(self, prefix: str) -> BitMap:
        first = bisect_left(self._words, prefix)
        last = bisect_right(self._words, prefix, lo=first, key=lambda word: word[: len(prefix)])
        return BitMap(list(chain.from_iterable(self._rows[first:last])))


# How a rank normalizes names, and the owners of each normalized name.
_Rank = tuple[Callable[[str], str], NameIndex]


def _entity_ranks(entities: Sequence[EntityLabel]) -> list[_Rank]:
    wikidata = [(_caseless(entity.wikidata), ordinal) for ordinal, entity in enumerate(entities) if entity.wikidata]
    return [
        *_id_ranks([(entity.id, ordinal) for ordinal, entity in enumerate(entities)]),
        *_id_ranks([(former, ordinal) for ordinal, entity in enumerate(entities) for former in entity.former_ids]),
        (_caseless, NameIndex(wikidata)),
        (fold_name, NameIndex(_entity_names(entities, local=False))),
        (fold_name, NameIndex(_entity_names(entities, local=True))),
    ]


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
    candidates = tuple(labels[ordinal].id for ordinal in ordinals[:_MAX_CANDIDATES])
    return ParameterProblem(parameter, value, f"the id of one of the {len(ordinals)} that “{value}” names", candidates)


def _wrong_type(parameter: str, value: str, wanted: str, others: Sequence[EntityLabel]) -> ParameterProblem:
    """Return an error that says which parameter to use; there are no nearest names, since no other spelling helps."""
    nouns = " or ".join(dict.fromkeys(label.type.noun for label in others))
    uses = [f"{label.type.parameter}={label.id}" for label in others[:MAX_NEAREST_NAMES]]
    return ParameterProblem(parameter, value, f"{wanted}; “{value}” is {nouns}: use {' or '.join(uses)}")


def _or_raise(ordinal: int | ParameterProblem) -> int:
    if isinstance(ordinal, ParameterProblem):
        raise InvalidRequestError(ordinal)
    return ordinal
