"""NITF beyond the files of `archives/nitf`: variants of single elements, and what is refused."""

from collections.abc import Mapping

import pytest

from seed.readers.agencies import nitf
from seed.readers.agencies.datelines import place_of_dateline
from seed.readers.context import ReaderContext
from seed.readers.dates.facts import load_facts
from seed.readers.outlets import load_sources
from seed.readers.registry import detect_format
from seed.records import RawArticle, ReadItem, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

CONTEXT = ReaderContext({}, load_sources(), load_facts())
NITF = (
    '<nitf{root}><head><docdata>{data}</docdata>{head}<pubdata name="The Harbour Gazette"{pubdata}/></head><body>'
    "<body.head><hedline>{headline}</hedline>{top}</body.head><body.content>{content}</body.content>{end}</body></nitf>"
)


def document(**parts: str) -> bytes:
    """Return a document with these parts, of which the headline and the content are there anyway."""
    names = ("root", "data", "head", "pubdata", "top", "end")
    values = {**dict.fromkeys(names, ""), "headline": "<hl1>Ferry</hl1>", "content": "<p>It sails.</p>", **parts}
    return NITF.format(**values).encode()


def read(content: bytes, context: ReaderContext = CONTEXT) -> list[ReadItem]:
    """Return what is read of a document."""
    return nitf.read_document(content, "a.xml", context)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"headline": '<hl1 class="web">Web</hl1><hl1>Print</hl1>'}, {"title": "Print"}),
        ({"headline": "<hl2>Below</hl2>", "head": "<title>Above</title>"}, {"title": "Above"}),
        ({"top": "<byline>By Ada Byrne\n   and Jo Li</byline>"}, {"authors": ("Ada Byrne", "Jo Li")}),
        ({"top": "<byline>By Ada Byrne<br/>Gazette Staff Writer</byline>"}, {"authors": ("Ada Byrne",)}),
        ({"top": "<byline>By Ada Byrne in Sula</byline>"}, {"authors": ("Ada Byrne",)}),
        ({"top": "<byline>Ada Byrne | Jo Li</byline>"}, {"authors": ("Ada Byrne", "Jo Li")}),
        ({"top": '<byline><a href="mailto:a@b.example">Ada Byrne, Coastal</a></byline>'}, {"authors": ("Ada Byrne",)}),
        ({"top": "<byline>The Harbour Gazette</byline>"}, {"authors": ()}),
        ({"top": "<byline>by our own</byline>"}, {"authors": ()}),
        ({"top": '<byline class="normalized_byline">Byrne, Ada</byline>'}, {"authors": ("Ada Byrne",)}),
        ({"top": "<byline><person>By Ada Byrne</person></byline>"}, {"authors": ("Ada Byrne",)}),
        ({"data": '<date.issue norm="20190304T000000"/>'}, {"on": "2019-03-04", "time": None}),
        ({"content": "<p>By Ada Byrne</p><p>It sails.</p>"}, {"authors": ("Ada Byrne",), "text": "It sails."}),
        ({"content": '<note noteclass="editorsnote"><p>Eds: A.</p></note><p>It sails.</p>'}, {"text": "It sails."}),
        ({"content": "<p>Ferry</p><p>It sails.</p>"}, {"text": "It sails."}),
        ({"content": "<p>Ferry</p>"}, {"text": "Ferry"}),
        ({"content": "<p>A<br/>b</p><pre>c\n d</pre>"}, {"text": "A\nb\n\nc\nd"}),
        ({"content": "<p>2<frac><numer>1</numer><frac-sep>/</frac-sep><denom>2</denom></frac></p>"}, {"text": "21/2"}),
        ({"content": "One\n\n\n\ntwo\nthree"}, {"text": "One\n\ntwo\nthree"}),
        (
            {"content": '<block class="full_text"><p>A.</p></block><block class="correction_text"><p>B.</p></block>'},
            {"text": "A.\n\nB."},
        ),
        ({"content": '<note type="pa"><p>Note.</p></note>'}, {"text": "Note."}),
        (
            {"data": '<date.issue norm="20190304T183000+0100"/>', "pubdata": ' date.publication="20190304T000000"'},
            "18:30",
        ),
        ({"data": '<date.issue norm="x"/><date.release norm="2019-03-04"/>'}, {"on": "2019-03-04", "authors": ()}),
        ({"pubdata": ' date.publication="20190304T191500+0100"'}, {"on": "2019-03-04"}),
        ({"pubdata": ' date.publication="soon"'}, {"on": None, "by_title": False}),
        ({"top": "<dateline>SULA, <story.date norm='20190304'>March 4</story.date></dateline>"}, {"on": "2019-03-04"}),
        ({"top": f"<dateline>SULA, 4 March 2019 {'x' * 300}</dateline>"}, {"on": None}),
        ({"pubdata": ' ex-ref="https://rferl.org/1"'}, {"url": "https://rferl.org/1", "source": "rferl"}),
        ({"pubdata": ' ex-ref="a/b"'}, {"url": None, "source": "The Harbour Gazette"}),
        ({"head": '<meta name="language" content="pt-BR"/>'}, {"language": "pt-BR"}),
    ],
)
def test_elements_have_variants(parts: Mapping[str, str], expected: Mapping[str, object] | str) -> None:
    article = only_article(read(document(**parts)))
    values = {
        **{name: getattr(article, name) for name in ("title", "authors", "text", "url", "source", "language")},
        "on": article.published.on,
        "time": article.published.local_time,
        "by_title": article.matches_by_title,
    }
    if isinstance(expected, str):
        assert article.published.local_time == int(expected[:2]) * 3_600 + int(expected[3:]) * 60
    else:
        assert {name: values[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("head", "source", "agency"),
    [
        ('<pubdata name="Gazette"/>', "Gazette", "Coastal"),
        ('<pubdata name="Coastal"/>', "Coastal", None),
        ("", "Coastal", None),
        ('<docdata><from-src src-name="Bay"/><doc-id regsrc="BC"/></docdata>', "Bay", None),
        ('<docdata><doc-id regsrc="BC"/><doc.copyright holder="Bay"/></docdata>', "BC", None),
        ('<docdata><doc.copyright holder="Bay"/></docdata>', "Bay", None),
        ('<pubdata ex-ref="https://quay.example/1"/>', "quay.example", None),
    ],
)
def test_the_outlet_is_the_first_that_is_named(head: str, source: str, agency: str | None) -> None:
    has_distributor = "docdata" not in head and "ex-ref" not in head
    distributor = "<distributor>The Coastal</distributor>" if has_distributor else ""
    content = (
        f"<nitf><head>{head}</head><body><body.head><hedline><hl1>Ferry</hl1></hedline>{distributor}</body.head>"
        "<body.content><p>It sails.</p></body.content></body></nitf>"
    )
    article = only_article(read(content.encode()))
    assert article.source.removeprefix("The ") == source
    assert article.details.get("agency") == (f"The {agency}" if agency else None)


def test_empty_fields_have_their_reason() -> None:
    article = only_article(read(document(top="<byline>by our own</byline>", pubdata=' date.publication="3/4/2019"')))
    assert article.missing["authors"] == "byline 'by our own' is not read as names"
    assert article.missing["published"].startswith("date.publication: published: '3/4/2019' is not a date")
    assert article.missing["url"] == "NITF has none here"
    assert article.notes[0] == "read as NITF"
    strict = ReaderContext({}, CONTEXT.sources, (), strict=True)
    assert "'3/4/2019' is not a date" in only_reason(read(document(pubdata=' date.publication="3/4/2019"'), strict))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (document(headline=""), "title is None"),
        (document(content=""), "text is None"),
        (b"<NITF><head/></NITF>", "the document has no nitf: expected at least one"),
        (b"<nitf><body><body.head><hedline><hl1>A</hl1></hedline></body.head></body></nitf>", "source is None"),
    ],
)
def test_a_document_without_a_required_field_is_refused(content: bytes, reason: str) -> None:
    assert only_reason(read(content)).startswith(reason)


def test_a_file_that_is_too_long_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.registry.MAX_RECORD_BYTES", 50)
    monkeypatch.setattr("seed.readers.input.decoding.MAX_RECORD_BYTES", 50)
    for content in (document(), b"<newsItem guid='a'>" + b" " * 50):
        assert "expected at most 50 bytes" in only_reason(reading("a.xml", content))


def test_one_bad_article_of_several_is_refused_by_itself() -> None:
    items = read(b"<all>" + document() + document(headline="") + document() + b"</all>")
    assert [type(item) for item in items] == [RawArticle, Refusal, RawArticle]
    assert [item.origin.line for item in items if isinstance(item, RawArticle | Refusal)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("start", "detected"),
    [
        (b"<nitf>", "nitf"),
        (
            b"<?xml version='1.0'?>\n<!DOCTYPE nitf SYSTEM 'n.dtd' [<!ENTITY a 'b'>]>\n<!-- x --><n:nitf xmlns:n='x'>",
            "nitf",
        ),
        (b"<feeds><feed2 a='b'>\n<nitf version='x'>", "nitf"),
        (b"<nitfs>", None),
        (b"<newsItem guid='a'>", "newsml"),
        (b"<?xml version='1.0'?><!DOCTYPE NewsML PUBLIC '' 'x'><NewsML>", "newsml"),
        (b"<g:newsMessage xmlns:g='x'>", "newsml"),
        (b"<newsletter>", None),
    ],
)
def test_formats_are_detected_by_their_beginning(start: bytes, detected: str | None) -> None:
    assert detect_format(start, "a") == detected


@pytest.mark.parametrize(
    ("dateline", "place"),
    [
        ("SULA, Norland, March 4 (CNA) --", "SULA, Norland"),
        ("NEW SULA March 4", "NEW SULA"),
        ("NEW SULA (Coastal News) –", "NEW SULA"),
        ("Sula (Norland), 4 mar (COSTERA).-", "Sula (Norland)"),
        ("SULA/AMSEL", "SULA/AMSEL"),
        ("Sula (dpa) - ", "Sula"),
        ("سولا، 4 آذار 2019", "سولا"),
        ("4 March 2019", ""),
        ("", ""),
        ("a" * 201, ""),
    ],
)
def test_a_dateline_begins_with_a_place(dateline: str, place: str) -> None:
    assert place_of_dateline(dateline, ["The Coastal News"]) == place
