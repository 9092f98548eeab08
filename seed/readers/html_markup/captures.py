"""Find where a page was saved from: comments of browsers and tools, toolbars of web archives, and rewritten links.

The day on which a page was saved is never its date, so what tools add is removed before dates are looked for.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from seed.readers.html_markup.tree import Element, find_comments, find_elements, find_strings

_MAX_COMMENTS = 50
_MAX_LINKS = 2_000
_MAX_NESTING = 4  # Archives that hold a page of another archive.

_WITHOUT_SCHEME = "the comment of HTTrack"
_COMMENTS = (
    ("the comment 'saved from url'", re.compile(r"\s*saved from url=\([0-9]{1,6}\)(?P<url>\S{1,2000})")),
    (
        "the comment of SingleFile",
        re.compile(
            r"\s*(?:Page saved with|Archive processed by) SingleFile\b.{0,200}?\burl:\s*(?P<url>\S{1,2000})", re.DOTALL
        ),
    ),
    ("the comment of Monolith", re.compile(r"\s*Saved from (?P<url>\S{1,2000}) at \S.{0,60}\busing monolith\b", re.I)),
    (_WITHOUT_SCHEME, re.compile(r"\s*Mirrored from (?:https?://)?(?P<url>\S{1,2000}) by HTTrack\b")),
    (
        "the comment above the page",
        re.compile(
            r"(?=.{0,500}\b(?:saved|archived|captured|downloaded|snapshot)\b)"
            r".{0,500}?(?P<url>https?://[^\s<>\"']{1,2000})",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)  # fmt: skip
"""What tools write about a page, and where the address is in it."""

_PLACES = (
    ("the bar of the Wayback Machine", "//input[@id='wmtbURL']/@value"),
    ("meta savepage-url", "//meta[@name='savepage-url']/@content"),
    ("the attribute of ScrapBook", "/html/@data-scrapbook-source"),
    ("the bar of archive.today", "//form[contains(@action, 'archive.')]//input[@name='q']/@value"),
    ("link bookmark", "//link[@rel='bookmark'][contains(@href, 'archive.')]/@href"),
    ("the bar of Google's cache", "//*[@id='google-cache-hdr']//a/@href"),
)
_WOMBAT = re.compile(r"""__wm\.wombat\(\s*["'](?P<url>https?:[^"']{1,2000})["']""")

_TOOLS = (
    "//body//*[@id='wm-ipp-base' or @id='wm-ipp' or @id='wm-ipp-print' or @id='donato' or @id='google-cache-hdr'] | "
    "//body//*[@id='HEADER'][.//form[contains(@action, 'archive.')] or .//input[@name='q'][contains(@value, '://')]] | "
    "//body//single-file-infobar | //head//meta[starts-with(@name, 'savepage-')]"
)

_ARCHIVE = re.compile(
    r"(?:\w[\w-]*\.)*(?:archive\.org|archive\.(?:today|is|ph|li|fo|vn|md)|archive-it\.org|webcache\.googleusercontent\.com|"
    r"arquivo\.pt|perma\.cc|mementoweb\.org|webarchive\.[\w.-]+)|internet archive|wayback machine|google cache",
    re.IGNORECASE,
)
"""Hosts and names of archives of the web."""

_MOMENT = r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}-[0-9]{6}|[0-9]{4,14}(?:\.[0-9]{1,9})?\*?(?:[a-z]{2}_)?"
_WRAPPED = re.compile(
    rf"/(?:{_MOMENT}|\*|web|newest|oldest|o/\w{{1,12}})/+(?P<url>https?:/{{1,2}}\S+)\Z", re.IGNORECASE
)
_WRAPPED_HOST = re.compile(rf"archive\.\w+/(?:web/)?(?:{_MOMENT})/(?P<url>[\w-]+(?:\.[\w-]+)+(?:[/?:]\S*)?)\Z")
_CACHED = re.compile(r"cache:(?:[\w-]{8,20}:)?(?P<url>[^\s+]+)")


def original_url(url: str) -> str | None:
    """Return the URL of a page of which an archive has a copy at this URL; None for a page of the archive itself.

    A URL that is not of an archive is returned as it is.
    """
    for _ in range(_MAX_NESTING):
        inner = _unwrapped(url)
        if inner is None:
            break
        url = inner
    return None if _ARCHIVE.fullmatch(_host(url)) else url


def _unwrapped(url: str) -> str | None:
    if _host(url).startswith("webcache.googleusercontent."):
        match = _CACHED.match(next(iter(parse_qs(urlsplit(url).query).get("q", ())), ""))
    else:
        match = _WRAPPED.search(url) or _WRAPPED_HOST.search(url)
    if match is None:
        return None
    inner = re.sub(r"\A(https?):/+", r"\1://", match["url"], flags=re.IGNORECASE)
    return inner if "://" in inner else f"http://{inner}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_archive(name: str) -> bool:
    """Return whether this is the name or the host of an archive of the web, which publishes nothing of its own."""
    return _ARCHIVE.fullmatch(name.strip()) is not None


def saved_urls(tree: Element) -> Iterator[tuple[str, str]]:
    """Yield the URLs from which tools say that they saved the page, with the place of each."""
    comments = find_comments(tree)[:_MAX_COMMENTS]
    for place, pattern in _COMMENTS:
        for comment in _comments_above(tree) if place == "the comment above the page" else comments:
            if match := pattern.match(comment):
                yield place, f"http://{match['url']}" if place == _WITHOUT_SCHEME else match["url"]
    for place, path in _PLACES:
        yield from ((place, value.strip()) for value in find_strings(tree, path)[:1])
    for script in find_elements(tree, "//script[contains(., '__wm.wombat')]")[:1]:
        if match := _WOMBAT.search(script.text or ""):
            yield "the script of the Wayback Machine", match["url"]


def _comments_above(tree: Element) -> list[str]:
    """Return the comments before the head of a page."""
    above = tree.xpath("preceding-sibling::comment() | ./comment()[not(preceding-sibling::*)]")
    return [comment.text for comment in above if isinstance(comment, etree._Comment)][:_MAX_COMMENTS]


def host_of_links(tree: Element) -> str | None:
    """Return the host to which most of the links lead that an archive rewrote; None if it rewrote none."""
    links = islice(find_strings(tree, "//a/@href | //link/@href | //img/@src"), _MAX_LINKS)
    hosts = Counter(host for link in links if (inner := _unwrapped(link)) and (host := _host(inner)))
    return next((host for host, _ in hosts.most_common(1)), None)


def remove_tools(tree: Element) -> None:
    """Remove what archives and tools added to a page: toolbars, meta tags, and comments about the day of saving."""
    for element in find_elements(tree, _TOOLS):
        element.drop_tree()
    etree.strip_tags(tree, etree.Comment)
