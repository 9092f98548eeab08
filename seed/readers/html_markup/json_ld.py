"""Read a page's JSON-LD (schema.org) and find the article that the page is about."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seed.readers.html_markup.tree import Element, find_elements, html_to_text
from seed.readers.line_patterns import fold_line

Node = Mapping[str, Any]

ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "LiveBlogPosting",
        "BlogPosting",
        "Report",
        "SocialMediaPosting",
        "TechArticle",
        "ScholarlyArticle",
    ]
)
PAGE_TYPES = frozenset({"WebPage", "ItemPage", "AboutPage"})
PERSON_TYPES = frozenset({"Person"})

_MAX_BLOCK_LENGTH = 2_000_000  # Characters of a block; an article body in it has a tenth.
_MAX_BLOCKS = 50  # Blocks per page.
_MAX_DEPTH = 20
_SKIPPED_KEYS = frozenset(
    {"liveBlogUpdate", "itemListElement", "hasPart", "isPartOf", "comment", "mentions", "about", "review", "citation"}
)
_WRAPPING = re.compile(r"\A(?:<!--|<!\[CDATA\[|//\s{0,9}<!\[CDATA\[)|(?:-->|//\s{0,9}\]\]>|\]\]>)\s{0,9};?\Z")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The article, the web page and the site name that the JSON-LD of a page describes."""

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    site: str | None = None
    by_id: Mapping[str, Node] = field(default_factory=dict)

    def author_names(self) -> list[str]:
        """Return the names of the persons who wrote the article, in order."""
        return [name for item in _as_list(self.article.get("author")) if (name := self._person_name(item))]

    def _person_name(self, item: object) -> str | None:
        if isinstance(item, str):
            return _text_of(item)
        node = self.resolved(item)
        types = _types_of(node)
        return None if types and not types & PERSON_TYPES else _text_of(node.get("name"))

    def publisher(self) -> str | None:
        """Return the name of the publisher, else that of the site."""
        for item in _as_list(self.article.get("publisher")):
            if name := _text_of(item if isinstance(item, str) else self.resolved(item).get("name")):
                return name
        return self.site

    def resolved(self, item: object) -> Node:
        """Return the node merged with the node that it refers to by `@id`."""
        if not isinstance(item, dict):
            return {}
        referenced = self.by_id.get(str(item.get("@id")), {})
        return {**referenced, **item}

    def text(self, key: str) -> str | None:
        """Return a text property of the article without tags."""
        return _text_of(self.article.get(key))

    def url(self) -> str | None:
        """Return the URL of the article as stated."""
        for value in (self.article.get("url"), self.article.get("mainEntityOfPage"), self.article.get("@id")):
            candidate = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(candidate, str) and candidate.startswith("http"):
                return candidate
        return None


def parse_linked_data(tree: Element, titles: tuple[str, ...]) -> LinkedData:
    """Return the JSON-LD of a page; of several articles, the one whose headline is among `titles`, else the first."""
    nodes = [node for block in _blocks(tree) for node in _nodes(block, 0)]
    articles = [node for node in nodes if _types_of(node) & ARTICLE_TYPES]
    folded_titles = {fold_line(title) for title in titles}
    article = next(
        (node for node in articles if fold_line(_text_of(node.get("headline")) or "") in folded_titles), None
    )
    return LinkedData(
        article or next(iter(articles), {}),
        next((node for node in nodes if _types_of(node) & PAGE_TYPES), {}),
        next((name for node in nodes if "WebSite" in _types_of(node) and (name := _text_of(node.get("name")))), None),
        _merge_by_id(nodes),
    )


def _merge_by_id(nodes: list[Node]) -> dict[str, Node]:
    """Return all nodes by id, merged: one describes the thing, others only refer to it."""
    merged: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if "@id" in node:
            merged.setdefault(str(node["@id"]), {}).update(node)
    return dict(merged)


def _blocks(tree: Element) -> Iterator[object]:
    scripts = find_elements(tree, "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    for script in scripts[:_MAX_BLOCKS]:
        text = _WRAPPING.sub("", (script.text or "").strip())
        if len(text) <= _MAX_BLOCK_LENGTH:
            try:
                yield json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue  # As in search engines, a broken block does not affect the rest of the page.


def _nodes(value: object, depth: int) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key not in _SKIPPED_KEYS and isinstance(inner, list | dict):
                yield from _nodes(inner, depth + 1)


def _types_of(node: Node) -> frozenset[str]:
    return frozenset(str(type_name).rpartition("/")[2] for type_name in _as_list(node.get("@type")))


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text_of(value: object) -> str | None:
    value = next(iter(value), None) if isinstance(value, list) else value
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    try:
        return (
            html_to_text(html_to_text(value)).strip() or None
        )  # Some publishing systems escape the content of JSON twice.
    except ValueError:
        return None
