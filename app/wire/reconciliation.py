"""The Reconciliation API 0.2 (W3C community group): what it says of this service, of candidates and of entities."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import log
from typing import Any

from app import __version__
from app.coordinates import Coordinates
from app.labels import EntityLabel
from app.models import EntityType
from app.search.aggregations.facets import entity_counts, source_counts
from app.search.aggregations.suggest import Suggestion
from app.search.index.snapshot import Snapshot
from app.search.names.reconciliation import CellCandidate, groups_of
from app.search.query.entities_by_id import FoundEntity
from app.wire.exports.schema_org import wikidata_url
from app.wire.facets import first_and_last_day

Value = dict[str, Any]
"""A value of a property: `str` or `int`, or `id` and `name` of an entity."""

Json = dict[str, Any]

MAX_QUERIES = 50
"""Maximum number of queries, or of ids to extend, in one request."""

MAX_VALUES = 10
"""Maximum number of values of a property that has the most frequent ones."""

PREVIEW_SIZE = {"width": 430, "height": 240}
"""Pixels of the frame that shows a preview."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of entities, and how its values are read; `type` is that of values that are entities.

    `matches` says whether a query may give it.
    """

    id: str
    name: str
    values: Callable[[Snapshot, FoundEntity], Iterable[Value]]
    type: str | None = None
    matches: bool = False


def _text(value: str | None) -> list[Value]:
    return [] if value is None else [{"str": value}]


def _days(snapshot: Snapshot, entity: FoundEntity) -> tuple[str | None, str | None]:
    return first_and_last_day(snapshot, entity.positions)


def _reference(label: EntityLabel) -> Value:
    return {"id": label.id, "name": label.name}


def _groups(snapshot: Snapshot, entity: FoundEntity, types: Iterable[EntityType] = EntityType) -> list[Value]:
    wanted = frozenset(types)
    return [_reference(label) for label in groups_of(snapshot.names, entity.label) if label.type in wanted]


def _sources(snapshot: Snapshot, entity: FoundEntity) -> list[Value]:
    counts = source_counts(snapshot, entity.positions, MAX_VALUES)
    return [{"str": snapshot.labels.source[ordinal].name} for ordinal, _ in counts]


def _statements(snapshot: Snapshot, entity: FoundEntity) -> list[Value]:
    """Return the number of statements of an entity; unknown for bearers, whose statements are not in the index."""
    return [] if entity.ordinal is None else [{"int": len(snapshot.statements.speaker[entity.ordinal])}]


def _related(snapshot: Snapshot, entity: FoundEntity) -> list[Value]:
    """Return the entities that most articles name together with an entity."""
    counts = entity_counts(snapshot, entity.positions, frozenset(EntityType), MAX_VALUES + 1)
    others = [snapshot.labels.entity[ordinal] for ordinal, _ in counts if ordinal != entity.ordinal]
    return [_reference(label) for label in others[:MAX_VALUES]]


def _coordinates(at: Coordinates | None) -> list[Value]:
    """Return latitude and longitude as OpenRefine and Wikidata write them in one cell."""
    return [] if at is None else [{"str": f"{at.lat},{at.lon}"}]


PROPERTIES = (
    Property("type", "type", lambda _, entity: _text(entity.label.type)),
    Property("wikidata", "Wikidata id", lambda _, entity: _text(entity.label.wikidata), matches=True),
    Property("aliases", "other names", lambda _, entity: [{"str": name} for name in entity.label.aliases]),
    Property(
        "country", "state", lambda s, entity: _groups(s, entity, [EntityType.STATE]), EntityType.STATE, matches=True
    ),
    Property("member_of", "member of", _groups, EntityType.ORGANIZATION, matches=True),
    Property("articles", "number of articles", lambda _, entity: [{"int": len(entity.positions)}]),
    Property("first_day", "first printed day", lambda s, entity: _text(_days(s, entity)[0])),
    Property("last_day", "last printed day", lambda s, entity: _text(_days(s, entity)[1])),
    Property("sources", "sources with the most articles", _sources),
    Property("statements", "number of statements", _statements),
    Property("related", "entities named together with it", _related),
    Property("coordinates", "latitude and longitude", lambda _, entity: _coordinates(entity.label.at)),
)
"""The properties, in the order in which they are proposed."""

PROPERTIES_BY_ID = {property_.id: property_ for property_ in PROPERTIES}


def manifest(api_url: str) -> Json:
    """Return what the service offers, with its addresses."""
    base = f"{api_url}/reconcile"
    return {
        "versions": ["0.2"],
        "name": "Dateline",
        "identifierSpace": f"{api_url}/entities/",
        "schemaSpace": f"{base}/properties",
        "defaultTypes": [entity_type(type_) for type_ in EntityType],
        "documentation": f"{api_url.removesuffix('/v1')}/docs",
        "serviceVersion": __version__,
        "batchSize": MAX_QUERIES,
        "view": {"url": f"{base}/preview/{{{{id}}}}"},
        "preview": {"url": f"{base}/preview/{{{{id}}}}", **PREVIEW_SIZE},
        "suggest": {
            kind: {
                "service_url": base,
                "service_path": f"/suggest/{kind}",
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def entity_type(type_: EntityType) -> Json:
    """Return a type with its id and name."""
    return {"id": type_.value, "name": type_.noun.partition(" ")[2]}


def property_reference(property_: Property) -> Json:
    """Return a property with its id and name, and the type of its values if they are entities."""
    reference: Json = {"id": property_.id, "name": property_.name}
    return reference if property_.type is None else {**reference, "type": entity_type(EntityType(property_.type))}


def candidate_result(candidate: CellCandidate) -> Json:
    """Return a candidate with its score, out of 100, and with what the score is made of."""
    label, articles = candidate.label, candidate.articles
    features = {
        "name_exact": candidate.has_name,
        "name_similarity": round(candidate.similarity, 3),
        "type_match": candidate.has_type,
        "articles": round(log(1 + articles), 3),
        **{f"property:{name}": is_so for name, is_so in candidate.properties.items()},
    }
    return {
        "id": label.id,
        "name": label.name,
        "description": description(label, articles),
        "type": [entity_type(label.type)],
        "score": round(candidate.score, 1),
        "match": candidate.match,
        "features": [{"id": name, "value": value} for name, value in features.items()],
    }


def description(label: EntityLabel, articles: int) -> str:
    """Return one line about an entity."""
    counted = "1 article" if articles == 1 else f"{articles:,} articles"
    return f"{label.type.noun.partition(' ')[2]}, in {counted}"


def extension(snapshot: Snapshot, entities: dict[str, FoundEntity | None], properties: Sequence[Property]) -> Json:
    """Return the values of properties of entities by id; an unknown entity has none."""
    rows = {
        id_: {
            property_.id: [] if entity is None else list(property_.values(snapshot, entity)) for property_ in properties
        }
        for id_, entity in entities.items()
    }
    return {"meta": [property_reference(property_) for property_ in properties], "rows": rows}


def suggested_entity(suggestion: Suggestion, label: EntityLabel) -> Json:
    """Return a suggestion as the widget of a reconciliation client shows it."""
    return {
        "id": label.id,
        "name": label.name,
        "description": description(label, suggestion.articles),
        "notable": [entity_type(label.type)],
    }


def preview_html(snapshot: Snapshot, entity: FoundEntity) -> str:
    """Return a small page about an entity, without scripts and without anything from elsewhere."""
    label = entity.label
    first, last = _days(snapshot, entity)
    groups = ", ".join(value["name"] for value in _groups(snapshot, entity))
    facts = [
        ("Also", ", ".join(label.aliases[:MAX_VALUES])),
        ("Member of", groups),
        ("Printed", " to ".join(filter(None, (first, last)))),
        ("Sources", ", ".join(value["str"] for value in _sources(snapshot, entity))),
        ("Wikidata", "" if label.wikidata is None else wikidata_url(label.wikidata)),
    ]
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(label.name)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(label.name)}</h1><p>{escape(description(label, len(entity.positions)))}</p><dl>{rows}</dl></html>"
    )


_STYLE = (
    "body{font:13px/1.4 sans-serif;margin:8px}h1{font-size:16px;margin:0}p{margin:2px 0 6px;color:#555}"
    "dl{display:grid;grid-template-columns:auto 1fr;gap:2px 8px;margin:0}dt{color:#555}dd{margin:0}"
)
