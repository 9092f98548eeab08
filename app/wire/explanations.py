"""Why the articles of a page match: the entities through which they do, where they name them, and snippets."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.models import Mention, MentionKind
from app.search.fulltext.snippets import Snippet, Span, snippets
from app.search.index.memberships import MemberPosting
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause
from app.search.query.search import Result
from app.search.sql import rows
from app.text.query_parser import parse_query
from app.text.tokenizer import Phrase, indexed
from app.wire.base import EntityRef, Match, Surface
from app.wire.offsets import FieldTexts

MentionsByEntity = Mapping[tuple[int, str], Sequence[Mention]]
"""The mentions of each pair of revision id and entity id."""

SpansByField = dict[str, set[Span]]
"""The spans that match in each field."""


def matches_at(result: Result, positions: Sequence[int], *, explain: bool) -> list[list[Match]]:
    """Return for each position the entities through which its article matches, in the order of the clauses.

    With `explain`, each match has the mentions of its entity, which takes one SQL statement.
    """
    snapshot = result.snapshot
    pairs_at = [list(matching_entities(result.clauses, position)) for position in positions]
    ordinals = {entity.ordinal for pairs in pairs_at for _, entity in pairs}
    mentions = mentions_at(result, positions, ordinals) if explain else None
    return [
        [_match(snapshot, clause, entity, int(snapshot.columns.order[position]), mentions) for clause, entity in pairs]
        for position, pairs in zip(positions, pairs_at, strict=True)
    ]


def matching_entities(clauses: Sequence[Clause], position: int) -> Iterator[tuple[Clause, MemberPosting]]:
    """Yield each clause that the article at a position matches, with each entity through which it does."""
    for clause in clauses:
        for entity in clause.member_postings if clause.role != "none" else ():
            if position in entity.positions:
                yield clause, entity


def mentions_at(result: Result, positions: Sequence[int], ordinals: set[int]) -> MentionsByEntity:
    """Return the mentions of these entities in the articles at these positions, with one SQL statement."""
    snapshot = result.snapshot
    ids = [int(snapshot.columns.order[position]) for position in positions]
    labels = [snapshot.labels.entity[ordinal] for ordinal in ordinals]
    current_ids = {id_: label.id for label in labels for id_ in (label.id, *label.former_ids)}
    mentions: defaultdict[tuple[int, str], list[Mention]] = defaultdict(list)
    for mention in rows.mentions_of(result.text.session, ids, current_ids):
        mentions[mention.revision_id, current_ids[mention.entity_id or ""]].append(mention)
    return mentions


def _match(
    snapshot: Snapshot, clause: Clause, entity: MemberPosting, revision: int, mentions: MentionsByEntity | None
) -> Match:
    label = snapshot.labels.entity[entity.ordinal]
    return Match(
        parameter=clause.parameter,
        value=clause.value,
        entity=EntityRef(id=label.id, name=label.name, type=label.type),
        surfaces=None if mentions is None else [_surface(mention) for mention in mentions[revision, label.id]],
    )


def _surface(mention: Mention) -> Surface:
    fields = mention.model_dump(include={"field", "start", "end", "text"})
    return Surface(**fields, kind=MentionKind(mention.kind))


def highlights_at(result: Result, positions: Sequence[int], fields: Sequence[FieldTexts]) -> list[list[dict[str, Any]]]:
    """Return for each position the snippets of its fields, as the fields of Highlight, with at most one SQL statement.

    `fields` are those that may be shown of each article, title first.
    """
    entity_spans = _entity_spans_at(result, positions)
    phrases = _phrases(result)
    return [
        [_highlight(snippet, texts[snippet.field]) for snippet in snippets(texts, _with_phrases(spans, texts, phrases))]
        for texts, spans in zip(fields, entity_spans, strict=True)
    ]


def _phrases(result: Result) -> dict[str, Phrase]:
    """Return the words and phrases that must occur, by their spelling in the query."""
    required = (
        item for clause in result.clauses if clause.parameter == "q" for item in parse_query(clause.value).required
    )
    return {item: Phrase(item) for item in required}


def _with_phrases(spans: SpansByField, texts: FieldTexts, phrases: Mapping[str, Phrase]) -> SpansByField:
    """Return the spans with those of the phrases added in place."""
    for field, text in texts.items() if phrases else ():
        folded = indexed(text)
        added = (Span(*span, "q", item) for item, phrase in phrases.items() for span in phrase.spans(folded))
        spans.setdefault(field, set()).update(added)
    return spans


def _entity_spans_at(result: Result, positions: Sequence[int]) -> list[SpansByField]:
    """Return for each position the spans that name the entities through which its article matches."""
    pairs_at = [list(matching_entities(result.clauses, position)) for position in positions]
    ordinals = {entity.ordinal for pairs in pairs_at for _, entity in pairs}
    mentions = mentions_at(result, positions, ordinals) if ordinals else {}
    labels, order = result.snapshot.labels.entity, result.snapshot.columns.order
    spans_at: list[SpansByField] = []
    for position, pairs in zip(positions, pairs_at, strict=True):
        spans: SpansByField = {}
        for clause, entity in pairs:
            for mention in mentions[int(order[position]), labels[entity.ordinal].id]:
                span = Span(mention.start, mention.end, clause.parameter, clause.value)
                spans.setdefault(mention.field, set()).add(span)
        spans_at.append(spans)
    return spans_at


def _highlight(snippet: Snippet, text: str) -> dict[str, Any]:
    return {
        "field": snippet.field,
        "start": snippet.start,
        "end": snippet.end,
        "text": text[snippet.start : snippet.end],
        "spans": [span._asdict() for span in snippet.spans],
    }
