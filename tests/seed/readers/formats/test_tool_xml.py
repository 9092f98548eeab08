"""XML and TEI of trafilatura: other releases, fewer fields, and documents that are refused."""

import pytest

from seed.readers.registry import detect_format
from seed.records import RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

DOC = '<doc title="Ferry" hostname="quay.example" url="https://quay.example/1">{}</doc>'

TEI = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>
<titleStmt><title type="main">Ferry</title><author>Ada Byrne</author><author>Jo Li</author></titleStmt>
<publicationStmt>{license}</publicationStmt>
<notesStmt><note type="id">7</note></notesStmt>
<sourceDesc><biblFull><titleStmt><title type="main"/></titleStmt><publicationStmt><publisher>{publisher}</publisher>
<date>2019-03-04</date></publicationStmt></biblFull></sourceDesc></fileDesc>
<profileDesc><abstract><p>It <hi>sails</hi>.</p></abstract></profileDesc></teiHeader>{text}</TEI>"""


def tei(publisher: str = "The Quay (quay.example)", text: str = "", license: str = "<p/>") -> str:  # noqa: A002
    """Return a document without an address."""
    return TEI.format(publisher=publisher, text=text, license=license)


def test_blocks_are_paragraphs(reading: Reading) -> None:
    main = (
        '<main><head rend="h1">Ferry</head><p>It <hi rend="#b">sails</hi> <ref target="x">today</ref>.</p>'
        "<list><item>bread</item><item>tea</item></list><quote>“Now”</quote>"
        "<table><row><cell>a</cell><cell>b</cell></row></table><p>End<lb/>of it</p></main>"
        "<comments><p>No!</p></comments>"
    )
    article = only_article(reading("a.xml", DOC.format(main)))
    assert article.text == "It sails today.\n\nbread\n\ntea\n\n“Now”\n\na b\n\nEnd\n\nof it"
    assert (article.source, article.published.on, article.authors) == ("quay.example", None, ())


def test_all_of_the_header_of_tei_is_read(reading: Reading) -> None:
    text = (
        '<text><body><div type="entry"><ab type="header">Ferry</ab><p>One</p></div><div><p>Two</p></div>'
        '<div type="comments"><p>No!</p></div></body></text>'
    )
    license_ = "<publisher>x</publisher><availability><p>CC BY</p></availability>"
    article = only_article(reading("a.xml", tei(text=text, license=license_)))
    assert (article.title, article.authors, article.source, article.id) == (
        "Ferry",
        ("Ada Byrne", "Jo Li"),
        "The Quay",
        "7",
    )
    assert (article.text, article.rights, article.published.on) == ("One\n\nTwo", "CC BY", "2019-03-04")


@pytest.mark.parametrize(("publisher", "source"), [("quay.example", "quay.example"), ("The Quay", "The Quay")])
def test_a_publisher_may_be_a_host_or_a_name(reading: Reading, publisher: str, source: str) -> None:
    article = only_article(reading("a.xml", tei(publisher, "<text><body><p>One</p></body></text>")))
    assert (article.source, article.text) == (source, "One")


def test_an_abstract_alone_is_an_extract(reading: Reading) -> None:
    article = only_article(reading("a.tei", tei()))
    assert (article.text, article.text_kind) == ("It sails.", "extract")


def test_a_source_may_be_unknown(reading: Reading) -> None:
    assert only_reason(reading("a.xml", tei("N/A"))).startswith("source: trafilatura names neither outlet nor URL")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<rss2/>", "the root of the document is 'rss2': expected `doc` of trafilatura, or TEI"),
        ("<doc hostname='x'>", "the document is not well-formed"),
        (DOC.format(""), "text is None: expected a value"),
        ("<!DOCTYPE doc [<!ENTITY a 'b'>]><doc hostname='x'>&a;</doc>", "the document declares a type or entities"),
        (DOC.format("<p>" * 251 + "</p>" * 251), "the document is nested too deeply"),
    ],
)
def test_other_documents_are_refused(reading: Reading, content: str, reason: str) -> None:
    found = reading("a.xml", content.replace(' url="https://quay.example/1"', ""))
    assert only_reason(found).startswith(reason)


def test_a_document_of_too_many_tags_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.formats.tool_xml.MAX_PAGE_TAGS", 5)
    assert only_reason(reading("a.xml", DOC.format("<p/>" * 5))) == "the document has too many tags: expected at most 5"


def test_a_document_that_is_too_long_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.registry.MAX_RECORD_BYTES", 50)
    monkeypatch.setattr("seed.readers.input.decoding.MAX_RECORD_BYTES", 50)
    assert "expected at most 50 bytes" in only_reason(reading("a.xml", DOC.format("x" * 100)))


@pytest.mark.parametrize("start", ["<doc sitename='x'", "<?xml version='1.0'?>\n<!-- x --><TEI xmlns='x'>", "<TEI>"])
def test_documents_are_detected_by_their_beginning(start: str) -> None:
    assert detect_format(start.encode(), "a.txt") == "xml"
    assert detect_format(b"<docs>", "a") is None


@pytest.mark.parametrize(
    ("name", "content", "text", "title"),
    [
        (
            "a.md",
            "title: Ferry: two\nhostname: quay.example\n---\n# Ferry: two\n\n## Bread\n\nIt **sails**.",
            "Bread\n\nIt sails.",
            "Ferry: two",
        ),
        ("a.txt", 'title: "Ferry: \\"two\\""\nhostname: quay.example\n---\nIt *sails*.', "It *sails*.", 'Ferry: "two"'),
        (
            "a.md",
            'title: \'"Ferry" sails\nfingerprint: x\nsitename: quay.example\n---\nIt sails.',
            "It sails.",
            '\'"Ferry" sails',
        ),
        (
            "a.md",
            'title: "Ferry" and "pier"\ntags: [\'a\']\nnew: 1\nhostname: quay.example\n---\nIt sails.',
            "It sails.",
            '"Ferry" and "pier"',
        ),
    ],
)
def test_front_matter_of_trafilatura_may_be_no_yaml(
    reading: Reading, name: str, content: str, text: str, title: str
) -> None:
    article = only_article(reading(name, f"---\n{content}"))
    assert (article.text, article.title, article.source) == (text, title, "quay.example")
    assert "read as trafilatura" in article.notes


def test_tables_of_trafilatura_have_no_header(reading: Reading) -> None:
    """Old releases write other columns, and no quotes; each line is a record."""
    rows = [
        "https://quay.example/1\tabc\tquay.example\tFerry\t2019-03-04\tIt sails.\t\tCC BY",
        "https://quay.example/2\tabd\tquay.example\tPier\tNone\tIt stands.\t\tNone",
    ]
    found = reading("a.csv", "\n".join(rows))
    articles = [item for item in found if isinstance(item, RawArticle)]
    assert [(article.title, article.published.on, article.rights) for article in articles] == [
        ("Ferry", "2019-03-04", "CC BY"),
        ("Pier", None, None),
    ]
    assert [article.origin.line for article in articles] == [1, 2]


def test_answers_may_be_lines_and_items(reading: Reading) -> None:
    """Who fetches page after page writes one answer per line, or a list of them."""
    answer = (
        '{"articles": [{"source": {"name": "Quay"}, "publishedAt": "2019", "urlToImage": "", "title": "%s", '
        '"content": "x", "url": "https://quay.example/"}]}'
    )
    lines = reading("a.jsonl", "\n".join(answer % title for title in ("One", "Two")))
    items = reading("a.json", f"[{answer % 'One'}, {answer % 'Two'}]")
    for found in (lines, items):
        assert [item.title for item in found if isinstance(item, RawArticle)] == ["One", "Two"]
