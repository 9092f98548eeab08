"""Items of NewsML 1: components with lines of news, and a text in NITF, XHTML or paragraphs."""

from collections.abc import Iterator

from seed.readers.agencies.news_item import NewsItem
from seed.readers.agencies.nitf import nitf_item
from seed.readers.agencies.xml_text import LocatedText, block_text, line, located, plain_text
from seed.readers.fields.plain_text import has_markup, to_plain_text
from seed.readers.strict_xml import XML_LANGUAGE, Element

KIND = "NewsML 1"

_UNPUBLISHED = frozenset({"withheld", "canceled", "cancelled"})
_NO_ARTICLE = frozenset({"caption", "picturecaption", "photocaption", "legend", "keyword", "metadata"})
_TEXT_TYPES = frozenset({"", "text", "complexdata"})


def why_no_news(item: Element) -> str | None:
    """Return why an item is no article, None if it may be one."""
    status = _formal(item, "NewsManagement/Status").lower()
    if status in _UNPUBLISHED:
        return f"an item with the status {status!r} is not published ({KIND})"
    if not [*_texts(item)]:
        kinds = [_formal(content, "MediaType") for content in item.iter("ContentItem")]
        content = ", ".join(sorted({repr(kind[:40]) for kind in kinds if kind})) or "no content"
        return f"an item with {content} and without a text is no article ({KIND})"
    return None


def newsml_1_items(item: Element) -> list[NewsItem]:
    """Return what an item says about each of its articles; raise ValueError if they cannot be told apart."""
    contents = [*_texts(item)]
    titles = [line(next(_lines(content, "HeadLine", own=True), None)) for content in contents]
    if len(contents) == 1:
        return [_news_item(item, contents[0], None)]
    if len({*titles}) == len(titles) and all(titles):
        return [_news_item(item, content, number) for number, content in enumerate(contents, start=1)]
    headlines = len({*filter(None, titles)})
    raise ValueError(f"the item has {len(contents)} texts and {headlines} headlines: expected a headline for each text")


def _texts(item: Element) -> Iterator[Element]:
    """Yield the content of each component that is an article; of equivalent components only the first."""
    skipped: set[Element] = set()
    for component in item.iter("NewsComponent"):
        if component in skipped or _formal(component, "Role").lower().replace(" ", "") in _NO_ARTICLE:
            skipped.update(component.iter("NewsComponent"))
            continue
        texts = [content for content in component.iterfind("ContentItem") if _is_text(content)]
        yield from texts[:1]
        if component.get("EquivalentsList") == "yes":
            equivalents = component.findall("NewsComponent")
            with_text = [each for each in equivalents if any(map(_is_text, each.iter("ContentItem")))]
            skipped.update(each for other in with_text[1:] for each in other.iter("NewsComponent"))


def _is_text(content: Element) -> bool:
    data = content.find("DataContent")
    is_of_text = _formal(content, "MediaType").lower() in _TEXT_TYPES and content.get("Href") is None
    return is_of_text and data is not None and any(str(text).strip() for text in data.itertext())


def _formal(element: Element, path: str) -> str:
    return next((found.get("FormalName", "").strip() for found in element.iterfind(path)), "")


def _components(content: Element) -> list[Element]:
    """Return the components around a content, from the inside out."""
    return [element for element in content.iterancestors() if element.tag == "NewsComponent"]


def _lines(content: Element, name: str, *, own: bool = False) -> Iterator[Element]:
    """Yield the lines with a name, of the innermost component first; only of that one if `own` is set."""
    for component in _components(content)[: 1 if own else None]:
        yield from component.iterfind(f"NewsLines/{name}")


def _news_item(root: Element, content: Element, number: int | None) -> NewsItem:
    item = NewsItem(KIND)
    item.titles = located("HeadLine", *map(line, _lines(content, "HeadLine")))
    item.sources = _parties(content, "Provider")
    item.agencies = _parties(content, "Source")
    if not (item.sources or item.agencies):
        item.sources = located("ProviderId", line(root.find("Identification/NewsIdentifier/ProviderId")))
    credits_ = located("CreditLine", *map(line, _lines(content, "CreditLine")))
    item.parties = [name for _, name in credits_]
    bylines = map(block_text, _lines(content, "ByLine"))
    item.bylines = [*located("ByLine", *bylines), *_parties(content, "Creator")]
    public_id = line(root.find("Identification/NewsIdentifier/PublicIdentifier"))
    news_id = line(root.find("Identification/NewsIdentifier/NewsItemId"))
    item.ids = located("NewsIdentifier", _with_number(_without_revision(root, public_id) or news_id, number))
    languages = [_formal(each, "DescriptiveMetadata/Language") for each in _components(content)]
    tags = (each.get(XML_LANGUAGE) for each in content.iterancestors())
    item.languages = [*located("Language", *languages), *located("xml:lang", *tags)]
    item.rights = located("CopyrightLine", *map(line, _lines(content, "CopyrightLine")))
    item.rights += located("RightsLine", *map(line, _lines(content, "RightsLine")))
    item.datelines = [text for _, text in located("DateLine", *map(line, _lines(content, "DateLine")))]
    _add_dates(item, root)
    data = content.find("DataContent")
    assert data is not None  # noqa: S101 - `_is_text` has seen it
    nitf = data.find("nitf")
    body = next(data.iter("body"), data)
    if nitf is not None:
        item.add(nitf_item(nitf))
    else:
        text = plain_text(next(body.iter("body.content"), body))
        item.texts = located("DataContent", to_plain_text(text).strip() if has_markup(text) else text)
    return item


def _without_revision(root: Element, public_id: str) -> str:
    """Return the identifier of an item without the number of its revision, so that all its revisions have one."""
    revision = line(root.find("Identification/NewsIdentifier/RevisionId"))
    ends = [f":{revision}{update}" for update in ("", "N", "U", "A")] if revision else []
    return next((public_id.removesuffix(end) for end in ends if public_id.endswith(end)), public_id)


def _with_number(news_id: str, number: int | None) -> str:
    return f"{news_id}#{number}" if news_id and number is not None else news_id


def _parties(content: Element, role: str) -> list[LocatedText]:
    """Return the parties in a role, of the innermost component first."""
    parties = (
        party
        for component in _components(content)
        for party in component.iterfind(f"AdministrativeMetadata/{role}/Party")
    )
    return located(role, *(party.get("FormalName") for party in parties))


def _add_dates(item: NewsItem, root: Element) -> None:
    """Add when the item was first made; the time of a later revision is that of an update."""
    first, changed = (line(root.find(f"NewsManagement/{name}")) for name in ("FirstCreated", "ThisRevisionCreated"))
    revision = line(root.find("Identification/NewsIdentifier/RevisionId"))
    item.dates = located("FirstCreated", first)
    if not first and revision in {"", "0", "1"}:
        item.dates = located("ThisRevisionCreated", changed)
    if not item.dates and changed:
        item.why_undated = f"the only date is that of revision {revision[:40]!r}, an update"
