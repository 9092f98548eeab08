"""Articles as response fields: items of lists, single articles, and the results of a lookup by id or URL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

from pydantic import Field
from pydantic_core import from_json, to_json
from sqlalchemy import Row
from sqlmodel import Session

from app.labels import EntityLabel, article_number
from app.models import EntityType, LanguageBasis, Mention, Statement, TextKind
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleLookup, ArticlePage
from app.search.query.parameters import Offsets
from app.search.query.search import Result
from app.search.sql import rows
from app.search.sql.lookup import look_up
from app.settings import ServeText
from app.wire.base import VERSION_FIELD, ArticleDetail, ArticleItem, Out
from app.wire.explanations import highlights_at, matches_at
from app.wire.offsets import FieldTexts, item_in_utf16, spans_in_utf16

# A dict and not a model: building and validating a model for each item takes longer than reading the rows.
ItemFields = dict[str, Any]
"""The fields of an ArticleItem as plain values."""

TOP_ENTITIES = 10
"""Number of entities that a list shows of each article."""

# An agency report or the notice of a paywall can be the text of thousands of articles.
MAX_SAME_TEXT = 100
"""Maximum number of articles with the same text that an article lists."""

# Four times the usual size of an item, so that the cache stays bounded.
MAX_CACHED_ITEM_BYTES = 4_096
"""Maximum size of the JSON of an item that is cached."""

# Small enough that no read lasts long, large enough that reading costs little per article.
EXPORT_BATCH_SIZE = 500
"""Number of articles that an export reads together."""

# Looking a string up here is faster than reading `value` of an enum member or serializing the member.
_TYPE_NAMES = {type_: type_.value for type_ in EntityType}


class LookupItem(Out):
    """A requested id or URL and the article that it names."""

    requested: str = Field(description="The id or URL, as requested.", examples=["https://example.org/report"])
    by: Literal["id", "url"] = Field(description="Whether it is an id or a URL.", examples=["url"])
    article: ArticleItem | None = Field(description="The article; null if none is served under this id or URL.")


class LookupList(Out):
    """The articles that ids and URLs name, in the order of the request, ids first."""

    items: list[LookupItem] = Field(description="One item for each requested id and URL.")
    corpus_version: int = VERSION_FIELD


def format_instant(seconds: int | None) -> str | None:
    """Return UTC seconds since the epoch as an RFC 3339 instant; None for None."""
    # Not strftime: on some systems it writes years before 1000 with fewer than four digits.
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"


def article_urn(article_id: str) -> str:
    """Return the URN of an article, which is the same on every machine and in every format."""
    return f"urn:dateline:article:{article_id}"


def article_items(
    result: Result, positions: Sequence[int], *, members: bool = False, explain: bool = False
) -> Iterator[ItemFields]:
    """Return the articles at these positions, in this order, with one SQL statement however many they are.

    With `members` or `explain`, `matched` holds the entities through which each article matches; `explain` adds where
    the article names them, with a second SQL statement.
    """
    session, snapshot = result.text.session, result.snapshot
    ids = [int(snapshot.columns.order[position]) for position in positions]
    matches = matches_at(result, positions, explain=explain) if members or explain else [None] * len(ids)
    revisions = zip(rows.revisions(session, ids), matches, strict=True)
    # The rows are read together, but each item is built when it is requested: the garbage collector traverses a list of
    # many live items again and again, which takes as long as building them.
    return ({**_item_fields(snapshot, row), "matched": match, "highlights": None} for row, match in revisions)


def unsearched_items(session: Session, snapshot: Snapshot, positions: Sequence[int]) -> list[ItemFields]:
    """Return the articles at these positions, in this order, without a search that could explain them."""
    ids = [int(snapshot.columns.order[position]) for position in positions]
    revisions = rows.revisions(session, ids)
    return [{**_item_fields(snapshot, row), "matched": None, "highlights": None} for row in revisions]


def article_json(result: Result, positions: Sequence[int], page: ArticlePage, serve: ServeText) -> list[bytes]:
    """Return the articles at these positions as JSON, each from the cache of the snapshot if it is there.

    Items that explain why they match belong to a single search and are not cached.
    """
    if page.members or page.explain or page.highlight:
        return list(map(to_json, _explained_items(result, positions, page, serve)))
    cache = result.snapshot.cache.item_json
    cached = {position: cache.get(position) for position in positions}
    missing = [position for position in positions if cached[position] is None]
    built = dict(zip(missing, map(to_json, article_items(result, missing)), strict=True)) if missing else {}
    for position, json in built.items():
        if len(json) <= MAX_CACHED_ITEM_BYTES:
            cache.put(position, json)
    return [built[position] if json is None else json for position, json in cached.items()]


def select_fields(items: Sequence[bytes], fields: Sequence[str] | None) -> Sequence[bytes]:
    """Return the JSON of articles with only these fields; None selects all of them."""
    if fields is None:
        return items
    return [to_json({field: item[field] for field in fields}) for item in map(from_json, items)]


def _explained_items(result: Result, positions: Sequence[int], page: ArticlePage, serve: ServeText) -> list[ItemFields]:
    """Return the articles at these positions with their matches and highlights; withheld texts have no highlights."""
    items = list(article_items(result, positions, members=page.members, explain=page.explain))
    if not page.highlight and not (page.explain and page.offsets == "utf16"):
        return items
    ids = [int(result.snapshot.columns.order[position]) for position in positions]
    texts = rows.texts(result.text.session, ids)
    fields = [{"title": item["title"], "text": texts[id_]} for id_, item in zip(ids, items, strict=True)]
    if page.highlight:
        served = [_served_fields(item, own, serve) for item, own in zip(items, fields, strict=True)]
        highlights = highlights_at(result, positions, served)
        items = [{**item, "highlights": own} for item, own in zip(items, highlights, strict=True)]
    if page.offsets == "utf16":
        items = [item_in_utf16(item, own) for item, own in zip(items, fields, strict=True)]
    return items


def _served_fields(item: ItemFields, fields: FieldTexts, serve: ServeText) -> FieldTexts:
    return fields if is_kind_served(serve, item["text_kind"]) else {"title": fields["title"]}


def _item_fields(snapshot: Snapshot, row: Row[Any]) -> ItemFields:
    return {
        "id": row.article_id,
        "url": row.url,
        "title": row.title,
        "source": {"id": row.source_id, "name": snapshot.source_names[row.source_id]},
        "authors": row.authors,
        "published": published(row),
        "language": row.language,
        "language_basis": language_basis(row),
        "text_kind": row.text_kind,
        "rights": row.rights,
        "entities": _top_entities(snapshot, row.named),
    }


def language_basis(row: Row[Any]) -> str | None:
    """Return whether the language of an article was declared or detected; None if it is unknown."""
    if row.language is None:
        return None
    return (LanguageBasis.DETECTED if row.language_detected else LanguageBasis.METADATA).value


def published(row: Row[Any]) -> dict[str, Any]:
    """Return when an article was printed, as the fields of PublishedOut."""
    return {
        "on": row.published_on,
        "at": format_instant(row.published_at),
        "precision": row.precision,
        "zone": row.zone,
        "basis": row.basis,
        "evidence": row.evidence,
    }


def _top_entities(snapshot: Snapshot, mentions_by_id: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the most mentioned entities, ties by id; mentions under former ids count for the current entity."""
    ordinals, counts = snapshot.entity_ordinals, dict[int, int]()
    for id_, mentions in mentions_by_id.items():
        counts[ordinals[id_]] = counts.get(ordinals[id_], 0) + mentions
    # Labels are sorted by id, so that ordinals break ties; a reversed sort is stable and keeps their order.
    top = sorted(sorted(counts), key=counts.__getitem__, reverse=True)[:TOP_ENTITIES]
    return [_entity_count(snapshot.labels.entity[ordinal], counts[ordinal]) for ordinal in top]


def _entity_count(label: EntityLabel, count: int) -> dict[str, Any]:
    return {"id": label.id, "name": label.name, "type": _TYPE_NAMES[label.type], "count": count}


def is_text_served(row: Row[Any], serve: ServeText) -> bool:
    """Return whether the operator serves the text of this article."""
    return is_kind_served(serve, row.text_kind)


def is_kind_served(serve: ServeText, text_kind: str) -> bool:
    """Return whether the operator serves texts of this kind."""
    return serve == "full" or (serve == "digest" and text_kind == TextKind.DIGEST)


def article_detail(
    session: Session, snapshot: Snapshot, revision: int, serve: ServeText, offsets: Offsets = "codepoints"
) -> ArticleDetail:
    """Return one revision of an article with its mentions and statements, and its text if the operator serves it."""
    (row,) = rows.revisions(session, [revision])
    served = is_text_served(row, serve)
    text, other_urls = rows.text_and_urls(session, revision)
    mentions = [_mention_fields(snapshot, mention) for mention in rows.mentions(session, revision)]
    statements = [_statement_fields(snapshot, statement) for statement in rows.statements(session, revision)]
    if offsets == "utf16":
        fields = {"title": row.title, "text": text}
        mentions, statements = spans_in_utf16(mentions, fields), spans_in_utf16(statements, fields)
    same_text = _same_text(session, snapshot, row.article_id, text)
    return ArticleDetail.model_validate(
        {
            **_item_fields(snapshot, row),
            "matched": None,
            "highlights": None,
            "urls": [*([row.url] if row.url else []), *other_urls],
            "same_text": same_text[:MAX_SAME_TEXT],
            "same_text_total": len(same_text),
            "text": text if served else None,
            "text_withheld": not served,
            "mentions": mentions,
            "statements": statements,
        }
    )


def _same_text(session: Session, snapshot: Snapshot, article_id: str, text: str) -> list[dict[str, Any]]:
    """Return the other articles that are served with exactly this text."""
    return [
        {"id": other_id, "source": {"id": source, "name": snapshot.source_names[source]}}
        for revision, other_id, source in rows.same_text(session, text)
        if other_id != article_id and revision == snapshot.revision_of(article_number(other_id))
    ]


def _mention_fields(snapshot: Snapshot, mention: Mention) -> dict[str, Any]:
    fields = mention.model_dump(exclude={"revision_id", "entity_id"})
    return {**fields, "entity": _current_id(snapshot, mention.entity_id)}


def _statement_fields(snapshot: Snapshot, statement: Statement) -> dict[str, Any]:
    fields = statement.model_dump(exclude={"revision_id", "speaker_id", "speaker"})
    speaker = _current_id(snapshot, statement.speaker_id)
    return {**fields, "speaker": speaker, "speaker_name": statement.speaker}


def _current_id(snapshot: Snapshot, id_: str | None) -> str | None:
    """Return the id of an entity, or of the one into which it was merged."""
    return None if id_ is None else snapshot.entity(id_).id


def all_articles(result: Result, positions: Iterator[int], *, members: bool) -> Iterator[ItemFields]:
    """Yield the articles at these positions, read in batches; no read transaction is held between two batches."""
    while batch := list(islice(positions, EXPORT_BATCH_SIZE)):
        items = article_items(result, batch, members=members)
        result.text.session.rollback()
        yield from items


def lookup_list(session: Session, snapshot: Snapshot, lookup: ArticleLookup) -> LookupList:
    """Return the articles that ids and URLs name, with two SQL statements however many they are."""
    matches = look_up(session, snapshot, lookup)
    positions = list(dict.fromkeys(match.position for match in matches if match.position is not None))
    items = dict(zip(positions, unsearched_items(session, snapshot, positions), strict=True))
    return LookupList.model_validate(
        {
            "items": [
                {
                    "requested": match.value,
                    "by": match.by,
                    "article": None if match.position is None else items[match.position],
                }
                for match in matches
            ],
            "corpus_version": snapshot.version,
        }
    )
