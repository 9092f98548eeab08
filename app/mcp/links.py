"""Permalinks: to an article and a span of it, and to a search, on the page or, where that is off, in the API."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

Pair = tuple[str, str]
"""A query parameter and its value."""

NOT_IN_LINKS = frozenset(
    ("sort", "limit", "cursor", "interval", "by", "top", "name", "type", "any_about", "said", "kind")
)
"""Parameters of tools that are left out of links: they order, size or group, or the page does not know them."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where the service is reached: its base URL without a slash at the end, and whether it has a page."""

    base: str
    has_page: bool

    def article(self, id_: str, version: int, field: str = "", start: int = 0, end: int = 0) -> str:
        """Return the link to an article as a corpus version served it, and to a span if a field is named."""
        span = f"#{field}={start}-{end}" if field else ""
        page = f"{self.base}/?article={quote(id_)}&as_of={version}"
        return (page if self.has_page else self.version(id_, version)) + span

    def version(self, id_: str, version: int) -> str:
        """Return the address in the API of an article as a corpus version served it."""
        return f"{self.base}/v1/articles/{quote(id_)}?as_of={version}"

    def search(self, pairs: Iterable[Pair], view: str = "articles") -> str:
        """Return the link to a search of articles, or of statements."""
        shown = [pair for pair in pairs if pair[0] not in NOT_IN_LINKS]
        if self.has_page and view != "articles":
            shown.append(("view", view))
        query = urlencode(shown, errors="surrogatepass")
        path = "/" if self.has_page else f"/v1/{view}"
        return f"{self.base}{path}?{query}" if query else self.base + path

    def entity(self, id_: str, parameter: str) -> str:
        """Return the link to the articles that name an entity, which a parameter of searches takes."""
        return self.search([(parameter, id_)])
