"""NewsML beyond the files of `archives/newsml`: variants of single elements."""

from collections.abc import Mapping

import pytest

from seed.readers.agencies import newsml
from seed.readers.context import ReaderContext
from seed.readers.dates.facts import load_facts
from seed.readers.outlets import load_sources
from seed.records import NoArticle, ReadItem
from tests.seed.readers.only import only_article, only_reason

CONTEXT = ReaderContext({}, load_sources(), load_facts())
ITEM = (
    '<newsItem guid="g"{root}>{rights}<itemMeta>{provider}{meta}</itemMeta><contentMeta><headline>Ferry</headline>'
    "{content}</contentMeta><contentSet>{body}</contentSet></newsItem>"
)
PLAIN = "<inlineData>It sails.</inlineData>"


def item(**parts: str) -> bytes:
    """Return an item of NewsML-G2 with these parts; provider and text are there anyway."""
    names = ("root", "rights", "meta", "content")
    values = {**dict.fromkeys(names, ""), "provider": '<provider literal="Coastal"/>', "body": PLAIN, **parts}
    return ITEM.format(**values).encode()


def read(content: bytes) -> list[ReadItem]:
    """Return what is read of a document."""
    return newsml.read_document(content, "a.xml", CONTEXT)


XHTML = '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml">{}</html></inlineXML>'
HOLDER = "<rightsInfo><copyrightHolder><name>Bay</name></copyrightHolder>{}</rightsInfo>"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"body": XHTML.format("<p>One</p><p>Two</p>")}, {"text": "One\n\nTwo"}),
        (
            {
                "body": XHTML.format(
                    "<body><header><h1>F</h1></header><section class='x'><p>One</p></section>"
                    "<section class='notepad public'><p>Ed</p></section><footer>F</footer></body>"
                )
            },
            {"text": "One"},
        ),
        ({"body": "<inlineXML><div><h1>Ferry</h1><p>One</p></div></inlineXML>"}, {"text": "One"}),
        (
            {
                "body": "<inlineData contenttype='text/html'>&lt;html&gt;&lt;head&gt;&lt;title&gt;x&lt;/title&gt;"
                "&lt;/head&gt;&lt;body&gt;&lt;p&gt;One&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;</inlineData>"
            },
            {"text": "One"},
        ),
        (
            {
                "body": "<inlineData><![CDATA[<?xml version='1.0'?><nitf><body><body.content><p>One</p></body.content>"
                "</body></nitf>]]></inlineData>"
            },
            {"text": "One"},
        ),
        ({"body": f"<inlineData encoding='base64'>SXQ=</inlineData>{PLAIN}"}, {"text": "It sails."}),
        ({"provider": "", "content": "<infoSource literal='Bay'/>"}, {"source": "Bay", "details": {}}),
        ({"provider": "", "rights": HOLDER.format("")}, {"source": "Bay", "rights": "© Bay"}),
        ({"provider": "", "content": "<creditline>Bay/Ada</creditline>"}, {"source": "Bay/Ada"}),
        ({"rights": HOLDER.format("<usageTerms>No archives</usageTerms>")}, {"rights": "No archives"}),
        ({"content": "<infoSource literal='coastal'/>"}, {"details": {}}),
        ({"content": "<language tag='en'/><language tag='de'/>"}, {"language": None}),
        ({"body": "<inlineXML xml:lang='de'><p>Sie legt ab.</p></inlineXML>"}, {"language": "de"}),
        ({"content": "<by>ab/jl</by><creator type='cpnat:person' literal='Jo Li'/>"}, {"authors": ("Jo Li",)}),
        ({"content": "<creator type='cpnat:organisation'><name>Sula Desk</name></creator>"}, {"authors": ()}),
        (
            {
                "content": "<by>By Bay News</by>",
                "rights": "<rightsInfo><copyrightHolder literal='Bay News'/></rightsInfo>",
            },
            {"authors": ()},
        ),
        ({"meta": "<link rel='irel:canonical' href='https://quay.example/1'/>"}, {"url": "https://quay.example/1"}),
        ({"meta": "<link rel='irel:seeAlso' href='https://quay.example/1'/>"}, {"url": None}),
        ({"meta": "<versionCreated>2019-03-04</versionCreated>"}, {"on": "2019-03-04"}),
        ({"root": ' version="2"', "content": "<contentCreated>2019-03-04</contentCreated>"}, {"on": "2019-03-04"}),
        (
            {"content": "<dateline>SULA, 4 March 2019 (CNA)</dateline>"},
            {"on": "2019-03-04", "details": {"place": "SULA"}},
        ),
        ({"meta": "<firstCreated>2019</firstCreated><embargoed>2019-03-04</embargoed>"}, {"on": None}),
        ({"meta": "<firstCreated>2019-03-04</firstCreated><embargoed>2019-03-03</embargoed>"}, {"on": "2019-03-04"}),
        ({"meta": "<itemClass qcode='ninat:audio'/>"}, {"text": "It sails."}),
    ],
)
def test_elements_have_variants(parts: Mapping[str, str], expected: Mapping[str, object]) -> None:
    article = only_article(read(item(**parts)))
    names = ("text", "source", "rights", "language", "authors", "url", "details")
    values = {**{name: getattr(article, name) for name in names}, "on": article.published.on}
    assert {name: values[name] for name in expected} == expected


def test_what_is_not_read_is_noted() -> None:
    encoded = "<inlineData encoding='base64'>SXQ=</inlineData>"
    assert "inlineData in 'base64' is not read" in only_article(read(item(body=f"{encoded}{PLAIN}"))).notes
    assert only_article(read(item(root=' version="2"', meta="<versionCreated>2019-03-04</versionCreated>"))).missing[
        "published"
    ] == ("the only date is that of version '2', an update")
    assert only_reason(read(item(body="<inlineData><![CDATA[<nitf>]]></inlineData>"))).startswith(
        "the document is not well"
    )


ONE = (
    "<NewsML><NewsItem><Identification><NewsIdentifier><NewsItemId>n</NewsItemId><ProviderId>quay.example</ProviderId>"
    "<RevisionId>{revision}</RevisionId></NewsIdentifier></Identification><NewsManagement>{dates}</NewsManagement>"
    "<NewsComponent><NewsLines><HeadLine>Ferry</HeadLine></NewsLines>{content}</NewsComponent></NewsItem></NewsML>"
)
TEXT = "<ContentItem><DataContent>{}</DataContent></ContentItem>"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, ("It sails.", None, "quay.example")),
        (
            {"dates": "<ThisRevisionCreated>20190304T183000+0100</ThisRevisionCreated>"},
            ("It sails.", "2019-03-04", None),
        ),
        ({"dates": "<ThisRevisionCreated>20190304</ThisRevisionCreated>", "revision": "2"}, ("It sails.", None, None)),
        ({"content": TEXT.format("<![CDATA[<p>One</p><p>Two</p>]]>")}, ("One\n\nTwo", None, None)),
        (
            {"content": TEXT.format("<html><head><title>x</title></head><body><p>One</p></body></html>")},
            ("One", None, None),
        ),
        (
            {
                "content": f"<NewsComponent EquivalentsList='yes'><NewsComponent>{TEXT.format('One')}</NewsComponent>"
                f"<NewsComponent>{TEXT.format('Eins')}</NewsComponent></NewsComponent>"
            },
            ("One", None, None),
        ),
    ],
)
def test_news_components_have_variants(parts: Mapping[str, str], expected: tuple[str, str | None, str | None]) -> None:
    values = {"revision": "1", "dates": "", "content": TEXT.format("It sails."), **parts}
    article = only_article(read(ONE.format(**values).encode()))
    assert (article.text, article.published.on, article.id) == (*expected[:2], "n")
    assert expected[2] is None or article.source == expected[2]


def test_an_item_without_a_text_is_counted() -> None:
    photo = "<ContentItem Href='a.jpg'><MediaType FormalName='Photo'/></ContentItem>"
    found = read(ONE.format(revision="1", dates="", content=photo).encode())
    found += read(ONE.format(revision="1", dates="", content="").encode())
    assert [found_item.reason for found_item in found if isinstance(found_item, NoArticle)] == [
        "an item with 'Photo' and without a text is no article (NewsML 1)",
        "an item with no content and without a text is no article (NewsML 1)",
    ]
    assert only_reason(read(b"<newsMessage><itemSet/></newsMessage>")).startswith("the document has no newsItem")
