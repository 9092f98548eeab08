"""NewsML: messages and items of NewsML-G2, and documents of NewsML 1, as news agencies send them."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from seed.readers.agencies.documents import read_items
from seed.readers.agencies.news_item import NewsItem
from seed.readers.agencies.newsml_1 import newsml_1_items, why_no_news
from seed.readers.agencies.newsml_g2 import OTHER_ITEMS, g2_item, why_no_article
from seed.readers.context import ReaderContext
from seed.readers.input.sandbox import read_file_sandboxed
from seed.readers.strict_xml import PROLOG, Element
from seed.records import ReadItem

_START = re.compile(
    rf"{PROLOG}<(?:[\w.-]{{1,40}}:)?(?:newsMessage|newsItem|{'|'.join(OTHER_ITEMS)}|NewsML)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def matches(text: str, _suffix: str) -> bool:
    """Return whether text begins like NewsML."""
    return bool(_START.match(text))


def read(stream: BinaryIO, path: str, context: ReaderContext) -> Iterator[ReadItem]:
    """Return the articles of a file, with the positions of their items (from 1) as lines of origin."""
    return read_file_sandboxed(read_document, stream, path, context)


def read_document(content: bytes, path: str, context: ReaderContext) -> list[ReadItem]:
    """Return the articles of a document's bytes, in order, and a refusal for each item that cannot be used."""
    return read_items(content, path, context, ("newsItem", *OTHER_ITEMS, "NewsItem"), _describe)


def _describe(item: Element) -> list[NewsItem] | str:
    if item.tag == "NewsItem":
        return why_no_news(item) or newsml_1_items(item)
    return why_no_article(item) or [g2_item(item)]
