"""The columns of each view that is exported as a table."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from app.wire.article_models import ArticleItem
from app.wire.comparisons import ComparisonItem
from app.wire.entities import NamedEntity
from app.wire.exports.tables import Column, Row, Table
from app.wire.fields import ContentFields
from app.wire.sources import SourceItem
from app.wire.statements import StatementItem


def _at(*path: str) -> Callable[[Row], Any]:
    """Return a function that reads a field of a field of a row; None if an outer one is null."""
    if len(path) == 1:
        return itemgetter(path[0])
    *outer, last = path
    read_outer = _at(*outer)

    def read(row: Row) -> Any:  # noqa: ANN401 - a cell of any kind
        value: Mapping[str, Any] | None = read_outer(row)
        return None if value is None else value[last]

    return read


def _each(field: str, name: str) -> Callable[[Row], list[Any]]:
    """Return a function that reads one field of all items of a list."""
    read = itemgetter(name)
    return lambda row: list(map(read, row[field]))


CONTENT_FIELDS = tuple(ContentFields.__annotations__)
"""The fields of articles that are read from their whole contents."""

UNIT_FIELD = "offsets"
"""The field with the unit of offsets, which comes with each field that has some."""

_WITH_OFFSETS = frozenset(("mentions", "statements", "given_entities"))


def with_unit(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chosen names of fields of articles, with that of the unit of offsets if one of them has offsets."""
    return names if UNIT_FIELD in names or _WITH_OFFSETS.isdisjoint(names) else (*names, UNIT_FIELD)


ARTICLES = Table(
    "articles",
    (
        Column("id", "text", _at("id")),
        Column("url", "text", _at("url")),
        Column("title", "text", _at("title")),
        Column("source", "text", _at("source", "id")),
        Column("source_name", "text", _at("source", "name")),
        Column("authors", "texts", _at("authors")),
        Column("published_on", "partial_day", _at("published", "on")),
        Column("published_at", "instant", _at("published", "at")),
        Column("precision", "text", _at("published", "precision")),
        Column("zone", "text", _at("published", "zone")),
        Column("basis", "text", _at("published", "basis")),
        Column("language", "text", _at("language")),
        Column("text_kind", "text", _at("text_kind")),
        Column("rights", "text", _at("rights")),
        Column("entities", "texts", _each("entities", "id")),
        Column("language_basis", "text", _at("language_basis")),
        Column("entity_counts", "integers", _each("entities", "count")),
        Column("matched", "json", _at("matched"), is_default=False, switch="members"),
        Column("entity_names", "texts", _each("entities", "name"), is_default=False),
        Column("entity_types", "texts", _each("entities", "type"), is_default=False),
        Column("evidence", "text", _at("published", "evidence"), is_default=False),
        Column("urls", "texts", _at("urls"), is_default=False),
        Column("lead", "text", _at("lead"), is_default=False),
        Column("text", "text", _at("text"), is_default=False),
        Column("text_withheld", "boolean", _at("text_withheld"), is_default=False),
        Column("mentions", "json", _at("mentions"), is_default=False),
        Column("statements", "json", _at("statements"), is_default=False),
        Column("record_id", "text", _at("record_id"), is_default=False),
        Column("printed_time", "text", _at("printed_time"), is_default=False),
        Column("given_entities", "json", _at("given_entities"), is_default=False),
        Column("offsets", "text", _at("offsets"), is_default=False),
        Column("record_keys", "texts", _at("record_keys"), is_default=False),
        Column("details", "json", lambda row: row["details"] or None, is_default=False),
    ),
    tuple(name for name in ArticleItem.model_fields if name not in CONTENT_FIELDS),
    CONTENT_FIELDS,
)

STATEMENTS = Table(
    "statements",
    (
        Column("article", "text", _at("article", "id")),
        Column("url", "text", _at("article", "url")),
        Column("title", "text", _at("article", "title")),
        Column("source", "text", _at("article", "source", "id")),
        Column("source_name", "text", _at("article", "source", "name")),
        Column("published_on", "partial_day", _at("article", "published", "on")),
        Column("published_at", "instant", _at("article", "published", "at")),
        Column("precision", "text", _at("article", "published", "precision")),
        Column("zone", "text", _at("article", "published", "zone")),
        Column("basis", "text", _at("article", "published", "basis")),
        Column("field", "text", _at("field")),
        Column("start", "integer", _at("start")),
        Column("end", "integer", _at("end")),
        Column("text", "text", _at("text")),
        Column("kind", "text", _at("kind")),
        Column("speaker", "text", _at("speaker", "id")),
        Column("speaker_label", "text", _at("speaker", "name")),
        Column("speaker_type", "text", _at("speaker", "type")),
        Column("speaker_name", "text", _at("speaker_name")),
        Column("cue", "text", _at("cue")),
        Column("entities", "texts", _each("entities", "id")),
        Column("entity_names", "texts", _each("entities", "name"), is_default=False),
        Column("evidence", "text", _at("article", "published", "evidence"), is_default=False),
    ),
    tuple(StatementItem.model_fields),
)

ENTITIES = Table(
    "entities",
    (
        Column("id", "text", _at("id")),
        Column("name", "text", _at("name")),
        Column("type", "text", _at("type")),
        Column("wikidata", "text", _at("wikidata")),
        Column("articles", "integer", _at("articles")),
        Column("lift", "number", _at("lift")),
        Column("lat", "number", _at("at", "lat")),
        Column("lon", "number", _at("at", "lon")),
    ),
    tuple(NamedEntity.model_fields),
)

SOURCES = Table(
    "sources",
    (
        Column("id", "text", _at("id")),
        Column("name", "text", _at("name")),
        Column("names", "texts", _at("names")),
        Column("domains", "texts", _at("domains")),
        Column("country", "text", _at("country")),
        Column("owner", "text", _at("owner")),
        Column("kind", "text", _at("kind")),
        Column("languages", "texts", _at("languages")),
        Column("founded", "integer", _at("founded")),
        Column("groups", "texts", _each("groups", "id")),
        Column("articles", "integer", _at("articles")),
        Column("first_day", "day", _at("first_day")),
        Column("last_day", "day", _at("last_day")),
    ),
    tuple(SourceItem.model_fields),
)

_BUCKET_COLUMNS = (
    Column("from", "day", _at("from")),
    Column("to", "day", _at("to")),
    Column("series", "text", _at("series")),
    Column("series_name", "text", _at("series_name")),
    Column("count", "integer", _at("count")),
    Column("corpus", "integer", _at("corpus")),
    Column("share", "number", _at("share")),
    Column("kind", "text", _at("kind")),
)

TIMELINE = Table("timeline", _BUCKET_COLUMNS, tuple(column.name for column in _BUCKET_COLUMNS))

COMPARISON = Table(
    "compare",
    (
        Column("id", "text", _at("id")),
        Column("name", "text", _at("name")),
        Column("articles", "integer", _at("articles")),
        Column("coverage", "integer", _at("coverage")),
        Column("share", "number", _at("share")),
        Column("first_day", "day", _at("first_day")),
        Column("last_day", "day", _at("last_day")),
        Column("exclusive_entities", "texts", _each("exclusive_entities", "id")),
        Column("exclusive_entity_counts", "integers", _each("exclusive_entities", "articles")),
        Column("speakers", "texts", _each("speakers", "id")),
        Column("speaker_counts", "integers", _each("speakers", "statements")),
        Column("exclusive_entity_names", "texts", _each("exclusive_entities", "name"), is_default=False),
        Column("exclusive_entity_types", "texts", _each("exclusive_entities", "type"), is_default=False),
        Column("speaker_names", "texts", _each("speakers", "name"), is_default=False),
        Column("speaker_types", "texts", _each("speakers", "type"), is_default=False),
    ),
    tuple(ComparisonItem.model_fields),
)

_EDGE_COLUMNS = (
    Column("source", "text", _at("source")),
    Column("source_name", "text", _at("source_name")),
    Column("source_type", "text", _at("source_type")),
    Column("source_articles", "integer", _at("source_articles")),
    Column("target", "text", _at("target")),
    Column("target_name", "text", _at("target_name")),
    Column("target_type", "text", _at("target_type")),
    Column("target_articles", "integer", _at("target_articles")),
    Column("articles", "integer", _at("articles")),
    Column("npmi", "number", _at("npmi")),
)

NETWORK = Table("network", _EDGE_COLUMNS, tuple(column.name for column in _EDGE_COLUMNS))
