"""What the markup of a page says of its article, field by field: where it is found, and what is found there.

schema.org JSON-LD first, then OpenGraph and other meta tags, then microdata and the classes of microformats.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from seed.readers.html_markup.json_ld import LinkedData, linked_data
from seed.readers.html_markup.tree import Element, rows_of
from seed.readers.line_patterns import folded
from seed.readers.validation import LONGEST_LINE

Candidate = tuple[str, str]
"""Where a value was found, and the value."""

AUTHOR_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "cxenseparse:author",
)
DATE_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "cxenseparse:recs:publishtime", "article.published", "published_at", "publish-date", "publication_date", "pubdate",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date",
)  # fmt: skip
SEPARATORS = (" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", " : ", "：", "｜", "--")

_SAVED_FROM = re.compile(r"\s*saved from url=\([0-9]{1,6}\)(\S{1,2000})")
_META_NAMES = ("property", "name", "itemprop", "http-equiv")


class Markup:
    """The tree of a page, and what its markup says."""

    def __init__(self, tree: Element, base: str | None = None) -> None:
        self.tree = tree
        self.all_metas = _metas(tree)
        self.metas = {name: values[0] for name, values in self.all_metas.items()}
        self._base = base
        self.heading = next(_headings(tree, front=False), None)
        self.data: LinkedData = linked_data(tree, tuple(filter(None, (self.heading, self.metas.get("og:title")))))

    def titles(self) -> Iterator[Candidate]:
        """Titles; a headline that was cut short gives way to the heading that it is cut from."""
        for place, value in self._all_titles():
            stem = value.removesuffix("…").removesuffix("...").rstrip()
            if stem != value and self.heading and self.heading.startswith(stem):
                yield "h1", self.heading
            yield place, value

    def _all_titles(self) -> Iterator[Candidate]:
        yield from _named("JSON-LD headline", self.data.text("headline"))
        for name in ("og:title", "twitter:title", "dc.title", "dcterms.title"):
            yield from _named(f"meta {name}", self.metas.get(name))
        yield from self._elements("itemprop headline", "//*[@itemprop='headline']")
        yield from _named("h1", self.heading)
        yield from self._elements("title", "//title")

    def people(self) -> Iterator[tuple[str, list[str]]]:
        """Lists of names."""
        yield "JSON-LD author", self.data.people()
        for name in AUTHOR_METAS:
            yield f"meta {name}", [value for value in self.all_metas.get(name, ())[:20] if "://" not in value]
        for place, path in (
            ("itemprop author", "//*[@itemprop='author' and not(ancestor::*[@itemprop='comment'])]"),
            ("rel author", "//a[@rel='author']"),
            ("class author", f"//*[{_classed('author')} or {_classed('byline-author')}]//*[{_classed('fn')}]"),
        ):
            yield place, list(dict.fromkeys(self._names(path)))

    def _names(self, path: str) -> Iterator[str]:
        for element in self.tree.xpath(path)[:20]:
            inner = element.xpath(".//*[@itemprop='name']")
            first = inner[0] if inner else element
            yield _line(first.get("content") or " ".join(rows_of(first)))

    def dates(self) -> Iterator[Candidate]:
        """Dates of publication; never those of updates."""
        yield from _named("JSON-LD datePublished", self.data.text("datePublished"))
        for name in DATE_METAS:
            yield from _named(f"meta {name}", self.metas.get(name))
        yield from self._attributes("itemprop datePublished", "//*[@itemprop='datePublished']", "content", "datetime")
        yield from self._attributes(
            "property dc:date", "//*[contains(@property, 'dc:date') or contains(@property, 'dc:created')]", "content"
        )
        yield from self._attributes("time pubdate", "//time[@pubdate]", "datetime")
        classes = " or ".join(map(_classed, ("published", "entry-date", "dt-published")))
        yield from self._attributes("class published", f"//*[{classes}]", "datetime", "title")
        page = self.data.page.get("datePublished")
        yield from _named("JSON-LD datePublished of the page", page if isinstance(page, str) else None)
        yield from self._first_time()

    def _first_time(self) -> Iterator[Candidate]:
        """The first `time` of the article that says of no update and of no other article."""
        within = self.tree.xpath("//article//time[@datetime] | //main//time[@datetime] | //header//time[@datetime]")
        for element in within[:5]:
            if next(element.iterancestors("aside", "footer", "nav"), None) is not None:
                continue
            if not of_an_update(element):
                yield from _named("time", element.get("datetime"))
                return

    def urls(self) -> Iterator[Candidate]:
        """Addresses of the page; those of a site's front page come last."""
        found = [*self._all_urls()]
        yield from sorted(found, key=lambda candidate: urlsplit(candidate[1]).path in {"", "/"})

    def _all_urls(self) -> Iterator[Candidate]:
        base = self._base or next(iter(self.tree.xpath("//base/@href")), "")
        for place, value in (
            (
                "link canonical",
                next(iter(self.tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")), None),
            ),
            ("meta og:url", self.metas.get("og:url")),
            ("JSON-LD url", self.data.url()),
            ("the address it was fetched from", self._base),
            ("the comment 'saved from url'", _saved_from(self.tree)),
        ):
            if value and (url := _joined(base, value)):
                yield place, url

    def sites(self) -> Iterator[Candidate]:
        """Names of the outlet."""
        yield from _named("meta og:site_name", self.metas.get("og:site_name"))
        yield from _named("JSON-LD publisher", self.data.publisher())
        for name in (
            "application-name",
            "dc.publisher",
            "dcterms.publisher",
            "apple-mobile-web-app-title",
            "publisher",
        ):
            yield from _named(f"meta {name}", self.metas.get(name))
        yield from _named("h1 that leads to the front page", next(_headings(self.tree, front=True), None))

    def beside_heading(self) -> str | None:
        """What the title of the page says beside the heading: on most pages the name of the site."""
        title = next((value for _, value in self._elements("title", "//title")), "")
        for separator in (*SEPARATORS, ": "):
            if self.heading and title == f"{self.heading}{separator}{title.removeprefix(self.heading + separator)}":
                return title.removeprefix(self.heading + separator).strip() or None
            if self.heading and title.endswith(separator + self.heading):
                return title.removesuffix(separator + self.heading).strip() or None
        return None

    def languages(self) -> Iterator[Candidate]:
        """Language tags; that of the article before that of the page around it."""
        tongue = self.data.article.get("inLanguage")
        yield from _named("JSON-LD inLanguage", tongue if isinstance(tongue, str) else None)
        yield from _named("html lang", self.tree.get("lang") or self.tree.get("xml:lang"))
        for name in ("og:locale", "content-language", "dc.language", "dcterms.language", "language"):
            yield from _named(f"meta {name}", self.metas.get(name))

    def rights(self) -> Iterator[Candidate]:
        """Terms of the text."""
        yield from _named("JSON-LD license", self.data.text("license"))
        yield from _named("link license", next(iter(self.tree.xpath("(//link|//a)[@rel='license']/@href")), None))
        for name in ("dcterms.license", "dc.rights", "dcterms.rights", "copyright"):
            yield from _named(f"meta {name}", self.metas.get(name))

    def _elements(self, place: str, path: str) -> Iterator[Candidate]:
        for element in self.tree.xpath(path)[:1]:
            yield from _named(place, element.get("content") or " ".join(rows_of(element)))

    def _attributes(self, place: str, path: str, *names: str) -> Iterator[Candidate]:
        for element in self.tree.xpath(path)[:3]:
            for name in names:
                yield from _named(place, element.get(name))


def of_an_update(element: Element) -> bool:
    """Whether an element, or what stands around it, speaks of an update."""
    around = element.getparent() if element.getparent() is not None else element
    words = " ".join([element.get("class") or "", element.get("itemprop") or "", *rows_of(around)[:5]])
    return bool(re.search(r"updat|modif", words[:300], re.IGNORECASE))


def without_site(title: str, sites: tuple[str, ...]) -> str:
    """A title without the name of the site that stands before or behind it, however often."""
    names = {folded(site) for site in sites if site}
    # What is too long to be a title takes too long here as well.
    while len(title) <= LONGEST_LINE and (rest := _beside_site(title, names)) is not None:
        title = rest
    return title.strip()


def _beside_site(title: str, names: set[str]) -> str | None:
    for separator in (*SEPARATORS, ": "):
        first, found, rest = title.partition(separator)
        if found and folded(first) in names:
            return rest
        rest, found, last = title.rpartition(separator)
        if found and folded(last) in names:
            return rest
    return None


def _metas(tree: Element) -> dict[str, list[str]]:
    """The values of each name that are not blank, in their order."""
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        value = _line(element.get("content"))
        for name in {element.get(key) for key in _META_NAMES}:
            if name and value:
                found.setdefault(name.strip().lower(), []).append(value)
    return found


def _headings(tree: Element, *, front: bool) -> Iterator[str]:
    """The headings of the first order, those within the article first; `front`: those that lead to the front page."""
    for element in (tree.xpath("//article//h1 | //main//h1") or tree.xpath("//h1"))[:5]:
        leads = any(urlsplit(link.strip()).path in {"", "/"} for link in element.xpath(".//a/@href") if "#" not in link)
        if leads is front and (text := " ".join(rows_of(element))):
            yield text


def _classed(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def _line(value: str | None) -> str:
    return " ".join((value or "").split(" ")).strip()


def _named(place: str, value: str | None) -> Iterator[Candidate]:
    if value and value.strip():
        yield place, value.strip()


def _joined(base: str, value: str) -> str | None:
    try:
        url = urljoin(base, value.strip())
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def _saved_from(tree: Element) -> str | None:
    for comment in tree.xpath("//comment()")[:50]:
        if match := _SAVED_FROM.match(comment.text or ""):
            return match[1]
    return None
