"""Items of NewsML-G2: what their metadata says, and the text in XHTML, NITF or plain text."""

import re
from collections.abc import Iterator
from datetime import date

from seed.readers.agencies.datelines import known_date
from seed.readers.agencies.news_item import NewsItem
from seed.readers.agencies.nitf import nitf_item
from seed.readers.agencies.xml_text import LocatedText, block_text, line, located, plain_text
from seed.readers.fields.plain_text import has_markup, to_plain_text
from seed.readers.outlets import site_host
from seed.readers.strict_xml import XML_LANGUAGE, Element, parse_xml
from seed.records import Published

KIND = "NewsML-G2"

OTHER_ITEMS = {
    "packageItem": "a package of other items",
    "conceptItem": "a concept",
    "knowledgeItem": "a list of concepts",
    "catalogItem": "a catalog of schemes",
    "planningItem": "a plan of coverage",
}
"""What the items are that hold no article of their own."""

_UNPUBLISHED = frozenset({"withheld", "canceled", "cancelled"})
_CONTENT = ("inlineXML", "inlineData")
_NITF_STARTS = ("<nitf", "<?xml", "<!DOCTYPE nitf")
_FIRST_VERSIONS = frozenset({"", "0", "1"})


def why_no_article(item: Element) -> str | None:
    """Return why an item is no article, None if it is one."""
    if item.tag in OTHER_ITEMS:
        return f"{OTHER_ITEMS[str(item.tag)]} is no article ({KIND})"
    status = _code(item.find("itemMeta/pubStatus")).lower()
    if status in _UNPUBLISHED:
        return f"an item with the status {status!r} is not published ({KIND})"
    item_class = _code(item.find("itemMeta/itemClass")).lower()
    if item_class not in {"", "text", "composite"} and not any(map(line, _inline(item))):
        return f"an item of the class {item_class!r} is no article ({KIND})"
    return None


def _inline(item: Element) -> Iterator[Element]:
    for content in item.iterfind("contentSet/*"):
        if content.tag in _CONTENT:
            yield content


def g2_item(root: Element) -> NewsItem:
    """Return what a newsItem says about its article."""
    item = NewsItem(KIND)
    meta, described = "itemMeta", "contentMeta"
    language = _language(root)
    headlines = [headline for headline in root.iterfind(f"{described}/headline") if not _is_secondary(headline)]
    item.titles = [
        *located("headline", *(line(headline) for headline in _in_language(headlines, language))),
        *located("title", *(line(title) for title in root.iterfind(f"{meta}/title"))),
    ]
    item.sources = _parties(root, f"{meta}/provider", "provider")
    item.agencies = _parties(root, f"{described}/infoSource", "infoSource")
    holders = _parties(root, "rightsInfo/copyrightHolder", "copyrightHolder")
    if not (item.sources or item.agencies):
        item.sources = [*holders, *located("creditline", *map(line, root.iterfind(f"{described}/creditline")))]
    item.parties = [name for _, name in holders]
    bylines = [*root.iterfind(f"{described}/by")]
    item.bylines = [
        *located("by", *(block_text(byline) for byline in _in_language(bylines, language))),
        *(found for creator in root.iterfind(f"{described}/creator") for found in _creator(creator)),
    ]
    item.ids = located("guid", root.get("guid"))
    links = [link for link in root.iterfind(f"{meta}/link") if _is_page(link)]
    item.urls = located("link", *(link.get("href") for link in links))
    item.languages = located("language", language)
    notices = _in_language([*root.iterfind("rightsInfo/copyrightNotice")], language)
    terms = _in_language([*root.iterfind("rightsInfo/usageTerms")], language)
    item.rights = [*located("copyrightNotice", *map(line, notices)), *located("usageTerms", *map(line, terms))]
    item.rights += [(place, f"© {name}") for place, name in holders]
    item.datelines = [text for _, text in located("dateline", *map(line, root.iterfind(f"{described}/dateline")))]
    genre = next((line(name) for name in root.iterfind(f"{described}/genre/name")), "")
    words = next((content.get("wordcount") for content in _inline(root) if content.get("wordcount")), None)
    place = next((line(name) for name in _names(root, f"{described}/located", language)), "")
    item.details = {"place": place, "document_type": genre, "length": f"{words} words" if words else ""}
    _add_dates(item, root)
    descriptions = _in_language([*root.iterfind(f"{described}/description")], language)
    item.abstracts = located("description", *map(block_text, descriptions))
    for content in _inline(root):
        _add_content(item, content)
    return item


def _language(root: Element) -> str | None:
    """Return the language of the content, else that of the item; None if the content is in several."""
    tags = [tag for language in root.iterfind("contentMeta/language") if (tag := language.get("tag"))]
    if tags:
        return tags[0] if len(set(tags)) == 1 else None
    content = (node.get(XML_LANGUAGE) for each in _inline(root) for node in (each, *each))
    return next(filter(None, [*content, root.get(XML_LANGUAGE)]), None)


def _in_language(elements: list[Element], language: str | None) -> list[Element]:
    """Return the elements in a language; all of them if none says that it is in it."""
    return [each for each in elements if each.get(XML_LANGUAGE) and each.get(XML_LANGUAGE) == language] or elements


def _names(root: Element, path: str, language: str | None) -> Iterator[Element]:
    for element in root.iterfind(path):
        yield from _in_language([*element.iterfind("name")], language)


def _code(element: Element | None) -> str:
    """Return the last part of a code such as `stat:usable`, or of an address of one; empty without an element."""
    value = "" if element is None else element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return re.split("[:/]", value.strip().rstrip("/"))[-1]


def _is_secondary(headline: Element) -> bool:
    role = _code_of(headline.get("role"))
    return any(word in role for word in ("sub", "short", "seo", "web", "social", "kicker", "alt"))


def _code_of(value: str | None) -> str:
    return re.split("[:/]", (value or "").strip())[-1].lower()


def _parties(root: Element, path: str, place: str) -> list[LocatedText]:
    """Return the names of the parties at a path, else what their codes call them."""
    return [found for party in root.iterfind(path) for found in located(place, _party_name(party))]


def _party_name(party: Element) -> str:
    names = [line(name) for name in party.iterfind("name") if line(name)]
    literal = (party.get("literal") or "").strip()
    return names[0] if names else literal or site_host(party.get("uri") or "") or _code(party)


def _creator(creator: Element) -> list[LocatedText]:
    """Return the name of a creator that is not said to be an organization; a code is no name."""
    if _code_of(creator.get("type")) not in {"", "person"}:
        return []
    names = [line(name) for name in creator.iterfind("name") if line(name)]
    return located("creator", next(iter(names), creator.get("literal")))


def _is_page(link: Element) -> bool:
    relation = _code_of(link.get("rel"))
    return relation in {"canonical", "permalink", "webpage", "ispublishedat"} or (
        relation == "" and link.get("contenttype") == "text/html"
    )


def _add_dates(item: NewsItem, root: Element) -> None:
    """Add when the first version was made; the time of a later version is that of an update, and says nothing."""
    first, changed = (line(root.find(f"itemMeta/{name}")) for name in ("firstCreated", "versionCreated"))
    created = line(root.find("contentMeta/contentCreated"))
    version = (root.get("version") or "").strip()
    embargo = known_date(line(root.find("itemMeta/embargoed")))
    item.dates = [*located("firstCreated", first)]
    if not first:
        is_first = version in _FIRST_VERSIONS
        item.dates = [*located("versionCreated", changed if is_first else None), *located("contentCreated", created)]
        if not item.dates and changed:
            item.why_undated = f"the only date is that of version {version[:40]!r}, an update"
    known = known_date(item.dates[0][1]) if item.dates else None
    if known is not None and embargo is not None and _day(embargo) > _day(known):
        item.dates = []
        item.why_undated = f"written on {known.on}, embargoed until {embargo.on}: the day of publication is not certain"


def _day(published: Published) -> date:
    return date.fromisoformat(f"{published.on}-01-01"[:10])


def _add_content(item: NewsItem, content: Element) -> None:
    """Add the text of one rendition, and what NITF in it says."""
    nitf = content.find("nitf") if content.tag == "inlineXML" else None
    if nitf is not None:
        item.add(nitf_item(nitf))
        return
    page = content.find("html")
    if page is not None:
        body = page.find("body")
        root = page if body is None else body
        item.titles += located("h1", line(root.find(".//h1")))
        item.texts += located("inlineXML", block_text(root))
        return
    text = plain_text(content)
    if content.get("encoding"):
        item.notes.append(f"inlineData in {content.get('encoding', '')[:40]!r} is not read")
    elif text.startswith(_NITF_STARTS):
        item.add(nitf_item(parse_xml(text)))
    else:
        is_html = "html" in (content.get("contenttype") or "") or has_markup(text)
        _, end, after_head = text.partition("</head>")
        markup = after_head if end else text
        item.texts += located(str(content.tag), to_plain_text(markup).strip() if is_html else text)
