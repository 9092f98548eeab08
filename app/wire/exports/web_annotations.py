"""What an article names and says as annotations of its text (W3C Web Annotation Data Model, 2017)."""

from typing import Any

from app.search.index.snapshot import Snapshot
from app.wire.base import ArticleDetail, MentionOut, StatementOut
from app.wire.exports.schema_org import wikidata_url

ANNOTATION_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'

CONTEXT = "http://www.w3.org/ns/anno.jsonld"

AROUND = 32
"""Code points before and after a quotation, by which it is found again in a text that has changed elsewhere."""


def annotation_page(article: ArticleDetail, snapshot: Snapshot, api_url: str) -> dict[str, Any]:
    """Return all annotations of an article on one page: its mentions of entities in order of place, its statements.

    A mention that is ambiguous identifies nothing and is left out.
    """
    page = f"{api_url}/articles/{article.id}/annotations"
    mentions = [mention for mention in article.mentions if mention.entity is not None]
    items = [_annotation(article, api_url, mention, _identity(snapshot, api_url, mention)) for mention in mentions]
    items += [_annotation(article, api_url, said, _speech(snapshot, api_url, said)) for said in article.statements]
    return {
        "@context": CONTEXT,
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
            # The field of the JSON article into which the offsets point (RFC 6901, 6).
            "source": f"{url}#/{span.field}",
            "selector": _selectors(article, span),
        },
    }


def _selectors(article: ArticleDetail, span: MentionOut | StatementOut) -> list[dict[str, Any]]:
    """Return where a span stands, and what stands there unless the text is withheld."""
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    stored = article.title if span.field == "title" else article.text
    if stored is None:
        return [position]
    quote = {
        "type": "TextQuoteSelector",
        "exact": stored[span.start : span.end],
        "prefix": stored[max(0, span.start - AROUND) : span.start],
        "suffix": stored[span.end : span.end + AROUND],
    }
    return [position, quote]


def _identity(snapshot: Snapshot, api_url: str, mention: MentionOut) -> list[dict[str, Any]]:
    """Return whom or what a mention names, here and in Wikidata, and what kind of thing it is."""
    wikidata = snapshot.entity(mention.entity or "").wikidata
    same = [_resource("identifying", {"id": wikidata_url(wikidata)})] if wikidata else []
    return [
        _resource("identifying", _entity(snapshot, api_url, mention.entity or "")),
        *same,
        _words("classifying", mention.type.value),
    ]


def _speech(snapshot: Snapshot, api_url: str, said: StatementOut) -> list[dict[str, Any]]:
    """Return how much of the speaker's words is given, who is known to have said them, and by which words."""
    speaker = [_resource("describing", _entity(snapshot, api_url, said.speaker))] if said.speaker else []
    attribution = " ".join(filter(None, (said.speaker_name, said.cue)))
    words = [_words("describing", attribution)] if attribution else []
    return [_words("classifying", said.kind.value), *speaker, *words]


def _entity(snapshot: Snapshot, api_url: str, id_: str) -> dict[str, Any]:
    return {"id": f"{api_url}/entities/{id_}", "label": snapshot.entity(id_).name}


def _resource(purpose: str, source: dict[str, Any]) -> dict[str, Any]:
    return {"type": "SpecificResource", "purpose": purpose, "source": source}


def _words(purpose: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "purpose": purpose, "format": "text/plain", "value": value}
