"""An article as a schema.org NewsArticle in JSON-LD; unknown properties are left out."""

import re
from collections import Counter
from functools import partial
from typing import Any

from app.labels import EntityLabel
from app.models import POSTED_KINDS, DetailName, TextKind
from app.search.index.snapshot import Snapshot
from app.wire.article_models import ArticleDetail
from app.wire.articles import article_urn, names_in_text

NEWS_ARTICLE_TYPE = "application/ld+json"

SCHEMA_ORG_CONTEXT = "https://schema.org"

RECORD_TERM = "urn:dateline:record"
"""The property of what schema.org has no term for, as a JSON literal (JSON-LD 1.1, 4.2.2): a load needs it."""

_RECORD_FIELDS = {
    *("published", "printed_time", "language_basis", "text_kind", "record_id", "urls"),
    *("given_entities", "details", "offsets", "record_keys"),
}

_DETAIL_TERMS = {
    DetailName.EDITION: "printEdition",
    DetailName.SECTION: "articleSection",
    DetailName.PAGE: "pagination",
}
"""The terms for details that are texts there, too."""

_URL = re.compile(r"https?://\S+")


def wikidata_url(id_: str) -> str:
    """Return the linked-data URI of a Wikidata item, which redirects to its page."""
    return f"http://www.wikidata.org/entity/{id_}"


def news_article(article: ArticleDetail, snapshot: Snapshot, api_url: str) -> dict[str, Any]:
    """Return an article as a NewsArticle: `about` has the entities in its title, `mentions` all others."""
    counts = Counter(mention.entity for mention in article.mentions if mention.entity and mention.kind in POSTED_KINDS)
    entity_ids = sorted(counts, key=lambda id_: (-counts[id_], id_))
    label = partial(snapshot.names.entity, bearers=names_in_text(article))
    ids_in_title = {mention.entity for mention in article.mentions if mention.field == "title"}
    return _without_unknown(
        {
            "@context": SCHEMA_ORG_CONTEXT,
            "@type": "NewsArticle",
            "@id": f"{api_url}/articles/{article.id}",
            "identifier": article_urn(article.id),
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
            "about": [_thing(label(id_), id_, api_url) for id_ in entity_ids if id_ in ids_in_title],
            "mentions": [_thing(label(id_), id_, api_url) for id_ in entity_ids if id_ not in ids_in_title],
            **_details(article),
            **_text(article),
            RECORD_TERM: {"@type": "@json", "@value": article.model_dump(mode="json", include=_RECORD_FIELDS)},
        }
    )


def _thing(label: EntityLabel, id_: str, api_url: str) -> dict[str, Any]:
    return _without_unknown(
        {
            "@type": label.type.schema_org,
            "@id": f"{api_url}/entities/{id_}",
            "name": label.name,
            "sameAs": label.wikidata and wikidata_url(label.wikidata),
            "geo": label.at and {"@type": "GeoCoordinates", "latitude": label.at.lat, "longitude": label.at.lon},
        }
    )


def _details(article: ArticleDetail) -> dict[str, Any]:
    """Return the properties for the details that schema.org has terms for."""
    place = article.details.get(DetailName.PLACE)
    return {
        **{term: article.details.get(name) for name, term in _DETAIL_TERMS.items()},
        "locationCreated": place and {"@type": "Place", "name": place},
    }


def _text(article: ArticleDetail) -> dict[str, Any]:
    """Return the properties for text and rights.

    A digest is a separate work about the article, with its own rights; an extract is a part of the article.
    """
    rights = {"license" if _URL.fullmatch(article.rights or "") else "copyrightNotice": article.rights}
    if article.text_kind == TextKind.FULL:
        return {"articleBody": article.text, **rights}
    work = {"@type": "CreativeWork", "genre": article.text_kind, "text": article.text, **rights}
    name = "hasPart" if article.text_kind == TextKind.EXTRACT else "subjectOf"
    return {name: article.text and _without_unknown(work)}


def _without_unknown(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
