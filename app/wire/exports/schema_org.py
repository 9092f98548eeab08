"""An article as a NewsArticle of schema.org, in JSON-LD. What is unknown is left out."""

import re
from collections import Counter
from typing import Any

from app.models import POSTED_KINDS, EntityType, TextKind
from app.search.index.snapshot import Snapshot
from app.wire.articles import urn
from app.wire.base import ArticleDetail

NEWS_ARTICLE_TYPE = "application/ld+json"

CONTEXT = "https://schema.org"

_URL = re.compile(r"https?://\S+")

TYPES = {
    EntityType.PERSON: "Person",
    EntityType.ORGANIZATION: "Organization",
    EntityType.STATE: "Country",
    EntityType.ARMED_GROUP: "Organization",
    EntityType.MEDIA: "Organization",
    EntityType.PLACE: "Place",
    EntityType.WEAPON: "Thing",
}
"""The nearest class of schema.org for each type of entity."""


def wikidata_url(id_: str) -> str:
    """Return the URI by which linked data names an item of Wikidata; it leads to its page."""
    return f"http://www.wikidata.org/entity/{id_}"


def news_article(article: ArticleDetail, snapshot: Snapshot, api_url: str) -> dict[str, Any]:
    """Return an article as a NewsArticle: it is about the entities that its title names, and mentions the others."""
    named = Counter(mention.entity for mention in article.mentions if mention.entity and mention.kind in POSTED_KINDS)
    most_named = sorted(named, key=lambda id_: (-named[id_], id_))
    titled = {mention.entity for mention in article.mentions if mention.field == "title"}
    return _known(
        {
            "@context": CONTEXT,
            "@type": "NewsArticle",
            "@id": f"{api_url}/articles/{article.id}",
            "identifier": urn(article.id),
            "url": article.url,
            "headline": article.title,
            # ISO 8601 with reduced precision: a month stays a month.
            "datePublished": article.published.at or article.published.on,
            "inLanguage": article.language,
            "author": [{"@type": "Person", "name": name} for name in article.authors],
            "publisher": {
                "@type": "Organization",
                "@id": f"{api_url}/sources/{article.source.id}",
                "name": article.source.name,
            },
            "about": [_thing(snapshot, id_, api_url) for id_ in most_named if id_ in titled],
            "mentions": [_thing(snapshot, id_, api_url) for id_ in most_named if id_ not in titled],
            **_text(article),
        }
    )


def _thing(snapshot: Snapshot, id_: str, api_url: str) -> dict[str, Any]:
    label = snapshot.entity(id_)
    return _known(
        {
            "@type": TYPES[label.type],
            "@id": f"{api_url}/entities/{id_}",
            "name": label.name,
            "sameAs": label.wikidata and wikidata_url(label.wikidata),
        }
    )


def _text(article: ArticleDetail) -> dict[str, Any]:
    """Return the text and its terms; a digest is a work of its own about the article, and so are its terms."""
    terms = {"license" if _URL.fullmatch(article.rights or "") else "copyrightNotice": article.rights}
    if article.text_kind == TextKind.FULL:
        return {"articleBody": article.text, **terms}
    digest = {"@type": "CreativeWork", "genre": "digest", "text": article.text, **terms}
    return {"subjectOf": article.text and _known(digest)}


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
