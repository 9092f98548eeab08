"""Find the name of a page's site where the page prints it, and divide titles into headline and site.

The places are the title, the logo, the notice of copyright and the host; a name counts if two of them agree.
"""

import re
from collections.abc import Iterator, Mapping
from unicodedata import category, normalize

from app.models import Precision
from seed.readers.dates.printed import UnclearDate, read_printed
from seed.readers.html_markup.page_furniture import is_furniture_line, without_rights
from seed.readers.html_markup.tree import Element, find_elements, text_lines
from seed.readers.line_patterns import fold_line
from seed.readers.outlets import site_host
from seed.readers.validation import MAX_LINE_LENGTH

SEPARATORS = (" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " / ", " : ", "：", "｜", "--")
"""What divides the title of a page into headline, section and site."""

_TIGHT_SEPARATORS = ("_", "|", "丨")
_SEGMENTS = re.compile("|".join(map(re.escape, sorted((*SEPARATORS, ": ", *_TIGHT_SEPARATORS), key=len, reverse=True))))
_MAX_NAME_LENGTH = 60
_MAX_LINE_LENGTH = 200
_MAX_ELEMENTS = 20
_LOGOS = (
    "//a[@href and not(ancestor::nav) and not(ancestor::li) and not(ancestor::footer)]"
    "[@rel='home' or @href='/' or contains(@class, 'logo') or contains(@class, 'brand')]"
    " | //*[contains(@class, 'logo') or contains(@id, 'logo') or contains(@class, 'site-title') or "
    "contains(@class, 'sitename') or contains(@class, 'site-name') or contains(@class, 'masthead')]"
    " | //*[contains(@id, 'header') or contains(@class, 'header')]//*[contains(@class, 'title')]"
    " | //img[contains(@src, 'logo') or contains(@src, 'banner') or contains(@src, 'header')]"
)
_COPYRIGHT_METAS = ("copyright", "rights", "dc.rights", "dcterms.rights")
_COPYRIGHT = re.compile(
    r"(?:©|ⓒ|\(c\)|copyright)[\s,:©ⓒ]*(?:\(c\))?\s*(?:by\s)?\s*(?:[0-9]{4}\s*(?:[-–—/]\s*[0-9]{2,4})?)?[\s,:|·–—-]*(?:by\s)?\s*"
    r"(?P<name>(?-i:[^\W\d_a-z])[^.,|·•©–—;()]{1,60})",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\s*[0-9]{4}(?:\s*[-–—/]\s*[0-9]{2,4})?\s*\Z")
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "gob", "gouv", "ac", "edu", "or", "ne", "go", "news"})
_BLOG_HOSTS = frozenset(
    {"blogspot", "wordpress", "tumblr", "substack", "wixsite", "typepad", "livejournal", "ghost", "medium"}
)


def printed_sites(
    tree: Element, title: str, headings: set[str], urls: list[str], metas: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield names of a page's site that two places agree on, each with the places where it was found."""
    labels = {label for url in urls for label in _host_labels(url)}
    logos = [*_logos(tree)]
    rights = [*_copyright_lines(tree, metas)]
    for segment in _segments(title, headings):
        if _compact(segment) in labels:
            yield "title and host", segment
        elif any(_has_words(line, segment) for line in logos):
            yield "title and logo", segment
        elif any(_has_words(line, segment) for line in rights):
            yield "title and notice of copyright", segment
    holders = [*_holders(rights)]
    for place, names in (("logo", logos), ("notice of copyright", holders)):
        for name in names:
            if fold_line(name) in headings or len(name) > _MAX_NAME_LENGTH:
                continue
            if _compact(name) in labels:
                yield f"{place} and host", name
            elif place == "logo" and fold_line(name) in map(fold_line, holders):
                yield "logo and notice of copyright", name


def copyright_holder(tree: Element, metas: Mapping[str, str]) -> str | None:
    """Return who holds the copyright of a page as its notice says: "© 2019 La Voce" names La Voce."""
    return next(_holders([*_copyright_lines(tree, metas)]), None)


def _segments(title: str, headings: set[str]) -> Iterator[str]:
    """Yield the last and the first part of a title, as far as they are not its headline."""
    segments = [segment.strip() for segment in _SEGMENTS.split(title) if segment.strip()]
    for segment in (*segments[:0:-1], *segments[:1]) if len(segments) > 1 else ():
        for name in (segment, segment.partition(", ")[0]):
            if len(name) <= _MAX_NAME_LENGTH and not any(fold_line(name) in heading for heading in headings):
                yield name


def _logos(tree: Element) -> Iterator[str]:
    for element in find_elements(tree, _LOGOS)[:_MAX_ELEMENTS]:
        pictures = find_elements(element, "descendant-or-self::img[@alt]")
        for text in (
            " ".join(text_lines(element)),
            element.get("title") or "",
            *(image.get("alt") or "" for image in pictures),
        ):
            if 1 < len(text) <= _MAX_LINE_LENGTH and not is_furniture_line(text):
                yield " ".join(text.split())


def _copyright_lines(tree: Element, metas: Mapping[str, str]) -> Iterator[str]:
    yield from (metas[name] for name in _COPYRIGHT_METAS if name in metas)
    for line in text_lines(tree):
        if len(line) <= _MAX_LINE_LENGTH and _COPYRIGHT.search(line):
            yield line


def _holders(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if match := _COPYRIGHT.search(line):
            name = _YEARS.sub("", without_rights(match["name"])).strip(" -:,")
            if len(name) > 1 and not is_furniture_line(name):
                yield name


def _has_words(line: str, name: str) -> bool:
    """Return whether a line has a name between other words or signs."""
    line, name = fold_line(line), fold_line(name)
    start = line.find(name)
    if start < 0 or len(name) < 2:
        return False
    around = line[start - 1 : start] + line[start + len(name) : start + len(name) + 1]
    return not any(char.isascii() and char.isalnum() for char in around)


def _host_labels(url: str) -> Iterator[str]:
    """Yield the label of a URL's host that names its site, without hyphens."""
    labels = site_host(url).split(".")
    while len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
        labels.pop()
    if len(labels) > 1:
        blog = len(labels) > 2 and labels[-2] in _BLOG_HOSTS
        yield labels[-3 if blog else -2].replace("-", "")


def _compact(name: str) -> str:
    letters = (char for char in normalize("NFKD", name.casefold()) if category(char) != "Mn")
    return "".join(char for char in letters if char.isalnum())


def find_headline(tree: Element, title: str, sites: set[str]) -> str | None:
    """Return the longest heading that a part of the title repeats and that is not the name of a site."""
    parts = {fold_line(part) for part in (title, *_SEGMENTS.split(title))} - {fold_line(site) for site in sites}
    path = "//h2 | //h3 | //*[contains(@class, 'title') or contains(@class, 'headline')]"
    texts = (" ".join(text_lines(element)) for element in find_elements(tree, path)[:50])
    headlines = [text for text in texts if len(text) <= _MAX_LINE_LENGTH and fold_line(text) in parts]
    return max(headlines, key=len, default=None)


def strip_site_name(title: str, sites: tuple[str, ...], heading: str | None = None) -> str:
    """Return a title without the site names before and after it, even if repeated, and without a day at its end.

    What follows the heading of the page after a separator is a section or a name of the site, too.
    """
    names = {name for site in sites if site for name in _site_names(site)}
    # A string too long for a title would take too long here as well.
    while len(title) <= MAX_LINE_LENGTH:
        shortened = _strip_once(title, names)
        shortened = _strip_day(title) if shortened is None else shortened
        if shortened is None:
            break
        title = shortened
    if heading and title.startswith(heading) and title[len(heading) :].startswith((*SEPARATORS, *_TIGHT_SEPARATORS)):
        title = heading
    return title.strip()


def _site_names(site: str) -> Iterator[str]:
    """Yield a name of a site, and the name without its domain ending: `KW.EXAMPLE` is `KW` in titles."""
    folded = fold_line(site)
    yield folded
    if "." in folded and " " not in folded:
        yield folded.removeprefix("www.").partition(".")[0]


def _strip_day(title: str) -> str | None:
    remaining, segment = last_segment(title)
    date = read_printed(segment) if segment else None
    is_day = isinstance(date, UnclearDate) or (date is not None and date.precision in {Precision.DAY, Precision.MINUTE})
    return remaining if is_day else None


def last_segment(title: str) -> tuple[str, str]:
    """Return what is before and after the last separator; the latter is empty if there is none."""
    position, separator = max((title.rfind(separator), separator) for separator in SEPARATORS)
    return (title[:position], title[position + len(separator) :].strip()) if position > 0 else (title, "")


def _strip_once(title: str, names: set[str]) -> str | None:
    for separator in (*SEPARATORS, ": ", *_TIGHT_SEPARATORS, "-"):
        before, separated, remaining = title.partition(separator)
        if separated and fold_line(before) in names:
            return remaining
        remaining, separated, after = title.rpartition(separator)
        if separated and fold_line(after) in names:
            return remaining
    return None
