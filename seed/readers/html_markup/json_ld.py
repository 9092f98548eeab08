"""Read a page's JSON-LD (schema.org) and find the article that the page is about."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from app.urls import canonical_url
from seed.readers.html_markup.lenient_json import NotJsonError, parse_documents
from seed.readers.html_markup.tree import Element, find_elements, html_to_text
from seed.readers.line_patterns import fold_line
from seed.readers.saved_text.generic_authors import agencies_in

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
LIST_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ContactPage"})
PERSON_TYPES = frozenset({"Person"})

_MAX_BLOCK_LENGTH = 2_000_000  # Characters of a block; an article body in it has a tenth.
_MAX_BLOCKS = 50  # Blocks per page.
_MAX_DEPTH = 20
_MAX_NAME_DEPTH = 6  # Lists and objects around a name.
_SKIPPED_KEYS = frozenset(
    {"liveBlogUpdate", "itemListElement", "hasPart", "isPartOf", "comment", "mentions", "about", "review", "citation"}
)
_ADDRESS = re.compile(
    r"(?:[a-z]{2,9}:)?//.*|(?:www\.|mailto:|@|#|/).*|\S+@\S+|[\w.-]+\.(?-i:[a-z]){2,}(?:/\S*)?",
    re.IGNORECASE | re.DOTALL,
)
"""What stands in the place of a name and is none: the address of a page, a mailbox or an account."""


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The article, the web page, the live blog and the site name that the JSON-LD of a page describes.

    `notes` say which blocks are not JSON; `is_list` is set for a section, a profile and the like.
    """

    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)
    site: str | None = None
    by_id: Mapping[str, Node] = field(default_factory=dict)
    live_blog: Node = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    is_list: bool = False

    def author_names(self) -> list[str]:
        """Return the persons, and the news agencies, that wrote the article, else those of its updates, in order."""
        for nodes in ([self.article], self._updates()):
            for key in ("author", "creator"):
                if names := [name for node in nodes for name in self._person_names(node.get(key), 0)]:
                    return list(dict.fromkeys(names))
        return []

    def _person_names(self, item: object, depth: int) -> Iterator[str]:
        """Yield the names in a text, a person, or a list of those, however they are nested."""
        if depth > _MAX_NAME_DEPTH:
            return
        if isinstance(item, list):
            for inner in item:
                yield from self._person_names(inner, depth + 1)
        elif isinstance(item, str) and item not in self.by_id:
            name = _text_of(item)
            yield from [name] if name and not is_address(name) else []
        elif isinstance(item, dict | str):
            node = self.resolved({"@id": item} if isinstance(item, str) else item)
            is_agency = agencies_in(_text_of(node.get("name")) or "") is not None
            if is_agency or not (types := _types_of(node)) or types & PERSON_TYPES:
                yield from self._names_of_person(node, depth)

    def _names_of_person(self, node: Node, depth: int) -> Iterator[str]:
        nested = (node.get(key) for key in ("name", "@list", "@set", "@value"))
        names = [name for value in nested for name in self._person_names(value, depth + 1)]
        parts = (_text_of(node.get(key)) for key in ("givenName", "additionalName", "familyName"))
        yield from names or filter(None, [" ".join(filter(None, parts))])

    def parts(self) -> list[Node]:
        """Return the parts of the article and of the page that the JSON-LD describes."""
        values = (self.article.get("hasPart"), self.page.get("hasPart"))
        return [node for value in values for item in _as_list(value) if (node := self.resolved(item))]

    def live_updates(self) -> Iterator[tuple[str, ...]]:
        """Yield the updates of a live blog in order: time and headline, as far as stated, and the text."""
        for node in self._updates():
            text = next(filter(None, (_text_of(node.get(key)) for key in ("articleBody", "text", "description"))), None)
            head = (_text_of(node.get("datePublished")), _text_of(node.get("headline")) or _text_of(node.get("name")))
            if text or head[1]:
                yield tuple(filter(None, (*head, text)))

    def _updates(self) -> list[Node]:
        return [self.resolved(item) for item in _as_list(self.live_blog.get("liveBlogUpdate"))]

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
        """Return a text property of the article without tags, or a number as text."""
        value = self.article.get(key)
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text_of(value)

    def url(self) -> str | None:
        """Return the URL of the article as stated."""
        for value in (self.article.get("url"), self.article.get("mainEntityOfPage"), self.article.get("@id")):
            candidate = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(candidate, str) and candidate.startswith("http"):
                return candidate
        return None


def is_address(name: str) -> bool:
    """Return whether a name is an address, such as that of an author's page."""
    return _ADDRESS.fullmatch(name) is not None


def parse_linked_data(tree: Element, titles: tuple[str, ...], urls: tuple[str, ...] = ()) -> LinkedData:
    """Return the JSON-LD of a page.

    Of several articles, it is about the one whose headline is among `titles`, else the one at one of `urls`, else the
    first.
    """
    notes: list[str] = []
    nodes = [node for block in _blocks(tree, notes) for node in _nodes(block, 0)]
    articles = [node for node in nodes if _types_of(node) & ARTICLE_TYPES]
    pages = set(map(_page_of, urls)) - {""}
    folded_titles = {fold_line(title) for title in titles}
    by_headline = (node for node in articles if fold_line(_text_of(node.get("headline")) or "") in folded_titles)
    by_url = (node for node in articles if _page_of(LinkedData(node).url() or "") in pages)
    article: Node = next(chain(by_headline, by_url, articles), {})
    return LinkedData(
        article,
        next((node for node in nodes if _types_of(node) & PAGE_TYPES), {}),
        next((name for node in nodes if "WebSite" in _types_of(node) and (name := _text_of(node.get("name")))), None),
        _merge_by_id(nodes),
        next((node for node in (article, *articles) if node.get("liveBlogUpdate")), {}),
        tuple(notes),
        any(_types_of(node) & LIST_TYPES for node in nodes),
    )


def _page_of(url: str) -> str:
    """Return the canonical form of a URL, empty if it is not one."""
    try:
        return canonical_url(url)
    except ValueError:
        return ""


def _merge_by_id(nodes: list[Node]) -> dict[str, Node]:
    """Return all nodes by id, merged: one describes the thing, others only refer to it."""
    merged: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if "@id" in node:
            merged.setdefault(str(node["@id"]), {}).update(node)
    return dict(merged)


def _blocks(tree: Element, notes: list[str]) -> Iterator[object]:
    """Yield the documents in all blocks; as in search engines, a broken block does not affect the rest of the page."""
    scripts = find_elements(tree, "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]")
    for script in scripts[:_MAX_BLOCKS]:
        text = script.text or ""
        if len(text) > _MAX_BLOCK_LENGTH:
            notes.append(f"JSON-LD of more than {_MAX_BLOCK_LENGTH} characters was ignored")
            continue
        try:
            documents, problem = parse_documents(text)
        except NotJsonError as error:
            notes.append(f"JSON-LD that is not JSON was ignored ({error})")
            continue
        if problem is not None:
            notes.append(f"JSON-LD that is not quite JSON was read leniently ({problem})")
        yield from documents


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
    return frozenset(re.split("[/:#]", str(type_name))[-1] for type_name in _as_list(node.get("@type")))


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
