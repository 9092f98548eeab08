"""Feeds: the fields of each format."""

import json
from collections.abc import Callable
from typing import NoReturn

import pytest

from app.models import Basis, Precision, TextKind
from seed.readers.context import ReaderContext
from seed.readers.formats.feed import MAX_FEED_TAGS, read_feed
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.outlets import load_sources
from seed.records import Origin, Published, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

AT = 1_551_720_600  # 2019-03-04T18:30+01:00

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Harbour Gazette</title><link>https://gazette.example/</link><language>en-gb</language>
<copyright>CC0-1.0</copyright>
<item><title>Ferry &amp;amp; tide</title><link>https://gazette.example/1</link>
<guid isPermaLink="false">tag:gazette.example,2019:1</guid>
<pubDate>Mon, 04 Mar 2019 18:30:00 +0100</pubDate><dc:creator>Ada Byrne and Jo Li</dc:creator>
<description>Short.</description>
<content:encoded><![CDATA[<p>First “one”.</p><script>alert(1)</script><p>Second&nbsp;one.</p>]]>
</content:encoded></item>
<item><title>Tide</title><link>https://gazette.example/2</link><guid>17</guid>
<description>&lt;b&gt;Only&lt;/b&gt; a summary.</description></item>
<item><title>No text</title><link>https://gazette.example/3</link></item>
</channel></rss>"""


def test_rss_2(reading: Reading, tmp_path: object) -> None:
    first, second, third = reading("feed.xml", RSS)
    assert first == RawArticle(
        origin=Origin(f"{tmp_path}/feed.xml", 1),
        id="tag:gazette.example,2019:1",
        title="Ferry & tide",
        text="First “one”.\n\nSecond one.",
        source="The Harbour Gazette",
        url="https://gazette.example/1",
        published=Published("2019-03-04", AT, 66_600, Precision.MINUTE, "+0100", Basis.METADATA),
        authors=("Ada Byrne", "Jo Li"),
        language="en-GB",
        rights="CC0-1.0",
    )
    assert isinstance(first, RawArticle)
    assert first.provenance["text"] == "content of the entry"
    assert first.provenance["source"] == "title of the feed"
    assert isinstance(second, RawArticle)
    assert (second.text, second.text_kind, second.id) == ("Only a summary.", TextKind.EXTRACT, None)
    assert second.missing["published"] == "the entry has no date"
    assert "unique" in second.missing["id"]
    assert isinstance(third, Refusal)
    assert third.origin.line == 3
    assert third.reason.startswith("text is None")


def rss_0(_: str) -> str:
    """RSS 0.91, with its document type."""
    return """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>Gazette</title>
<link>http://gazette.example/</link><description>News</description><language>en</language>
<item><title>Ferry</title><link>http://gazette.example/1</link><description>A summary.</description></item>
</channel></rss>"""


def rss_1(_: str) -> str:
    """RSS 1.0."""
    return """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://gazette.example/">
<title>Gazette</title><link>http://gazette.example/</link><description>News</description></channel>
<item rdf:about="http://gazette.example/1"><title>Ferry</title><link>http://gazette.example/1</link>
<description>A summary.</description>
<dc:date>2019-03-04T18:30:00+01:00</dc:date><dc:creator>Ada Byrne</dc:creator></item>
</rdf:RDF>"""


def atom(date: str) -> str:
    """Atom, with a date element."""
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Gazette</title><id>urn:f</id>
<author><name>Ada Byrne</name></author><entry><title type="html">&lt;i&gt;Ferry&lt;/i&gt;</title><id>urn:uuid:1</id>
<link rel="alternate" href="http://gazette.example/1"/>{date}<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>A text.</p></div></content></entry></feed>"""


@pytest.mark.parametrize(
    ("feed", "authors", "on", "kind", "language"),
    [
        (rss_0, (), None, TextKind.EXTRACT, "en"),
        (rss_1, ("Ada Byrne",), "2019-03-04", TextKind.EXTRACT, None),
        (atom, ("Ada Byrne",), "2019-03-04", TextKind.FULL, "en"),
    ],
)
@pytest.mark.parametrize("name", ["feed.xml", "feed", "feed.txt"])
def test_other_formats(
    reading: Reading,
    name: str,
    feed: Callable[[str], str],
    authors: tuple[str, ...],
    on: str | None,
    kind: TextKind,
    language: str | None,
) -> None:
    article = only_article(reading(name, feed("<published>2019-03-04T18:30:00+01:00</published>")))
    assert (article.title, article.source, article.url) == ("Ferry", "Gazette", "http://gazette.example/1")
    assert (article.authors, article.published.on, article.text_kind) == (authors, on, kind)
    assert article.language == language


def test_an_update_dates_nothing(reading: Reading) -> None:
    article = only_article(reading("a.atom", atom("<updated>2019-03-04T18:30:00+01:00</updated>")))
    assert article.published == Published()
    assert article.missing["published"] == "the entry has only a date of update"
    article = only_article(reading("a.atom", atom("<published>soon</published>")))
    assert article.missing["published"].startswith("published of the entry: published: 'soon' is not a date")
    assert article.notes == (f"left out: {article.missing['published']}",)
    assert not article.matches_by_title
    assert only_reason(reading("a.atom", atom("<published>soon</published>"), strict=True)).startswith("published of")


@pytest.mark.parametrize(
    ("declarations", "title"),
    [
        ('<!ENTITY nbsp "&#160;">', "A\u00a0ferry"),
        ("<!ENTITY nbsp '&#xa0;'> <!ENTITY eacute \"é\"><!-- Latin 1 -->", None),
        ('<!ENTITY nbsp "\u00a0"><!ENTITY lt "&#38;#60;">', None),
        ('<!ENTITY nbsp "~">\n<!ENTITY other "&amp;">', None),
        ('<!ENTITY nbsp "_">', "A_ferry"),
        ('<!ENTITY other "_">', "A\u00a0ferry"),
        ('<!ENTITY nbsp SYSTEM "x">', None),
        ('<!ENTITY % nbsp "x">%nbsp;', None),
    ],
)
@pytest.mark.parametrize("cdata", ["", "<description><![CDATA[&nbsp;A.]]></description>"])
def test_entities_of_one_character_are_read(reading: Reading, declarations: str, title: str | None, cdata: str) -> None:
    content = (
        f"<?xml version='1.0'?><!DOCTYPE rss [{declarations}]><rss version='2.0'><channel><title>G</title><item>"
        f"<title>A&nbsp;ferry</title>{cdata or '<description>A.</description>'}</item></channel></rss>"
    )
    found = reading("a", content)
    if title is None:
        assert only_reason(found) == (
            "the feed declares entities, which can expand without limit: expected single characters"
        )
    else:
        article = only_article(found)
        assert (article.title, article.text.strip()) == (title, "A.")


def test_a_relative_link_in_a_file_costs_the_url(reading: Reading) -> None:
    content = atom("").replace("http://gazette.example/1", "two-point-six/")
    article = only_article(reading("a.atom", content))
    assert (article.title, article.url, article.matches_by_title) == ("Ferry", None, False)
    assert article.notes == ("left out: url is 'two-point-six/': expected an absolute http or https URL",)


def json_feed(**item: object) -> str:
    """JSON Feed 1.1 with one item."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Gazette",
        "language": "en",
        "authors": [{"name": "Ada Byrne"}],
        "items": [{"id": 1, "title": "Ferry", "url": "https://gazette.example/1", **item}],
    }
    return json.dumps(feed)


@pytest.mark.parametrize(
    ("item", "text", "place", "kind"),
    [
        ({"content_html": "<p>A</p><p>B</p>", "summary": "S"}, "A\n\nB", "content_html", TextKind.FULL),
        ({"content_text": "A\nB", "content_html": " "}, "A\nB", "content_text", TextKind.FULL),
        ({"summary": "S"}, "S", "summary", TextKind.EXTRACT),
    ],
)
def test_json_feed(reading: Reading, item: dict[str, object], text: str, place: str, kind: TextKind) -> None:
    article = only_article(reading("feed.json", json_feed(date_published="2019-03-04T18:30:00+01:00", **item)))
    assert (article.text, article.text_kind, article.provenance["text"]) == (text, kind, f"{place} of the entry")
    assert (article.published.at, article.authors, article.language) == (AT, ("Ada Byrne",), "en")


def test_an_item_of_json_feed_has_its_own_authors(reading: Reading) -> None:
    for given in ({"author": {"name": "Jo Li"}}, {"authors": [{"name": "Jo Li"}, 7, {"url": "x"}]}):
        assert only_article(reading("a", json_feed(content_text="A", **given))).authors == ("Jo Li",)
    assert only_article(reading("a", json_feed(content_text="A", authors="x"))).authors == ("Ada Byrne",)


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "aaaa">]><rss version="2.0"/>', "the feed declares entities"),
        ('<rss version="2.0"><!entity a SYSTEM "file:///etc/passwd">&a;</rss>', "the feed declares entities"),
        ("hello", "the file cannot be read as a feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 7}', "items is 7: expected the list of items"),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', "invalid JSON at line 1"),
        ('{"items": ' + "[" * 100_000, "the JSON is nested too deeply"),
        ("[]", "the file cannot be read as a feed"),
        (json_feed(), "text is None"),
        (json_feed().replace("[{", "[7, {"), "title is None"),
    ],
)
def test_a_non_feed_is_refused(reading: Reading, feed: str, reason: str) -> None:
    for content in (feed.encode(), feed.encode("utf-16")):
        refusal = reading("a.rss", content, format="feed")[0]
        assert isinstance(refusal, Refusal)
        assert refusal.reason.startswith(reason)


def test_a_broken_feed_is_read_with_a_note(reading: Reading) -> None:
    found = reading("a.rss", RSS.replace("</channel>", "").replace("Short.", "A & B"))
    assert isinstance(found[0], RawArticle)
    assert found[0].notes[0].startswith("the feed is not well-formed (")
    assert isinstance(found[1], RawArticle)
    assert found[1].notes == ()


def test_a_known_outlet_is_found_by_the_host(reading: Reading) -> None:
    article = only_article(reading("a.rss", rss_0("").replace("gazette.example", "www.rferl.org")))
    assert (article.source, article.provenance["source"]) == ("rferl", "the host of url")


def test_an_encoding_declared_wrongly(reading: Reading) -> None:
    feed = rss_0("").replace("Ferry", "Fähre").replace('version="1.0"', 'version="1.0" encoding="iso-8859-1"', 1)
    assert only_article(reading("a.rss", feed.encode("latin-1"))).title == "Fähre"
    article = only_article(reading("a.rss", feed.encode()))
    assert (article.title, article.notes) == ("Fähre", ("the feed declares iso-8859-1, but is UTF-8",))


@pytest.mark.unmeasured
def test_of_a_large_feed_every_entry_is_read(reading: Reading) -> None:
    item = "<item><title>T</title><link>https://g.example/1</link><description>D</description></item>"
    content = '<rss version="2.0"><channel><title>G</title>' + item * 2_000 + "</channel></rss>"
    assert len([item for item in reading("a.rss", content) if isinstance(item, RawArticle)]) == 2_000


def test_an_empty_feed(reading: Reading) -> None:
    assert reading("a.rss", '<rss version="2.0"><channel><title>G</title></channel></rss>') == []
    assert only_reason(reading("b.rss", "")).startswith("the file is empty")
    assert only_reason(reading("b.rss", "<rss")).startswith("the file cannot be read as a feed")
    assert only_reason(reading("c.rss", " " * (MAX_RECORD_BYTES + 1))).startswith("the file is too long")


def test_a_feed_of_too_many_tags_is_refused() -> None:
    content = b"<rss>" + b"<a/>" * MAX_FEED_TAGS + b"</rss>"
    (refusal,) = read_feed(content, "a.rss", ReaderContext({}, load_sources(), ()))
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("the feed has too many tags")


def boom(*_: object, **__: object) -> NoReturn:
    """Raise RuntimeError."""
    raise AttributeError("a feed that nobody thought of")


def test_errors_of_the_parser_are_refusals(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedparser.parse", boom)
    assert only_reason(reading("a.rss", RSS)).startswith("the file cannot be read as a feed (AttributeError)")


def test_a_text_of_which_none_can_be_made_is_none(reading: Reading) -> None:
    deep = RSS.replace("Short.", "&lt;div&gt;" * 300 + "x").replace("content:encoded", "other")
    refusal = reading("a.rss", deep)[0]
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("text is None")


def test_a_word_without_end_is_read_in_a_process_of_its_own(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library searches it for an e-mail address in quadratic time."""
    asked: list[int] = []

    def in_a_process(_read: object, content: bytes, path: str, _context: ReaderContext) -> list[Refusal]:
        asked.append(len(content))
        return [Refusal(Origin(path), "asked")]

    monkeypatch.setattr("seed.readers.formats.feed.read_in_subprocess", in_a_process)
    long = RSS.replace("Short.", "a" * 5_000)
    assert only_reason(reading("a.rss", long)) == "asked"
    assert asked == [len(long.encode())]


def test_a_link_is_relative_to_the_base_of_its_entry(reading: Reading) -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://quay.example/log/"><title>Quay</title>'
        '<entry xml:base="2019/03/04/"><title>Ferry</title><link href="F"/><summary>It sails.</summary></entry>'
        "</feed>"
    )
    assert only_article(reading("a.atom", feed)).url == "https://quay.example/log/2019/03/04/F"


def test_a_feed_in_an_unknown_encoding_is_called_a_feed(reading: Reading) -> None:
    content = b'<?xml version="1.0"?><rss version="2.0"><channel><title>\xe9\xe8</title></channel></rss>'
    assert only_reason(reading("a.rss", content)).startswith("the feed is not UTF-8 and declares no other encoding")


def test_the_footer_of_wordpress_is_no_text(reading: Reading) -> None:
    footer = (
        "&lt;p&gt;The post &lt;a href='x'&gt;Ferry&lt;/a&gt; appeared first on &lt;a&gt;Gazette&lt;/a&gt;.&lt;/p&gt;"
    )
    item = f"<item><title>Ferry</title><description>&lt;p&gt;It sailed.&lt;/p&gt;{footer}</description></item>"
    article = only_article(
        reading("a.rss", f'<rss version="2.0"><channel><title>Gazette</title>{item}</channel></rss>')
    )
    assert (article.text, article.text_kind) == ("It sailed.", TextKind.EXTRACT)


@pytest.mark.parametrize(
    ("author", "names", "agency"),
    [
        ("ada@gazette.media (Ada Byrne)", ("Ada Byrne",), None),
        ("Ada Byrne &lt;ada@gazette.online&gt;", ("Ada Byrne",), None),
        ("ada@gazette.com (Ada Byrne)", ("Ada Byrne",), None),
        ("ada@gazette.online", (), None),
        ("news@gazette.media (Agencies)", (), "Agencies"),
    ],
)
def test_addresses_of_long_domains_are_no_names(
    reading: Reading, author: str, names: tuple[str, ...], agency: str | None
) -> None:
    item = f"<item><title>Ferry</title><description>It sailed.</description><author>{author}</author></item>"
    article = only_article(reading("a.rss", f'<rss version="2.0"><channel><title>G</title>{item}</channel></rss>'))
    assert (article.authors, article.details.get("agency")) == (names, agency)


def test_an_office_is_no_author_of_an_entry(reading: Reading) -> None:
    item = "<item><title>Ferry</title><description>It sailed.</description><author>Sports Desk</author></item>"
    article = only_article(reading("a.rss", f'<rss version="2.0"><channel><title>G</title>{item}</channel></rss>'))
    assert (article.authors, article.missing["authors"]) == ((), "authors of the entry names no person")
