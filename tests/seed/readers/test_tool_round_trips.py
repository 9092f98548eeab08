"""What trafilatura and feedparser write of the test pages and of a feed loads as what they found.

`make check-tools` does the same with newspaper4k, which has an environment of its own.
"""

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
import trafilatura
from trafilatura.settings import Document

from seed.readers.context import ReaderContext
from seed.readers.outlets import load_sources
from seed.readers.registry import FORMATS, detect_format
from seed.records import RawArticle

URL = "https://quay.example/1"
PAGES = Path(__file__).parent / "pages"
CONTEXT = ReaderContext({}, load_sources(), ())
SUFFIXES = {"json": ".json", "xml": ".xml", "xmltei": ".xml", "csv": ".csv", "markdown": ".md", "txt": ".txt"}

FEED = b"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Quay</title>
<language>en</language>
<item><title>Ferry &amp;amp; pier</title><link>https://quay.example/1</link><guid>https://quay.example/?p=1</guid>
<author>Ada Byrne</author><pubDate>Mon, 04 Mar 2019 23:30:00 +0000</pubDate>
<description>&lt;p&gt;Short.&lt;/p&gt;</description>
<content:encoded>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content:encoded></item>
<item><link>https://quay.example/2</link><description>It sails.</description></item>
</channel></rss>"""


def words(text: str) -> list[str]:
    """Return the words of a text, which the formats separate in different ways."""
    return re.findall(r"\w+", text)


def read(content: str, suffix: str) -> list[RawArticle]:
    """Return the articles of a file."""
    format_name = detect_format(content.encode(), f"a{suffix}")
    assert format_name is not None
    items = list(FORMATS[format_name].read(BytesIO(content.encode()), f"a{suffix}", CONTEXT))
    articles = [item for item in items if isinstance(item, RawArticle)]
    assert len(articles) == len(items), items
    return articles


@cache
def found_by_trafilatura(page: str) -> dict[str, Any]:
    """Return what trafilatura finds in a page."""
    content = (PAGES / f"{page}.html").read_bytes()
    document = trafilatura.bare_extraction(
        content, url="https://quay.example/1", include_comments=False, with_metadata=True
    )
    assert isinstance(document, Document)
    found: dict[str, Any] = document.as_dict()
    return found


@pytest.mark.unmeasured
@pytest.mark.parametrize("output", SUFFIXES)
@pytest.mark.parametrize("page", ["hindi", "magazine-longform", "wordpress-yoast", "arabic", "liveblog"])
def test_outputs_of_trafilatura_are_what_it_found(page: str, output: str) -> None:
    wanted = found_by_trafilatura(page)
    content = trafilatura.extract(
        (PAGES / f"{page}.html").read_bytes(),
        url=URL,
        output_format=output,
        include_comments=False,
        with_metadata=True,
    )
    assert content is not None
    (article,) = read(content, SUFFIXES[output])
    title, text = words(wanted["title"]), words(wanted["text"])
    assert words(article.text) == (text[len(title) :] if text[: len(title)] == title else text)
    assert (words(article.title), article.url, article.published.on) == (title, wanted["url"], wanted["date"])
    assert article.source in {wanted["sitename"], wanted["hostname"]}
    if output != "csv":
        assert list(article.authors) == [name for name in (wanted["author"] or "").split("; ") if name]


def test_results_of_feedparser_are_the_entries_of_the_feed() -> None:
    parsed = feedparser.parse(FEED)
    whole = json.dumps({name: value for name, value in parsed.items() if name != "namespaces"}, default=str)
    for content in (whole, json.dumps(parsed.entries, default=str)):
        article, post = read(content, ".json")
        assert (article.title, article.text, article.text_kind) == ("Ferry & pier", "One.\n\nTwo.", "full")
        assert (article.url, article.id, article.authors) == (URL, "https://quay.example/?p=1", ("Ada Byrne",))
        assert article.published.at == 1_551_742_200
        assert (post.title, post.text_kind, post.matches_by_title) == ("It sails.", "extract", False)
        assert article.source == ("The Quay" if content is whole else "quay.example")
