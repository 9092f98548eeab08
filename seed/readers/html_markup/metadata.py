"""Read the fields of an article from a page's markup, with the place of each value.

schema.org JSON-LD first, then OpenGraph and other meta tags, then microdata and microformat classes.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from seed.readers.html_markup.captures import host_of_links, is_archive, original_url, remove_tools, saved_urls
from seed.readers.html_markup.json_ld import LinkedData, is_address, parse_linked_data
from seed.readers.html_markup.site_names import (
    SEPARATORS,
    copyright_holder,
    find_headline,
    last_segment,
    printed_sites,
)
from seed.readers.html_markup.tree import Element, find_elements, find_strings, text_lines
from seed.readers.line_patterns import fold_line
from seed.readers.validation import MAX_LINE_LENGTH

LocatedValue = tuple[str, str]
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
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "publishdate",
    "article:published", "og:published_time", "og:pubdate", "rnews:datepublished", "bt:pubdate", "date_published",
    "article_date_original", "citation_publication_date", "prism.publicationdate", "weibo:article:create_at",
    "publish_date", "publishtime", "publish_time", "release_date", "date",
)  # fmt: skip
_PAGE_NUMBER = re.compile(
    r"(?:/|[/?&_,.-](?:page|seite|pagina|página|p|pg|s|strona|sida|side|sivu)[-=_/,]?|[_,-])[0-9]{1,3}(?:\.\w{3,5})?/?",
    re.IGNORECASE,
)
"""What follows the address of an article in that of one of its pages."""

_LISTED_LENGTH = 400
"""Minimum length of an article in a list in characters; a teaser has less."""

_LISTED_PAGES = 3  # Linked headings of a list: a page with fewer may be anything.
_AWAY = "@href and not(starts-with(@href, '#'))"
_LINKED_HEADINGS = f"(//h1 | //h2 | //h3 | //h4)[.//a[{_AWAY}] or ancestor::a[{_AWAY}]]"
_PART_OF_PAGE = "ancestor::*[self::article or self::li or self::section or self::div][1]"
_SUFFIX = re.compile(r"\.\w{3,5}\Z")
_META_NAMES = ("property", "name", "itemprop", "http-equiv")


class Markup:
    """A parsed page and the values in its markup."""

    def __init__(self, tree: Element, base: str | None = None) -> None:
        self.tree = tree
        self._saved_urls = [*saved_urls(tree)]
        self._host_of_links = host_of_links(tree)
        remove_tools(tree)
        self.all_metas = _meta_values(tree)
        self.metas = {name: values[0] for name, values in self.all_metas.items()}
        self.base = base and original_url(base)
        self.heading = next(_find_headings(tree, front=False), None)
        titles, urls = (self.heading, self.metas.get("og:title")), (*_canonical_links(tree), self.metas.get("og:url"))
        self.data: LinkedData = parse_linked_data(tree, tuple(filter(None, titles)), tuple(filter(None, urls)))

    def titles(self) -> Iterator[LocatedValue]:
        """Yield titles; a truncated headline comes after the full heading."""
        titles = [*self._all_titles()]
        if self.heading and titles and self._is_alternative(titles[0][1]) and self._confirms_heading(titles):
            yield "h1", self.heading
        for place, value in titles:
            stem = value.removesuffix("…").removesuffix("...").rstrip()
            if stem != value and self.heading and self.heading.startswith(stem):
                yield "h1", self.heading
            yield place, value

    def _is_alternative(self, title: str) -> bool:
        """Return whether a title is neither the heading, with or without a site, nor a part of it."""
        title, heading = fold_line(title), fold_line(self.heading or "")
        return title not in heading and heading not in title

    def _confirms_heading(self, titles: list[LocatedValue]) -> bool:
        """Return whether another title is the heading, too: then the first title is one for search or social media."""
        heading = self.heading or ""
        for place, value in titles:
            if place == "title" and value.startswith(heading) and value[len(heading) :].startswith(SEPARATORS):
                return 2 * len(heading) > len(value) - len(" - ")
            if place not in {"h1", "itemprop headline"} and value == heading:
                return True
        return False

    def _all_titles(self) -> Iterator[LocatedValue]:
        yield from _located("JSON-LD headline", self.data.text("headline"))
        for name in ("og:title", "twitter:title", "dc.title", "dcterms.title"):
            yield from _located(f"meta {name}", self.metas.get(name))
        yield from self._elements("itemprop headline", "//*[@itemprop='headline']")
        yield from _located("h1", self.heading)
        if self.heading is None:
            sites = {name for _, name in self.sites()}
            yield from _located("the heading that the title repeats", find_headline(self.tree, self._title(), sites))
        yield from self._elements("title", "//title")

    def _title(self) -> str:
        return next((value for _, value in self._elements("title", "//title")), "")

    def title_dates(self) -> Iterator[LocatedValue]:
        """Yield what titles have after their last separator, which on some sites is the day of publication."""
        for place, value in self._all_titles():
            if len(value) <= MAX_LINE_LENGTH and (segment := last_segment(value)[1]):
                yield f"the end of {place}", segment

    def author_lists(self) -> Iterator[tuple[str, list[str]]]:
        """Yield lists of author names."""
        yield "JSON-LD author", self.data.author_names()
        for name in AUTHOR_METAS:
            yield f"meta {name}", [value for value in self.all_metas.get(name, ())[:20] if "://" not in value]
        for place, path in (
            ("itemprop author", "//*[@itemprop='author' and not(ancestor::*[@itemprop='comment'])]"),
            ("rel author", "//a[@rel='author']"),
            ("class author", f"//*[{_has_class('author')} or {_has_class('byline-author')}]//*[{_has_class('fn')}]"),
        ):
            yield place, list(dict.fromkeys(self._names(path)))

    def _names(self, path: str) -> Iterator[str]:
        for element in find_elements(self.tree, path)[:20]:
            inner = find_elements(element, ".//*[@itemprop='name']")
            name_element = inner[0] if inner else element
            yield _fold_spaces(name_element.get("content") or " ".join(text_lines(name_element)))

    def dates(self) -> Iterator[LocatedValue]:
        """Yield dates of publication, never of updates."""
        yield from _located("JSON-LD datePublished", self.data.text("datePublished"))
        for name in DATE_METAS:
            yield from _located(f"meta {name}", self.metas.get(name))
        yield from self._attributes("itemprop datePublished", "//*[@itemprop='datePublished']", "content", "datetime")
        yield from self._attributes(
            "property dc:date", "//*[contains(@property, 'dc:date') or contains(@property, 'dc:created')]", "content"
        )
        yield from self._attributes("time pubdate", "//time[@pubdate]", "datetime")
        classes = " or ".join(map(_has_class, ("published", "entry-date", "dt-published")))
        yield from self._attributes("class published", f"//*[{classes}]", "datetime", "title")
        page = self.data.page.get("datePublished")
        yield from _located("JSON-LD datePublished of the page", page if isinstance(page, str) else None)
        yield from self._first_time()

    def _first_time(self) -> Iterator[LocatedValue]:
        """Yield the first `time` of the article that belongs neither to an update nor to another article."""
        path = "//article//time[@datetime] | //main//time[@datetime] | //header//time[@datetime]"
        for element in find_elements(self.tree, path)[:5]:
            if next(element.iterancestors("aside", "footer", "nav"), None) is not None:
                continue
            if not concerns_update(element):
                yield from _located("time", element.get("datetime"))
                return

    def urls(self) -> Iterator[LocatedValue]:
        """Yield URLs of the page, those of a site's front page last."""
        urls = [*self._all_urls()]
        yield from sorted(urls, key=lambda candidate: urlsplit(candidate[1]).path in {"", "/"})

    def _all_urls(self) -> Iterator[LocatedValue]:
        bases = (self.base, *find_strings(self.tree, "//base/@href"), *(url for _, url in self._saved_urls))
        base = next((url for base in bases if base and (url := original_url(base))), "")
        for place, value in (
            ("link canonical", next(iter(_canonical_links(self.tree)), None)),
            ("meta og:url", self.metas.get("og:url")),
            ("JSON-LD url", self.data.url()),
            ("the URL it was fetched from", self.base),
            *self._saved_urls,
        ):
            if value and (stated := original_url(value)) and (url := original_url(_join_url(base, stated) or "")):
                yield place, url

    def count_listed_articles(self) -> int:
        """Return how many articles the page lists with their texts, 0 if it has one of its own.

        Each has a heading, which leads to its page or nowhere. A page of one article has one `h1` that leads nowhere,
        or says what it is.
        """
        if self.data.article or self.metas.get("og:type", "").lower() == "article":
            return 0
        headings = find_elements(self.tree, "//h1")
        tops = {text for heading in headings if (text := _text_of(heading)) and not _links(heading)}
        parts = find_elements(self.tree, "//article[not(ancestor::article)] | //*[contains(@class, 'hentry')]")
        listed = [
            heading
            for part in dict.fromkeys(parts if len(tops) != 1 else ())
            if sum(len(_text_of(row)) for row in find_elements(part, ".//p")) >= _LISTED_LENGTH
            for heading in find_elements(part, "(.//h1 | .//h2 | .//h3)[1]")
        ]
        pages = {link for heading in listed for link in _links(heading)[:1]}
        titles = {_text_of(heading) for heading in listed if not _links(heading)}
        count = len(titles & tops) if tops else max(len(pages), len(titles))
        return count if count > 1 else 0

    def other_type(self) -> str | None:
        """Return what the page says that it is instead of an article, such as a website; None if it does not."""
        return None if self._declares_article() else self.metas.get("og:type", "").lower() or None

    def _declares_article(self) -> bool:
        return bool(self.data.article) or "article" in self.metas.get("og:type", "").lower()

    def is_list_of_pages(self) -> bool:
        """Return whether the page says that it is a list, or has next to nothing but teasers of other pages.

        A teaser is below a heading that leads to its page.
        """
        if self._declares_article() or self.data.is_list:
            return not self._declares_article()
        headings = find_elements(self.tree, _LINKED_HEADINGS)
        if len({_text_of(heading) for heading in headings}) < _LISTED_PAGES:
            return False
        parts = dict.fromkeys(part for heading in headings for part in find_elements(heading, _PART_OF_PAGE))
        teasers = {row for part in parts for row in find_elements(part, ".//p")}
        prose = (len(_text_of(row)) for row in find_elements(self.tree, "//p") if row not in teasers)
        return sum(prose) < _LISTED_LENGTH

    def is_page_of_several(self) -> bool:
        """Return whether links lead to the previous or the next page of the same article."""
        own = [url.rstrip("/") for place, url in self._all_urls() if place == "link canonical"]
        links = find_strings(self.tree, "//link[@rel='next' or @rel='prev']/@href | //a[@rel='next']/@href")
        others = [_join_url(url, link) or "" for url in own for link in links[:10]]
        return any(
            other.startswith(stem) and _PAGE_NUMBER.fullmatch(other.removeprefix(stem))
            for url in own
            for stem in {url, _SUFFIX.sub("", url)}
            for other in others
        )

    def sites(self) -> Iterator[LocatedValue]:
        """Yield names of the outlet, never that of an archive that has a copy of its page."""
        named = [(place, name) for place, name in self._all_sites() if not is_archive(name)]
        # A name, however it was found, says more than an address in the place of one.
        names = [(place, name) for place, name in named if not is_address(name)]
        yield from names or self._printed_site()
        yield from ((place, name) for place, name in named if is_address(name))

    def _printed_site(self) -> Iterator[LocatedValue]:
        """Yield the name of the site that two places agree on: title, logo, notice of copyright, and host."""
        title = self._title()
        urls = [url for _, url in self._all_urls()] + [f"//{host}" for host in filter(None, [self._host_of_links])]
        yield from printed_sites(self.tree, title, self._headings(), urls, self.metas)

    def _headings(self) -> set[str]:
        """Return the folded headings of the page, none of which is the name of its site."""
        return {
            fold_line(value)
            for value in (self.heading, self.metas.get("og:title"), self.data.text("headline"))
            if value
        }

    def _all_sites(self) -> Iterator[LocatedValue]:
        yield from _located("meta og:site_name", self.metas.get("og:site_name"))
        yield from _located("JSON-LD publisher", self.data.publisher())
        for name in (
            "application-name",
            "dc.publisher",
            "dcterms.publisher",
            "apple-mobile-web-app-title",
            "publisher",
            "sitename",
            "site_name",
            "citation_journal_title",
            "prism.publicationname",
        ):
            yield from _located(f"meta {name}", self.metas.get(name))
        yield from _located("h1 that leads to the front page", next(_find_headings(self.tree, front=True), None))

    def host_of_links(self) -> str | None:
        """Return the host of the links that an archive rewrote."""
        return self._host_of_links

    def site_in_title(self) -> str | None:
        """Return what the page's title has next to the heading: on most pages the name of the site."""
        title = self._title()
        for separator in (*SEPARATORS, ": "):
            if self.heading and title == f"{self.heading}{separator}{title.removeprefix(self.heading + separator)}":
                return title.removeprefix(self.heading + separator).strip() or None
            if self.heading and title.endswith(separator + self.heading):
                return title.removesuffix(separator + self.heading).strip() or None
        return None

    def copyright_holder(self) -> str | None:
        """Return who holds the copyright of the page as it says: often its site."""
        return copyright_holder(self.tree, self.metas)

    def languages(self) -> Iterator[LocatedValue]:
        """Yield language tags, the one of the article before the one of the page around it."""
        in_language = self.data.article.get("inLanguage")
        yield from _located("JSON-LD inLanguage", in_language if isinstance(in_language, str) else None)
        yield from _located("html lang", self.tree.get("lang") or self.tree.get("xml:lang"))
        for name in ("og:locale", "content-language", "dc.language", "dcterms.language", "language"):
            yield from _located(f"meta {name}", self.metas.get(name))

    def rights(self) -> Iterator[LocatedValue]:
        """Yield the terms of use of the text."""
        yield from _located("JSON-LD license", self.data.text("license"))
        yield from _located(
            "link license", next(iter(find_strings(self.tree, "(//link|//a)[@rel='license']/@href")), None)
        )
        for name in ("dcterms.license", "dc.rights", "dcterms.rights", "copyright"):
            yield from _located(f"meta {name}", self.metas.get(name))

    def _elements(self, place: str, path: str) -> Iterator[LocatedValue]:
        for element in find_elements(self.tree, path)[:1]:
            yield from _located(place, element.get("content") or " ".join(text_lines(element)))

    def _attributes(self, place: str, path: str, *names: str) -> Iterator[LocatedValue]:
        for element in find_elements(self.tree, path)[:3]:
            for name in names:
                yield from _located(place, element.get(name))


def concerns_update(element: Element) -> bool:
    """Return whether the element or its surroundings mention an update."""
    parent = element.getparent()
    around = element if parent is None else parent
    words = " ".join([element.get("class") or "", element.get("itemprop") or "", *text_lines(around)[:5]])
    return bool(re.search(r"updat|modif", words[:300], re.IGNORECASE))


def _meta_values(tree: Element) -> dict[str, list[str]]:
    """Return the non-blank values of each meta name, in order."""
    values_by_name: dict[str, list[str]] = {}
    for element in find_elements(tree, "//meta[@content]"):
        value = _fold_spaces(element.get("content"))
        for name in {element.get(key) for key in _META_NAMES}:
            if name and value:
                values_by_name.setdefault(name.strip().lower(), []).append(value)
    return values_by_name


def _find_headings(tree: Element, *, front: bool) -> Iterator[str]:
    """Yield the `h1` headings, those in the article first; `front` selects those that link to the front page."""
    for element in (find_elements(tree, "//article//h1 | //main//h1") or find_elements(tree, "//h1"))[:5]:
        links = find_strings(element, ".//a/@href")
        leads = any(urlsplit(link.strip()).path in {"", "/"} for link in links if "#" not in link)
        if leads is front and (text := " ".join(text_lines(element))):
            yield text


def _text_of(element: Element) -> str:
    return " ".join(text_lines(element))


def _has_class(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def _fold_spaces(value: str | None) -> str:
    return " ".join((value or "").split(" ")).strip()


def _links(heading: Element) -> list[str]:
    return find_strings(heading, ".//a/@href")


def _located(place: str, value: str | None) -> Iterator[LocatedValue]:
    if value and value.strip():
        yield place, value.strip()


def _join_url(base: str, value: str) -> str | None:
    try:
        url = urljoin(base, value.strip())
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else None
    except ValueError:
        return None


def _canonical_links(tree: Element) -> list[str]:
    return find_strings(tree, "//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
