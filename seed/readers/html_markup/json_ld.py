"""What a page says of itself in JSON-LD (schema.org): the one article that it is about."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seed.readers.html_markup.tree import Element, plain
from seed.readers.line_patterns import folded

Node = Mapping[str, Any]

ARTICLES = frozenset(
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
PAGES = frozenset({"WebPage", "ItemPage", "AboutPage"})
PERSONS = frozenset({"Person"})

_LONGEST = 2_000_000  # Characters of a block; an article body in it has a tenth.
_MOST = 50  # Blocks a page.
_DEEPEST = 20
_NOT_ENTERED = frozenset(
    {"liveBlogUpdate", "itemListElement", "hasPart", "isPartOf", "comment", "mentions", "about", "review", "citation"}
)
_WRAPPING = re.compile(r"\A(?:<!--|<!\[CDATA\[|//\s{0,9}<!\[CDATA\[)|(?:-->|//\s{0,9}\]\]>|\]\]>)\s{0,9};?\Z")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The article, the page and the names of the site that the blocks of a page describe."""

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    site: str | None = None
    by_id: Mapping[str, Node] = field(default_factory=dict)

    def people(self) -> list[str]:
        """Names of the persons who wrote the article, in their order."""
        return [name for item in _listed(self.article.get("author")) if (name := self._person(item))]

    def _person(self, item: object) -> str | None:
        if isinstance(item, str):
            return _text(item)
        node = self.resolved(item)
        kinds = _types(node)
        return None if kinds and not kinds & PERSONS else _text(node.get("name"))

    def publisher(self) -> str | None:
        """The name of who published it, else of the site."""
        for item in _listed(self.article.get("publisher")):
            if name := _text(item if isinstance(item, str) else self.resolved(item).get("name")):
                return name
        return self.site

    def resolved(self, item: object) -> Node:
        """The node itself, or the one that it refers to by `@id`."""
        if not isinstance(item, dict):
            return {}
        named = self.by_id.get(str(item.get("@id")), {})
        return {**named, **item}

    def text(self, key: str) -> str | None:
        """A text of the article, without tags."""
        return _text(self.article.get(key))

    def url(self) -> str | None:
        """The address of the article, as it gives it."""
        for value in (self.article.get("url"), self.article.get("mainEntityOfPage"), self.article.get("@id")):
            found = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(found, str) and found.startswith("http"):
                return found
        return None


def linked_data(tree: Element, titles: tuple[str, ...]) -> LinkedData:
    """What the page's blocks say; of several articles the one whose headline is among `titles`, else the first."""
    nodes = [node for block in _blocks(tree) for node in _nodes(block, 0)]
    articles = [node for node in nodes if _types(node) & ARTICLES]
    wanted = {folded(title) for title in titles}
    article = next((node for node in articles if folded(_text(node.get("headline")) or "") in wanted), None)
    return LinkedData(
        article or next(iter(articles), {}),
        next((node for node in nodes if _types(node) & PAGES), {}),
        next((name for node in nodes if "WebSite" in _types(node) and (name := _text(node.get("name")))), None),
        _by_id(nodes),
    )


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    """What all nodes of an id say together: one describes it, others only refer to it."""
    found: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if "@id" in node:
            found.setdefault(str(node["@id"]), {}).update(node)
    return dict(found)


def _blocks(tree: Element) -> Iterator[object]:
    scripts = tree.xpath("//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    for script in scripts[:_MOST]:
        text = _WRAPPING.sub("", (script.text or "").strip())
        if len(text) <= _LONGEST:
            try:
                yield json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue  # A page with a broken block is read without it, as search engines do.


def _nodes(value: object, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key, inner in value.items():
            if key not in _NOT_ENTERED and isinstance(inner, list | dict):
                yield from _nodes(inner, depth + 1)


def _types(node: Node) -> frozenset[str]:
    return frozenset(str(kind).rpartition("/")[2] for kind in _listed(node.get("@type")))


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object) -> str | None:
    value = next(iter(value), None) if isinstance(value, list) else value
    if isinstance(value, dict):
        value = value.get("@value")
    if not isinstance(value, str):
        return None
    try:
        return plain(plain(value)).strip() or None  # Some systems escape what they put into JSON twice.
    except ValueError:
        return None
