"""The mentions and statements of an article as W3C Web Annotations (Web Annotation Data Model, 2017)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from app.labels import EntityLabel
from app.search.index.snapshot import Snapshot
from app.wire.article_models import ArticleDetail, MentionOut, StatementOut
from app.wire.articles import names_in_text
from app.wire.exports.schema_org import wikidata_url

LabelOf = Callable[[str], EntityLabel]
"""A function that returns the label of the entity with an id."""

ANNOTATION_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'

ANNOTATION_CONTEXT = "http://www.w3.org/ns/anno.jsonld"

# Enough to find a quotation again in a text that has changed elsewhere.
QUOTE_CONTEXT_LENGTH = 32
"""Number of code points before and after a quotation that its selector contains."""


def annotation_page(article: ArticleDetail, snapshot: Snapshot, api_url: str) -> dict[str, Any]:
    """Return all annotations of an article on one page: its mentions in order of position, then its statements.

    An ambiguous mention identifies nothing and is left out.
    """
    page = f"{api_url}/articles/{article.id}/annotations"
    mentions = [mention for mention in article.mentions if mention.entity is not None]
    label = partial(snapshot.names.entity, bearers=names_in_text(article))
    items = [_annotation(article, api_url, mention, _identity(label, api_url, mention)) for mention in mentions]
    items += [
        _annotation(article, api_url, statement, _attribution(label, api_url, statement))
        for statement in article.statements
    ]
    return {
        "@context": ANNOTATION_CONTEXT,
        "id": page,
        "type": "AnnotationPage",
        "partOf": {
            "id": f"{page}#all",
            "type": "AnnotationCollection",
            "label": article.title,
            "total": len(items),
            "first": page,
        },
        "startIndex": 0,
        "items": items,
    }


def _annotation(
    article: ArticleDetail, api_url: str, span: MentionOut | StatementOut, body: list[dict[str, Any]]
) -> dict[str, Any]:
    url = f"{api_url}/articles/{article.id}"
    kind, motivation = ("mention", "identifying") if isinstance(span, MentionOut) else ("statement", "describing")
    return {
        "id": f"{url}/annotations#{kind}-{span.field}-{span.start}-{span.end}",
        "type": "Annotation",
        "motivation": motivation,
        "body": body,
        "target": {
            "type": "SpecificResource",
            # A JSON pointer to the field that the offsets refer to (RFC 6901, section 6).
            "source": f"{url}#/{span.field}",
            "selector": _selectors(article, span),
        },
    }


def _selectors(article: ArticleDetail, span: MentionOut | StatementOut) -> list[dict[str, Any]]:
    """Return the position of a span, and its quotation unless the text is withheld."""
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    text = article.title if span.field == "title" else article.text
    if text is None:
        return [position]
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[span.start : span.end],
        "prefix": text[max(0, span.start - QUOTE_CONTEXT_LENGTH) : span.start],
        "suffix": text[span.end : span.end + QUOTE_CONTEXT_LENGTH],
    }
    return [position, quote]


def _identity(label: LabelOf, api_url: str, mention: MentionOut) -> list[dict[str, Any]]:
    """Return bodies that identify the entity of a mention, here and in Wikidata, and classify it by type."""
    wikidata = label(mention.entity or "").wikidata
    same = [_resource("identifying", {"id": wikidata_url(wikidata)})] if wikidata else []
    return [
        _resource("identifying", _entity(label, api_url, mention.entity or "")),
        *same,
        _textual_body("classifying", mention.type.value),
    ]


def _attribution(label: LabelOf, api_url: str, statement: StatementOut) -> list[dict[str, Any]]:
    """Return bodies that classify a statement by kind and describe its speaker, by entity and by words, where known."""
    speaker = [_resource("describing", _entity(label, api_url, statement.speaker))] if statement.speaker else []
    words = " ".join(filter(None, (statement.speaker_name, statement.cue)))
    description = [_textual_body("describing", words)] if words else []
    return [_textual_body("classifying", statement.kind.value), *speaker, *description]


def _entity(label: LabelOf, api_url: str, id_: str) -> dict[str, Any]:
    return {"id": f"{api_url}/entities/{id_}", "label": label(id_).name}


def _resource(purpose: str, source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "SpecificResource", "purpose": purpose, "source": source}


def _textual_body(purpose: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}
