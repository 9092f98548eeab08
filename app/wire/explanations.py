"""Why each article of a page is in the result: by which entities, and on request where it names them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.models import Mention, MentionKind
from app.search.fulltext.snippets import Snippet, Span, snippets
from app.search.index.memberships import Part
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import Clause
from app.search.query.search import Result
from app.search.sql import rows
from app.text.query_parser import parse
from app.text.tokenizer import Phrase, indexed
from app.wire.base import EntityRef, Match, Surface
from app.wire.offsets import Fields

Named = Mapping[tuple[int, str], Sequence[Mention]]
"""The mentions of each pair of revision and entity."""

Spans = dict[str, set[Span]]
"""What was found in each field."""


def matched(result: Result, positions: Sequence[int], *, explain: bool) -> list[list[Match]]:
    """Return for each position the entities by which the clauses found it, in the order of the clauses."""
    snapshot = result.snapshot
    found = [list(found_by(result.clauses, position)) for position in positions]
    named = named_at(result, positions, {part.ordinal for pairs in found for _, part in pairs}) if explain else None
    return [
        [_match(snapshot, clause, part, int(snapshot.columns.order[position]), named) for clause, part in pairs]
        for position, pairs in zip(positions, found, strict=True)
    ]


def found_by(clauses: Sequence[Clause], position: int) -> Iterator[tuple[Clause, Part]]:
    """Yield the values and the entities that count for them by which an article was found."""
    for clause in clauses:
        for part in clause.parts if clause.role != "none" else ():
            if position in part.positions:
                yield clause, part


def named_at(result: Result, positions: Sequence[int], ordinals: set[int]) -> Named:
    """Return where the articles at these positions name these entities."""
    snapshot = result.snapshot
    ids = [int(snapshot.columns.order[position]) for position in positions]
    named: defaultdict[tuple[int, str], list[Mention]] = defaultdict(list)
    labels = [snapshot.labels.entity[ordinal] for ordinal in ordinals]
    asked = {id_: label.id for label in labels for id_ in (label.id, *label.former_ids)}
    for mention in rows.mentions_of(result.text.session, ids, asked):
        named[mention.revision_id, asked[mention.entity_id or ""]].append(mention)
    return named


def _match(snapshot: Snapshot, clause: Clause, part: Part, revision: int, named: Named | None) -> Match:
    label = snapshot.labels.entity[part.ordinal]
    return Match(
        parameter=clause.parameter,
        value=clause.value,
        entity=EntityRef(id=label.id, name=label.name, type=label.type),
        surfaces=None if named is None else [_surface(mention) for mention in named[revision, label.id]],
    )


def _surface(mention: Mention) -> Surface:
    fields = mention.model_dump(include={"field", "start", "end", "text"})
    return Surface(**fields, kind=MentionKind(mention.kind))


def highlights(result: Result, positions: Sequence[int], fields: Sequence[Fields]) -> list[list[dict[str, Any]]]:
    """Return for each position the snippets of its fields, as the fields of Highlight; with one statement at most.

    Of the fields there are those that may be shown, title first.
    """
    mentioned = _mentioned(result, positions)
    phrases = _phrases(result)
    return [
        [_highlight(snippet, texts[snippet.field]) for snippet in snippets(texts, _with_words(spans, texts, phrases))]
        for texts, spans in zip(fields, mentioned, strict=True)
    ]


def _phrases(result: Result) -> dict[str, Phrase]:
    """Return the words and phrases that must occur, by how they are written."""
    required = (item for clause in result.clauses if clause.parameter == "q" for item in parse(clause.value).required)
    return {item: Phrase(item) for item in required}


def _with_words(spans: Spans, texts: Fields, phrases: Mapping[str, Phrase]) -> Spans:
    for field, text in texts.items() if phrases else ():
        copy = indexed(text)
        words = (Span(*place, "q", item) for item, phrase in phrases.items() for place in phrase.spans(copy))
        spans.setdefault(field, set()).update(words)
    return spans


def _mentioned(result: Result, positions: Sequence[int]) -> list[Spans]:
    """Return for each position where it names the entities by which it was found."""
    pairs = [list(found_by(result.clauses, position)) for position in positions]
    ordinals = {part.ordinal for found in pairs for _, part in found}
    named = named_at(result, positions, ordinals) if ordinals else {}
    labels, order = result.snapshot.labels.entity, result.snapshot.columns.order
    mentioned: list[Spans] = []
    for position, found in zip(positions, pairs, strict=True):
        spans: Spans = {}
        for clause, part in found:
            for mention in named[int(order[position]), labels[part.ordinal].id]:
                span = Span(mention.start, mention.end, clause.parameter, clause.value)
                spans.setdefault(mention.field, set()).add(span)
        mentioned.append(spans)
    return mentioned


def _highlight(snippet: Snippet, text: str) -> dict[str, Any]:
    return {
        "field": snippet.field,
        "start": snippet.start,
        "end": snippet.end,
        "text": text[snippet.start : snippet.end],
        "spans": [span._asdict() for span in snippet.spans],
    }
