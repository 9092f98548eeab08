"""A file with several articles is refused by name, never read as one."""

import pytest

from seed.readers.saved_text.database_exports import refuse_export
from tests.seed.readers.built_pages import PARAGRAPHS, TEXT, data, page
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

EXPORTS = {
    "a Factiva export with 2 articles": [
        "Document HARGAZ0020190303ef33",
        "Document WSJO000020190303ef33000rs",
        "Dokument SDDZ000020190303ef330002v",
        "AN  Document LEMOND0020190303ef330000g",
    ],
    "a ProQuest export with 2 articles": [
        "ProQuest document ID: 101559544",
        "ID del documento de ProQuest: 101559544",
        "ProQuest-Dokument-ID: 101559544",
        "ProQuest 文档 ID: 101559544",
    ],
    "a Nexis export with 2 articles": [
        "                  1 of 20 DOCUMENTS",
        "12 von 30 DOKUMENTEN",
        "1 de 2 DOCUMENTS",
        "Document 1 of 2",
        "End of Document",
    ],
    "an EBSCO export with 2 articles": ["Persistent link to this record (Permalink): https://x.example/1"],
    "a Gale export with 2 articles": ["Gale Document Number: GALE|A123456789"],
    "a NewsBank export with 2 articles": ["OpenURL Link: https://infoweb.newsbank.com/resources/doc/nb/news/1"],
    "an Europresse export with 2 articles": ["Document: news·20190304·LM·012345"],
    "a GENIOS export with 2 articles": ["Dauerhafte Adresse: https://www.wiso-net.de/document/HG__123"],
}


@pytest.mark.parametrize(("name", "line"), [(name, line) for name, lines in EXPORTS.items() for line in lines])
@pytest.mark.parametrize("suffix", ["txt", "html"])
def test_an_export_of_a_database_is_refused_by_name(reading: Reading, name: str, line: str, suffix: str) -> None:
    article = ["Ferry sails", "By Ada Byrne", *PARAGRAPHS, line]
    reason = f"the file is {name}, which is not read: expected a file for each article"
    if suffix == "html":
        rows = "".join(f"<div>{row}</div>" for row in article * 2)
        assert only_reason(reading("a.html", f"<html><body>{rows}</body></html>", source="G")) == reason
    else:
        options = {"format": "page"} if "Nexis" in name else {}  # Which is read as an export otherwise.
        assert only_reason(reading("a.txt", "\n\n".join(article * 2), source="G", **options)) == reason


def test_an_export_of_one_article_is_refused_too(reading: Reading) -> None:
    """Its fields would be text."""
    for line in ("Document HARGAZ0020190303ef33", "1 of 1 DOCUMENTS\n\nLENGTH: 452 words"):
        found = reading("a.txt", f"Ferry\n\n{line}\n\nIt sails.", source="G", format="page")
        assert " export with an article" in only_reason(found)


@pytest.mark.parametrize(
    "text",
    [
        "The clerk had read document 1 of 2.",
        "Ferry\n\nDocument 1 of 2\n\nIt sails.",
        "A ProQuest document: it has an ID.",
        "Document A1",
        "The GALE|A storm",
    ],
)
def test_a_report_about_documents_is_none(text: str) -> None:
    refuse_export(text)


def listed(*, links: tuple[str, ...], above: str = '<h1><a href="/">Gazette</a></h1>', head: str = "") -> str:
    """Return a front page with an article for each link."""
    articles = "".join(f'<article><h2><a href="{link}">Ferry</a></h2>{TEXT * 2}</article>' for link in links)
    return f"<html><head><title>Gazette</title>{head}</head><body>{above}<main>{articles}</main></body></html>"


def test_a_front_page_with_whole_articles_is_refused(reading: Reading) -> None:
    reason = only_reason(reading("a.html", listed(links=("/1", "/2", "/3")), source="Gazette"))
    assert reason == "the page lists 3 articles with their texts: expected a page for each article"


@pytest.mark.parametrize("level", ["h1", "h2"])
def test_a_page_with_whole_articles_without_links_is_refused(reading: Reading, level: str) -> None:
    articles = "".join(f"<article><{level}>{title}</{level}>{TEXT * 2}</article>" for title in ("Ferry", "Storm"))
    html = f"<html><head><title>Two reports</title></head><body>{articles}</body></html>"
    reason = only_reason(reading("a.html", html, source="Gazette"))
    assert reason == "the page lists 2 articles with their texts: expected a page for each article"


@pytest.mark.parametrize(
    "html",
    [
        listed(links=("/1",)),
        listed(links=("/1", "/1")),
        listed(links=("/1", "/2"), above="<h1>Live: the storm</h1>"),
        listed(links=("/1", "/2"), head='<meta property="og:type" content="article">'),
        listed(links=("/1", "/2"), head=data({"@type": "LiveBlogPosting"})),
        page().replace("</article>", "</article><article><h2><a href='/2'>Storm</a></h2><p>It ends.</p></article>"),
    ],
)
def test_a_page_of_one_article_lists_none(reading: Reading, html: str) -> None:
    assert only_article(reading("a.html", html, source="Gazette")).text
