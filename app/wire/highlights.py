"""Why each article of a page was found, in its own words: snippets with the words of `q` and the entities asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.search.fulltext.snippets import Snippet, Span, snippets
from app.search.query.search import Result
from app.text.query_parser import parse
from app.text.tokenizer import Phrase, indexed
from app.wire.matches import found_by, named_at
from app.wire.offsets import Fields

Spans = dict[str, set[Span]]
"""What was found in each field."""


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
    slots = {part.slot for found in pairs for _, part in found}
    named = named_at(result, positions, slots) if slots else {}
    labels, order = result.snapshot.labels.entity, result.snapshot.columns.order
    mentioned: list[Spans] = []
    for position, found in zip(positions, pairs, strict=True):
        spans: Spans = {}
        for clause, part in found:
            for mention in named[int(order[position]), labels[part.slot].id]:
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
