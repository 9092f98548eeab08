"""Rows and labels -> articles as they go out."""

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
from app.wire.base import VERSION, ArticleDetail, ArticleItem, Out
from app.wire.explanations import highlights, matched
from app.wire.offsets import Fields, in_utf16, item_in_utf16

Item = dict[str, Any]
"""An ArticleItem as plain values: to make and check an object of each part takes longer than to read the rows."""

TOP_ENTITIES = 10
"""Entities that a list shows of an article."""

MOST_SAME_TEXT = 100
"""Articles of the same text that one names: what stands behind a wall to pay at can be thousands of times the same."""

LARGEST = 4_096
"""Bytes of what is remembered of an article: four times the usual, so that the memory stays bounded."""

_TYPES = {type_: type_.value for type_ in EntityType}
"""The types as plain text: to ask a member of an enumeration for it, or to write one, takes longer than the rest."""

BATCH = 500
"""Articles that an export reads at once: short enough that no read lasts, long enough that reading costs little."""


def instant(seconds: int | None) -> str | None:
    """Return UTC seconds as RFC 3339."""
    # Not by strftime: on some systems it writes the years before 1000 with fewer than four digits.
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"


def urn(article: str) -> str:
    """Return the name of an article by its public id, which holds on every machine and in every format."""
    return f"urn:dateline:article:{article}"


def article_items(
    result: Result, positions: Sequence[int], *, members: bool = False, explain: bool = False
) -> Iterator[Item]:
    """Return the articles at these positions, in this order, with one statement however many they are.

    All is read at once, but an item is made when it is its turn: many that live together are looked through for garbage
    again and again, which takes as long as making them.

    With `members` or `explain` each says by which entities it was found; `explain`, a second statement, adds where.
    """
    session, snapshot = result.text.session, result.snapshot
    ids = [int(snapshot.columns.order[position]) for position in positions]
    matches = matched(result, positions, explain=explain) if members or explain else [None] * len(ids)
    found = zip(rows.revisions(session, ids), matches, strict=True)
    return ({**_item_fields(snapshot, row), "matched": match, "highlights": None} for row, match in found)


def unsearched_items(session: Session, snapshot: Snapshot, positions: Sequence[int]) -> list[Item]:
    """Return the articles at these positions as lists show them that come from no search."""
    ids = [int(snapshot.columns.order[position]) for position in positions]
    found = rows.revisions(session, ids)
    return [{**_item_fields(snapshot, row), "matched": None, "highlights": None} for row in found]


def listed(result: Result, positions: Sequence[int], asked: ArticlePage, serve: ServeText) -> list[bytes]:
    """Return the same as JSON each; what any question showed lately of an article costs nothing more.

    What says by which entities or words it was found belongs to its question alone.
    """
    if asked.members or asked.explain or asked.highlight:
        return list(map(to_json, _told(result, positions, asked, serve)))
    shown = result.snapshot.cache.shown
    found = {position: shown.get(position) for position in positions}
    missing = [position for position in positions if found[position] is None]
    made = dict(zip(missing, map(to_json, article_items(result, missing)), strict=True)) if missing else {}
    for position, json in made.items():
        if len(json) <= LARGEST:
            shown.put(position, json)
    return [made[position] if json is None else json for position, json in found.items()]


def sparse(items: Sequence[bytes], fields: Sequence[str] | None) -> Sequence[bytes]:
    """Return articles that are JSON already with these of their fields only; None is all of them."""
    if fields is None:
        return items
    return [to_json({field: item[field] for field in fields}) for item in map(from_json, items)]


def _told(result: Result, positions: Sequence[int], asked: ArticlePage, serve: ServeText) -> list[Item]:
    """Return the articles at these positions with what tells why they were found, as far as the operator serves it."""
    items = list(article_items(result, positions, members=asked.members, explain=asked.explain))
    if not asked.highlight and not (asked.explain and asked.offsets == "utf16"):
        return items
    ids = [int(result.snapshot.columns.order[position]) for position in positions]
    texts = rows.texts(result.text.session, ids)
    fields = [{"title": item["title"], "text": texts[id_]} for id_, item in zip(ids, items, strict=True)]
    if asked.highlight:
        served = [one if serves(serve, i["text_kind"]) else _title(one) for one, i in zip(fields, items, strict=True)]
        found = highlights(result, positions, served)
        items = [{**item, "highlights": parts} for item, parts in zip(items, found, strict=True)]
    if asked.offsets == "utf16":
        items = [item_in_utf16(item, one) for item, one in zip(items, fields, strict=True)]
    return items


def _title(fields: Fields) -> Fields:
    return {"title": fields["title"]}


def _item_fields(snapshot: Snapshot, row: Row[Any]) -> Item:
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
        "entities": _most_named(snapshot, row.named),
    }


def language_basis(row: Row[Any]) -> str | None:
    """Return where the language of an article comes from; None where there is none."""
    if row.language is None:
        return None
    return (LanguageBasis.DETECTED if row.language_detected else LanguageBasis.METADATA).value


def published(row: Row[Any]) -> dict[str, Any]:
    """Return when an article was printed, as the fields of PublishedOut."""
    return {
        "on": row.published_on,
        "at": instant(row.published_at),
        "precision": row.precision,
        "zone": row.zone,
        "basis": row.basis,
        "evidence": row.evidence,
    }


def _most_named(snapshot: Snapshot, named: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the entities named most, those of former ids with their survivors; ties by id."""
    ordinals, counts = snapshot.entity_ordinals, dict[int, int]()
    for id_, mentions in named.items():
        counts[ordinals[id_]] = counts.get(ordinals[id_], 0) + mentions
    # Labels are sorted by id, so that ordinals break ties; a sort in reverse keeps them as they come.
    ranked = sorted(sorted(counts), key=counts.__getitem__, reverse=True)[:TOP_ENTITIES]
    return [_entity_count(snapshot.labels.entity[ordinal], counts[ordinal]) for ordinal in ranked]


def _entity_count(label: EntityLabel, count: int) -> dict[str, Any]:
    return {"id": label.id, "name": label.name, "type": _TYPES[label.type], "count": count}


def is_served(row: Row[Any], serve: ServeText) -> bool:
    """Tell whether the operator serves the text of this article."""
    return serves(serve, row.text_kind)


def serves(serve: ServeText, text_kind: str) -> bool:
    """Tell whether the operator serves texts of this kind."""
    return serve == "full" or (serve == "digest" and text_kind == TextKind.DIGEST)


def article_detail(
    session: Session, snapshot: Snapshot, revision: int, serve: ServeText, offsets: Offsets = "codepoints"
) -> ArticleDetail:
    """Return one article as a revision of it says, with its text, as far as the operator serves it, and all in it."""
    (row,) = rows.revisions(session, [revision])
    served = is_served(row, serve)
    text, other_urls = rows.text_and_urls(session, revision)
    mentions = [_mention(snapshot, mention) for mention in rows.mentions(session, revision)]
    statements = [_statement(snapshot, statement) for statement in rows.statements(session, revision)]
    if offsets == "utf16":
        fields = {"title": row.title, "text": text}
        mentions, statements = in_utf16(mentions, fields), in_utf16(statements, fields)
    same_text = _same_text(session, snapshot, row.article_id, text)
    return ArticleDetail.model_validate(
        {
            **_item_fields(snapshot, row),
            "matched": None,
            "highlights": None,
            "urls": [*([row.url] if row.url else []), *other_urls],
            "same_text": same_text[:MOST_SAME_TEXT],
            "same_text_total": len(same_text),
            "text": text if served else None,
            "text_withheld": not served,
            "mentions": mentions,
            "statements": statements,
        }
    )


def _same_text(session: Session, snapshot: Snapshot, article: str, text: str) -> list[dict[str, Any]]:
    """Return the other articles that serve exactly this text."""
    return [
        {"id": other, "source": {"id": source, "name": snapshot.source_names[source]}}
        for revision, other, source in rows.same_text(session, text)
        if other != article and revision == snapshot.revision_of(article_number(other))
    ]


def _mention(snapshot: Snapshot, mention: Mention) -> dict[str, Any]:
    fields = mention.model_dump(exclude={"revision_id", "entity_id"})
    return {**fields, "entity": _survivor(snapshot, mention.entity_id)}


def _statement(snapshot: Snapshot, statement: Statement) -> dict[str, Any]:
    fields = statement.model_dump(exclude={"revision_id", "speaker_id", "speaker"})
    speaker = _survivor(snapshot, statement.speaker_id)
    return {**fields, "speaker": speaker, "speaker_name": statement.speaker}


def _survivor(snapshot: Snapshot, id_: str | None) -> str | None:
    return None if id_ is None else snapshot.entity(id_).id


def all_articles(result: Result, positions: Iterator[int], *, members: bool) -> Iterator[Item]:
    """Yield the articles at these positions in short reads: between two batches no read transaction is held."""
    while batch := list(islice(positions, BATCH)):
        items = article_items(result, batch, members=members)
        result.text.session.rollback()
        yield from items


class LookedUp(Out):
    """What was asked and the article it names."""

    asked: str = Field(description="The id or URL as it was given.", examples=["https://example.org/report"])
    by: Literal["id", "url"] = Field(description="Which of the two it is.", examples=["url"])
    article: ArticleItem | None = Field(description="The article; null if none is served under it.")


class LookupList(Out):
    """What each id and then each URL names, in the order of asking."""

    items: list[LookedUp] = Field(description="One for each id and URL that was asked.")
    corpus_version: int = VERSION


def lookup_list(session: Session, snapshot: Snapshot, asked: ArticleLookup) -> LookupList:
    """Return what ids and URLs name, with two statements however many they are."""
    found = look_up(session, snapshot, asked)
    positions = list(dict.fromkeys(one.position for one in found if one.position is not None))
    items = dict(zip(positions, unsearched_items(session, snapshot, positions), strict=True))
    return LookupList.model_validate(
        {
            "items": [
                {"asked": one.asked, "by": one.by, "article": None if one.position is None else items[one.position]}
                for one in found
            ],
            "corpus_version": snapshot.version,
        }
    )
