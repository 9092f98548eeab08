"""Documents of one or many items: each item is read, skipped or refused by itself."""

from collections.abc import Callable

from seed.readers.agencies.news_item import NewsItem, article_of
from seed.readers.context import ReaderContext
from seed.readers.html_markup.tree import decode_page
from seed.readers.strict_xml import Element, outermost, parse_documents
from seed.records import NoArticle, Origin, ReadItem, Refusal

DescribeItem = Callable[[Element], "list[NewsItem] | str"]
"""Return what an element says about its articles, or why it holds none; raise ValueError if it is unclear."""


def read_items(
    content: bytes, path: str, context: ReaderContext, names: tuple[str, ...], describe: DescribeItem
) -> list[ReadItem]:
    """Return what is read of the elements with these names, with their positions (from 1) as lines of origin."""
    try:
        text, notes = decode_page(content, known=context.encoding is not None)
        items = [item for root in parse_documents(text) for item in outermost(root, *names)]
    except ValueError as error:
        return [Refusal(Origin(path), str(error))]
    if not items:
        return [Refusal(Origin(path), f"the document has no {names[0]}: expected at least one")]
    read: list[ReadItem] = []
    for number, item in enumerate(items, start=1):
        # Notes concern the file, so only the first item has them.
        origin = Origin(path, number if len(items) > 1 else None)
        read += _read_item(item, origin, context, describe, notes if number == 1 else ())
    return read


def _read_item(
    item: Element, origin: Origin, context: ReaderContext, describe: DescribeItem, notes: tuple[str, ...]
) -> list[ReadItem]:
    try:
        described = describe(item)
    except ValueError as error:
        return [Refusal(origin, str(error))]
    if isinstance(described, str):
        return [NoArticle(origin, described)]
    return [_article_or_refusal(each, origin, context, notes) for each in described]


def _article_or_refusal(item: NewsItem, origin: Origin, context: ReaderContext, notes: tuple[str, ...]) -> ReadItem:
    try:
        return article_of(item, origin, context, notes)
    except ValueError as error:
        return Refusal(origin, str(error))
