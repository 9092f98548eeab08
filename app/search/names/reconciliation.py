"""Reconciliation: which entities a cell of a table may mean, how likely each is, and whether one of them is certain.

Scores are out of 100. One entity is a match if the value is its id or a name, or can be read as nothing else, or if the
cell has its Wikidata id; what only resembles a name never matches, however similar.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from app.errors import ParameterProblem
from app.labels import EntityLabel
from app.models import EntityType
from app.search.fulltext.hits import SearchContext
from app.search.names.directory import NameDirectory
from app.search.names.ranks import names_of
from app.search.names.readings import wikidata_id
from app.search.names.refusals import MAX_CANDIDATES
from app.search.query.entities_by_id import FoundEntity, found_entities, indexed_entity
from app.search.query.named_entities import named_entities
from app.text.folding import fold_name

EXACT_SCORE = 100.0
"""The score of the entity whose id or name the value is."""

READ_SCORE = 90.0
"""The score of the one entity that a looser reading of the value means: a name with a title, or an inverted one."""

AMBIGUOUS_SCORE = 70.0
"""The score of each of several entities with the name."""

MAX_SIMILAR_SCORE = 60.0
"""The score of an entity of another type with the name, and the most that one with a similar name has."""

PROPERTY_SCORE = 10.0
"""What a property that is as given adds to a score; another one takes twice as much from it, and excludes a match."""

MEMBERSHIP_PROPERTIES = {"country": frozenset({EntityType.STATE}), "member_of": frozenset(EntityType)}
"""The properties that are memberships, direct or not, and the types of entity that they may name."""

WIKIDATA_PROPERTY = "wikidata"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value to reconcile: the types that it may have (None for any), and the values of properties of what it means.

    If a property has several values, any of them will do. Of no known type, there are candidates but no match.
    """

    value: str
    types: frozenset[EntityType] | None = None
    properties: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CellCandidate:
    """An entity that a cell may mean, and its number of articles.

    `properties` says of each given property that is known whether it is so.
    """

    label: EntityLabel
    articles: int
    score: float
    match: bool
    has_name: bool
    similarity: float
    has_type: bool
    properties: Mapping[str, bool]


def reconcile(context: SearchContext, cell: Cell, limit: int) -> list[CellCandidate]:
    """Return the candidates of a cell, the best first, ties by id; at most one is a match, and then it is the first.

    Of several entities with the name, the one with all given properties is a match if all others lack one.
    """
    if not any(map(str.isalnum, cell.value)):
        return []
    names = context.snapshot.names
    wanted = _wanted(names, cell)
    candidates = [_candidate(names, cell, wanted, *scored) for scored in _scored(context, cell)]
    fitting = [candidate for candidate in candidates if candidate.has_name and candidate.has_type]
    namesakes = [candidate for candidate in fitting if all(candidate.properties.values())]
    # There may be more of them than the resolver names.
    if len(namesakes) == 1 and namesakes[0].properties and len(fitting) < MAX_CANDIDATES:
        candidates.remove(namesakes[0])
        candidates.append(replace(namesakes[0], score=EXACT_SCORE, match=True))
    candidates.sort(key=lambda candidate: (not candidate.match, -candidate.score, candidate.label.id))
    return candidates[:limit]


def _scored(context: SearchContext, cell: Cell) -> Iterator[tuple[FoundEntity, float]]:
    """Yield the entities that a cell may mean, each with its score before properties."""
    names = context.snapshot.names
    types = cell.types or frozenset(EntityType)
    folded = fold_name(cell.value)
    named = named_entities(context, "query", cell.value, types)
    if isinstance(named, ParameterProblem):
        found = [indexed_entity(context, names.entity_ordinals[candidate.id]) for candidate in named.candidates]
    else:
        found = found_entities(context, named, MAX_CANDIDATES)
        if named.count == 1 and named.is_whole_name:
            yield found[0], EXACT_SCORE if _has_name(found[0].label, cell.value) else READ_SCORE
            return
    identified = _identified(context, cell, types)
    if identified is not None:
        yield identified, READ_SCORE
    for entity in found:
        if identified is not None and entity.label.id == identified.label.id:
            continue
        if entity.label.type in types and _has_name(entity.label, cell.value):
            yield entity, AMBIGUOUS_SCORE
        else:
            yield entity, MAX_SIMILAR_SCORE * _similarity(entity.label, folded)


def _identified(context: SearchContext, cell: Cell, types: frozenset[EntityType]) -> FoundEntity | None:
    """Return the entity with the one Wikidata id that the cell has, if there is one: whatever its name is."""
    ids = cell.properties.get(WIKIDATA_PROPERTY, ())
    if len(ids) != 1:
        return None
    resolver = context.snapshot.names.resolver
    ordinal = resolver.try_wikidata(WIKIDATA_PROPERTY, ids[0], types, with_nearest=False)
    return indexed_entity(context, ordinal) if isinstance(ordinal, int) else None


def _wanted(names: NameDirectory, cell: Cell) -> dict[str, frozenset[str]]:
    """Return what each property may be: Wikidata ids, or ids of groups. One that names nothing known is left out."""
    wanted = {}
    for property_, values in cell.properties.items():
        if property_ == WIKIDATA_PROPERTY:
            wanted[property_] = frozenset(wikidata_id(value) or value.strip().upper() for value in values)
        elif property_ in MEMBERSHIP_PROPERTIES:
            types = MEMBERSHIP_PROPERTIES[property_]
            ordinals = (names.resolver.try_entity(property_, value, types, with_nearest=False) for value in values)
            wanted[property_] = frozenset(names.labels.entity[at].id for at in ordinals if isinstance(at, int))
    return {property_: ids for property_, ids in wanted.items() if ids}


def _has_name(label: EntityLabel, value: str) -> bool:
    """Return whether a value is an id or a name of an entity, but for case, accents and punctuation."""
    folded = fold_name(value)
    ids = (label.id, *label.former_ids, label.wikidata)
    return value.strip() in ids or any(fold_name(name) == folded for name in names_of(label))


def _similarity(label: EntityLabel, folded: str) -> float:
    """Return how similar the most similar name is, from 0 to 1."""
    return max(fuzz.ratio(fold_name(name), folded) for name in names_of(label)) / 100


def _candidate(
    names: NameDirectory, cell: Cell, wanted: Mapping[str, frozenset[str]], entity: FoundEntity, score: float
) -> CellCandidate:
    label = entity.label
    known = {property_: _known(names, label, property_) for property_ in wanted}
    properties = {property_: bool(wanted[property_] & ids) for property_, ids in known.items() if ids}
    added = sum(PROPERTY_SCORE if is_so else -2 * PROPERTY_SCORE for is_so in properties.values())
    has_type = cell.types is None or label.type in cell.types
    return CellCandidate(
        label=label,
        articles=len(entity.positions),
        score=max(0.0, min(score + added, EXACT_SCORE)),
        match=score >= READ_SCORE and has_type and all(properties.values()),
        has_name=_has_name(label, cell.value),
        similarity=_similarity(label, fold_name(cell.value)),
        has_type=has_type,
        properties=properties,
    )


def _known(names: NameDirectory, label: EntityLabel, property_: str) -> frozenset[str]:
    """Return what is known of a property of an entity: its Wikidata id, or the ids of its groups."""
    if property_ == WIKIDATA_PROPERTY:
        return frozenset(filter(None, [label.wikidata]))
    return frozenset(group.id for group in groups_of(names, label))


def groups_of(names: NameDirectory, label: EntityLabel) -> list[EntityLabel]:
    """Return the entities to which an entity belongs or has belonged, directly or not, the direct ones first."""
    groups: dict[str, EntityLabel] = {}
    pending = [label]
    while pending:
        ids = [membership["of"] for member in pending for membership in member.member_of]
        ordinals = (names.entity_ordinals.get(id_) for id_ in ids)
        found = [names.labels.entity[ordinal] for ordinal in ordinals if ordinal is not None]
        new = {group.id: group for group in found if group.id not in groups and group.id != label.id}
        groups |= new
        pending = list(new.values())
    return list(groups.values())
