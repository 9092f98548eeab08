"""Why the articles of a page match: the entities through which they do, where they name them, and snippets."""

from collections.abc import Iterable, Sequence
from typing import Literal

from app.deadline import check_deadline
from app.labels import EntityLabel
from app.search.fulltext.occurrences import find_leaves
from app.search.fulltext.snippets import Snippet, Span, snippets
from app.search.index.memberships import MemberPosting
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause
from app.search.query.search import Result
from app.search.sql.pages import PageRows
from app.search.sql.rows import ArticleRow, MentionRow
from app.text.query_tree import wanted_leaves
from app.wire.fields import (
    FieldTexts,
    HighlightFields,
    MatchFields,
    SurfaceFields,
    TermFields,
    spans_in_utf16,
    utf16_offsets,
)

EDGES: tuple[Literal["start"], Literal["end"]] = ("start", "end")


def matches(snapshot: Snapshot, page: PageRows, *, explain: bool) -> list[list[MatchFields]]:
    """Return for each article the entities through which it matches, in the order of the clauses.

    With `explain`, each match has the mentions of its entity.
    """
    return [
        [
            _match(
                clause,
                label := _label(snapshot, entity, article),
                page.mentions[article.id, label.id] if explain else None,
            )
            for clause, entity in pairs
        ]
        for article, pairs in zip(page.articles, page.matches, strict=True)
    ]


def _label(snapshot: Snapshot, entity: MemberPosting, article: ArticleRow) -> EntityLabel:
    """Return the label of an entity through which an article matches."""
    if entity.ordinal is not None:
        return snapshot.labels.entity[entity.ordinal]
    return snapshot.names.entity(f"{entity.name}{article.article_id}", article.bearers)


def _match(clause: Clause, label: EntityLabel, mentions: Sequence[MentionRow] | None) -> MatchFields:
    return {
        "parameter": clause.parameter,
        "value": clause.value,
        "entity": {"id": label.id, "name": label.name, "type": label.type},
        "surfaces": None if mentions is None else [_surface(mention) for mention in mentions],
    }


def _surface(mention: MentionRow) -> SurfaceFields:
    return {
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
    }


def terms_of_q(result: Result, positions: Sequence[int]) -> list[list[TermFields] | None]:
    """Return for the article at each position which terms of `q` it contains; None without `q`."""
    if result.query is None:
        return [None] * len(positions)
    occurrences = [(leaf.value, having) for leaf, having in result.context.occurrences(result.query)]
    return [[{"value": value, "occurs": position in having} for value, having in occurrences] for position in positions]


def highlights(result: Result, page: PageRows, fields: Sequence[FieldTexts]) -> list[list[HighlightFields]]:
    """Return the snippets of each article; `fields` are those that may be shown of each, title first."""
    values = {leaf: leaf.value for leaf in wanted_leaves(result.query.tree)} if result.query else {}
    highlighted = []
    for article, pairs, texts in zip(page.articles, page.matches, fields, strict=True):
        check_deadline()
        spans = {
            field: {Span(start, end, "q", values[leaf]) for leaf, start, end in own}
            for field, own in find_leaves(values, texts).items()
        }
        for clause, entity in pairs:
            for mention in page.mentions[article.id, _label(result.snapshot, entity, article).id]:
                span = Span(mention.start, mention.end, clause.parameter, clause.value)
                spans.setdefault(mention.field, set()).add(span)
        highlighted.append([_highlight(snippet, texts[snippet.field]) for snippet in snippets(texts, spans)])
    return highlighted


def _highlight(snippet: Snippet, text: str) -> HighlightFields:
    return {
        "field": snippet.field,
        "start": snippet.start,
        "end": snippet.end,
        "text": text[snippet.start : snippet.end],
        "spans": [
            {"start": span.start, "end": span.end, "parameter": span.parameter, "value": span.value}
            for span in snippet.spans
        ],
    }


def matches_in_utf16(own_matches: Iterable[MatchFields], fields: FieldTexts) -> list[MatchFields]:
    """Return the matches of an article with the offsets of their surfaces in UTF-16 code units."""
    return [
        {**match, "surfaces": match["surfaces"] and spans_in_utf16(match["surfaces"], fields)} for match in own_matches
    ]


def highlights_in_utf16(own_highlights: Iterable[HighlightFields], fields: FieldTexts) -> list[HighlightFields]:
    """Return the highlights of an article with all offsets in UTF-16 code units."""
    converted = spans_in_utf16(own_highlights, fields)
    for highlight in converted:
        spans, text = highlight["spans"], fields[highlight["field"]]
        starts, ends = (utf16_offsets(text, [span[edge] for span in spans]) for edge in EDGES)
        highlight["spans"] = [
            {**span, "start": start, "end": end} for span, start, end in zip(spans, starts, ends, strict=True)
        ]
    return converted
