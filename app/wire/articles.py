"""Articles as response fields: items of lists, single articles, and the results of a lookup by id or URL."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import repeat
from operator import itemgetter
from typing import Literal, NamedTuple

from pydantic import Field

from app.models import EntityType, LanguageBasis, MentionKind, TextKind
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticlePage
from app.search.query.parameters import Offsets
from app.search.query.search import Result
from app.search.sql.lookup import LookupResult
from app.search.sql.pages import ArticleContent, ExportRows, PageRows
from app.search.sql.rows import ArticleRow, Content, MentionRow, StatementRow
from app.settings import ServeText
from app.text.lead import lead
from app.wire.article_models import ArticleDetail, ArticleItem
from app.wire.base import VERSION_FIELD, Out
from app.wire.explanations import highlights, highlights_in_utf16, matches, matches_in_utf16, terms_of_q
from app.wire.fields import (
    ContentFields,
    FieldTexts,
    GivenEntityFields,
    HighlightFields,
    ItemFields,
    MatchFields,
    MentionFields,
    PublishedFields,
    StatementFields,
    TermFields,
    spans_in_utf16,
    utf16_offsets,
)

TOP_ENTITIES = 10
"""Number of entities that a list shows of each article."""

# An agency report or the notice of a paywall can be the text of thousands of articles.
MAX_SAME_TEXT = 100
"""Maximum number of articles with the same text that an article lists."""

SERVED_KINDS: Mapping[ServeText, frozenset[str]] = {
    "full": frozenset(TextKind),
    "digest": frozenset((TextKind.DIGEST,)),
    "none": frozenset(),
}
"""The kinds of texts that are served, by the setting."""


# Looking a string up here is faster than reading `value` of an enum member or serializing the member.
_TYPE_NAMES = {type_: type_.value for type_ in EntityType}
_DETECTED, _METADATA = LanguageBasis.DETECTED.value, LanguageBasis.METADATA.value


class LookupItem(Out):
    """A requested id or URL and the article that it names."""

    requested: str = Field(description="The id or URL, as requested.", examples=["https://example.org/report"])
    by: Literal["id", "url"] = Field(description="Whether it is an id or a URL.", examples=["url"])
    article: ArticleItem | None = Field(description="The article; null if none is served under this id or URL.")


class LookupList(Out):
    """The articles that ids and URLs name, in the order of the request, ids first."""

    items: list[LookupItem] = Field(description="One item for each requested id and URL.")
    corpus_version: int = VERSION_FIELD


class ListedArticles(NamedTuple):
    """The articles of a page, and what explains of each that a search found it; without that, its fields are null."""

    snapshot: Snapshot
    articles: Sequence[ArticleRow]
    matched: Sequence[list[MatchFields]] = ()
    terms: Sequence[list[TermFields] | None] = ()
    highlights: Sequence[list[HighlightFields]] = ()


def format_instant(seconds: int | None) -> str | None:
    """Return UTC seconds since the epoch as an RFC 3339 instant; None for None."""
    # Not strftime: on some systems it writes years before 1000 with fewer than four digits.
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"


def article_urn(article_id: str) -> str:
    """Return the URN of an article, which is the same on every machine and in every format."""
    return f"urn:dateline:article:{article_id}"


def article_items(snapshot: Snapshot, articles: Iterable[ArticleRow]) -> Iterator[ItemFields]:
    """Yield articles as lists show them, without what explains that a search found them.

    Each item is built when it is requested: the garbage collector traverses a list of many live items again and again,
    which takes as long as building them.
    """
    return (_item(snapshot, article) for article in articles)


def exported_items(
    result: Result, rows: ExportRows, serve: ServeText, offsets: Offsets = "codepoints", *, members: bool = False
) -> Iterator[Mapping[str, object]]:
    """Yield articles as exports show them: with all entities, with what was read of their contents.

    With `members`, also the entities through which they match. They have a lead only with their contents: reading the
    texts takes as long as all the rest.
    """
    snapshot, page = result.snapshot, rows.page
    all_matches = matches(snapshot, page, explain=False) if members else repeat(None)
    for article, matched in zip(page.articles, all_matches):  # noqa: B905 - one of them may be endless
        item = _item(snapshot, article, matched, entities=None)
        del item["lead"]
        content = rows.contents.get(article.id)
        yield item if content is None else {**item, **_content_fields(snapshot, article, content, serve, offsets)}


def explained_items(
    result: Result, positions: Sequence[int], page: PageRows, filters: ArticlePage, serve: ServeText
) -> ListedArticles:
    """Return articles with what the request selects of matches, terms and highlights; withheld texts are not quoted."""
    snapshot = result.snapshot
    is_matched = filters.members or filters.explain
    fields = [_fields(article, page.texts) for article in page.articles]
    served = [_served(article, own, serve) for article, own in zip(page.articles, fields, strict=True)]
    matched = matches(snapshot, page, explain=filters.explain) if is_matched else []
    highlighted = highlights(result, page, served) if filters.highlight else []
    if filters.offsets == "utf16":
        matched = list(map(matches_in_utf16, matched, fields))
        highlighted = list(map(highlights_in_utf16, highlighted, fields))
    terms = terms_of_q(result, positions) if filters.explain else []
    return ListedArticles(snapshot, page.articles, matched, terms, highlighted)


def _fields(article: ArticleRow, texts: Mapping[int, str]) -> FieldTexts:
    return {"title": article.title, "text": texts[article.id]} if article.id in texts else {"title": article.title}


def _served(article: ArticleRow, fields: FieldTexts, serve: ServeText) -> FieldTexts:
    return fields if is_kind_served(serve, article.text_kind) else {"title": article.title}


def _item(
    snapshot: Snapshot,
    article: ArticleRow,
    matched: list[MatchFields] | None = None,
    *,
    entities: int | None = TOP_ENTITIES,
) -> ItemFields:
    label_of, bearers = snapshot.names.entity, article.bearers
    return {
        "id": article.article_id,
        "url": article.url,
        "title": article.title,
        "source": {"id": article.source_id, "name": snapshot.names.source_names[article.source_id]},
        "authors": article.authors,
        "published": published(article),
        "language": article.language,
        "language_basis": language_basis(article),
        "text_kind": article.text_kind,
        "rights": article.rights,
        "lead": article.lead,
        "entities": [
            {
                "id": id_,
                "name": (label := label_of(id_, bearers)).name,
                "type": _TYPE_NAMES[label.type],
                "count": count,
            }
            for id_, count in top_entities(snapshot, article, entities)
        ],
        "matched": matched,
        "terms": None,
        "highlights": None,
    }


def language_basis(article: ArticleRow) -> str | None:
    """Return whether the language of an article was declared or detected; None if it is unknown."""
    return None if article.language is None else _DETECTED if article.language_detected else _METADATA


def published(article: ArticleRow) -> PublishedFields:
    """Return when an article was printed."""
    return {
        "on": article.published_on,
        "at": format_instant(article.published_at),
        "precision": article.precision,
        "zone": article.zone,
        "basis": article.basis,
        "evidence": article.evidence,
    }


def top_entities(snapshot: Snapshot, article: ArticleRow, size: int | None = TOP_ENTITIES) -> list[tuple[str, int]]:
    """Return the ids of the entities that an article mentions most, or of all, with their mentions; ties by id.

    Mentions under former ids count for the current entity.
    """
    named: Mapping[str, int] = article.named
    if not snapshot.names.former_ids.isdisjoint(named):
        named = _under_current_ids(snapshot, article)
    if snapshot.hidden_ids and any(map(snapshot.is_hidden, named)):
        named = {id_: count for id_, count in named.items() if not snapshot.is_hidden(id_)}
    # Sorting twice takes less time than one key for both; a reversed sort is stable, too.
    return sorted(sorted(named.items(), key=_id), key=_count, reverse=True)[:size]


_id: Callable[[tuple[str, int]], str] = itemgetter(0)
_count: Callable[[tuple[str, int]], int] = itemgetter(1)


def _under_current_ids(snapshot: Snapshot, article: ArticleRow) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for id_, count in article.named.items():
        counts[snapshot.names.entity(id_, article.bearers).id] += count
    return counts


def is_kind_served(serve: ServeText, text_kind: str) -> bool:
    """Return whether the operator serves texts of this kind."""
    return text_kind in SERVED_KINDS[serve]


def article_detail(
    snapshot: Snapshot, content: ArticleContent, serve: ServeText, offsets: Offsets = "codepoints"
) -> ArticleDetail:
    """Return one revision of an article with its mentions and statements, and its text if the operator serves it."""
    article = content.article
    same_text = content.same_text[:MAX_SAME_TEXT]
    return ArticleDetail.model_validate(
        {
            **_item(snapshot, article),
            **_content_fields(snapshot, article, content.content, serve, offsets),
            "same_text": [
                {"id": o.article_id, "source": {"id": o.source_id, "name": snapshot.names.source_names[o.source_id]}}
                for o in same_text
            ],
            "same_text_total": len(content.same_text),
        }
    )


def _content_fields(
    snapshot: Snapshot, article: ArticleRow, content: Content, serve: ServeText, offsets: Offsets
) -> ContentFields:
    """Return what only the whole content of a revision shows."""
    served = is_kind_served(serve, article.text_kind)
    shown = (mention for mention in content.mentions if not snapshot.is_hidden(mention.entity_id))
    mentions = [_mention_fields(snapshot, mention) for mention in shown]
    statements = [_statement_fields(snapshot, statement) for statement in content.statements]
    if offsets == "utf16":
        fields = {"title": article.title, "text": content.text}
        mentions, statements = spans_in_utf16(mentions, fields), spans_in_utf16(statements, fields)
    return {
        "record_id": content.record_id,
        "printed_time": _printed_time(content.local_time),
        "urls": [*([article.url] if article.url else []), *content.other_urls],
        "lead": lead(content.text) if served else None,
        "text": content.text if served else None,
        "text_withheld": not served,
        "mentions": mentions,
        "statements": statements,
        "given_entities": _given_entities(snapshot, content, offsets),
        "details": content.details,
        "offsets": offsets,
        "record_keys": list(content.keys),
    }


def _printed_time(seconds: int | None) -> str | None:
    return None if seconds is None else f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _given_entities(snapshot: Snapshot, content: Content, offsets: Offsets) -> list[GivenEntityFields] | None:
    """Return the entities that came with the record, as they came, without those that corrections hide."""
    if content.given_entities is None:
        return None
    return [
        {
            "id": entity["id"],
            "name": entity["name"],
            "type": entity["type"],
            "wikidata": entity["wikidata"],
            "mentions": [
                utf16_offsets(content.text, span) if offsets == "utf16" else span for span in entity["mentions"]
            ],
        }
        for entity in content.given_entities
        if not snapshot.is_hidden(entity["id"]) and entity["name"] not in snapshot.names.hidden_names
    ]


def _mention_fields(snapshot: Snapshot, mention: MentionRow) -> MentionFields:
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "type": mention.type,
        "entity": _current_id(snapshot, mention.entity_id),
        "rule": mention.rule,
        "confidence": mention.confidence,
    }


def _statement_fields(snapshot: Snapshot, statement: StatementRow) -> StatementFields:
    return {
        "field": statement.field,
        "start": statement.start,
        "end": statement.end,
        "kind": statement.kind,
        "speaker": _current_id(snapshot, statement.speaker_id),
        "speaker_name": statement.speaker,
        "cue": statement.cue,
    }


def _current_id(snapshot: Snapshot, id_: str | None) -> str | None:
    """Return the id of an entity, or of the one into which it was merged; None if it is hidden."""
    return None if id_ is None or snapshot.is_hidden(id_) else snapshot.names.entity(id_).id


def names_in_text(article: ArticleDetail) -> dict[str, str]:
    """Return the first whole name of each entity in an article, by id."""
    named = (mention for mention in reversed(article.mentions) if mention.kind is MentionKind.NAME)
    return {mention.entity: mention.text for mention in named if mention.entity}


def lookup_list(snapshot: Snapshot, results: Iterable[LookupResult]) -> LookupList:
    """Return the articles that ids and URLs name."""
    return LookupList.model_validate(
        {
            "items": [
                {
                    "requested": result.value,
                    "by": result.by,
                    "article": None if result.article is None else _item(snapshot, result.article),
                }
                for result in results
            ],
            "corpus_version": snapshot.version,
        }
    )
