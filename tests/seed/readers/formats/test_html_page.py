"""HTML pages: where fields are found, what is missing and why, and hostile pages."""

import json
from collections.abc import Callable
from typing import NoReturn

import pytest

from app.models import Basis, Precision
from seed.dates import ISO_FORMATS
from seed.readers.context import ReaderContext
from seed.readers.formats import feed, html_page, markdown
from seed.readers.formats.html_page import page_article, read_page
from seed.readers.html_markup.json_ld import parse_linked_data
from seed.readers.html_markup.site_names import strip_site_name
from seed.readers.html_markup.tree import MAX_ELEMENT_DEPTH, MAX_PAGE_TAGS
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.input.sandbox import is_ordinary
from seed.readers.outlets import load_sources
from seed.records import Origin, Published, RawArticle, Refusal
from tests.seed.readers.built_pages import PARAGRAPHS, TEXT, data, meta, page
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

PERSON = {"@id": "#1", "@type": "Person", "name": "Ada Byrne"}
DESK = {"@type": "Organization", "name": "A Desk"}
BY = "<p>By Ada Byrne</p>"


def test_the_text_keeps_its_spaces_and_quotation_marks(reading: Reading) -> None:
    assert only_article(reading("a.html", page())).text == "\n\n".join(PARAGRAPHS)


def test_each_field_says_where_it_was_found_or_why_not(reading: Reading) -> None:
    article = only_article(reading("a.html", page(meta("date", "someday"), "<h1>Ferry sails</h1><p>By Ada Byrne</p>")))
    assert article.provenance == {
        "language": "html lang",
        "source": "meta og:site_name",
        "title": "h1",
        "authors": "printed below the title",
        "text": "the main text",
    }
    assert article.missing == {
        "url": "not on the page",
        "rights": "not on the page",
        "published": f"meta date: published: 'someday' is not a date: expected {ISO_FORMATS}",
    }


@pytest.mark.parametrize(
    ("marked", "printed", "published", "found"),
    [
        # The same day: the instant of the markup.
        ("2019-03-04T18:30:00Z", "March 4, 2019", ("2019-03-04", 1_551_724_200, "UTC", "metadata"), "meta date"),
        # The same instant: as printed.
        (
            "2019-03-05T01:30:09Z",
            "March 4, 2019 | 8:30pm EST",
            ("2019-03-04", 1_551_749_409, "EST", "stated"),
            "printed below the title, its instant in meta date",
        ),
        # A time without a zone, and the instant that says which it was.
        (
            "2019-03-05T01:30:00Z",
            "March 4, 2019 8:30 pm",
            ("2019-03-04", 1_551_749_400, "-05:00", "stated"),
            "printed below the title, its instant in meta date",
        ),
        # A printed day without a time that is the day before in some zone: the printed day.
        (
            "2019-03-05T01:30:00Z",
            "March 4, 2019",
            ("2019-03-04", None, None, "stated"),
            "printed below the title, which agrees with meta date in another zone",
        ),
        # Only one of the two.
        ("2019-03-04", "", ("2019-03-04", None, None, "metadata"), "meta date"),
        ("", "March 4, 2019", ("2019-03-04", None, None, "stated"), "printed below the title"),
        (
            "2019-03-04",
            "March 4, 2019 8:30 pm EST",
            ("2019-03-04", 1_551_749_400, "EST", "stated"),
            "printed below the title",
        ),
        # Contradictions.
        ("2019-03-04", "May 7, 2020", ("2019-03-04", None, None, "metadata"), "meta date"),
        ("2019-03-04T18:30:00Z", "May 7, 2020 8:30 pm", ("2019-03-04", 1_551_724_200, "UTC", "metadata"), "meta date"),
        ("2019-03-04T18:30:00Z", "May 7, 2020", ("2019-03-04", 1_551_724_200, "UTC", "metadata"), "meta date"),
        (
            "2019-03-04T18:30:00Z",
            "March 4, 2019 7:30pm EST",
            ("2019-03-04", 1_551_724_200, "UTC", "metadata"),
            "meta date",
        ),
    ],
)
def test_the_date_as_marked_and_as_printed(
    reading: Reading, marked: str, printed: str, published: tuple[str, int | None, str | None, str], found: str
) -> None:
    article = only_article(reading("a.html", page(meta("date", marked), f"<h1>Ferry sails</h1><p>{printed}</p>")))
    date = article.published
    assert (date.on, date.at, date.zone, date.basis) == published
    assert article.provenance["published"] == found
    assert any(note.startswith("the page prints 2020") for note in article.notes) == ("2020" in printed)


def test_a_date_of_other_things_is_none(reading: Reading) -> None:
    other = meta("article:modified_time", "2024-01-02T10:00:00Z") + meta("last-modified", "2024-01-02")
    above = (
        '<h1>Ferry sails</h1><time class="updated" datetime="2023-01-01T10:00:00Z">Updated</time>'
        '<aside><time datetime="2011-01-02">2 January 2011</time></aside>'
    )
    article = only_article(reading("a.html", page(other, above)))
    assert article.published == Published()
    assert article.missing["published"] == "the page has no unambiguous date"


def test_a_date_is_read_off_an_address(reading: Reading) -> None:
    link = '<link rel="canonical" href="https://gazette.example/2019/03/04/ferry">'
    article = only_article(reading("a.html", page(link)))
    assert article.published == Published("2019-03-04", precision=Precision.DAY, basis=Basis.METADATA)
    assert article.provenance["published"] == "the URL"


@pytest.mark.parametrize(
    ("head", "above", "title", "place"),
    [
        (data({"@type": "NewsArticle", "headline": "In &amp;amp; out"}), "<h1>X</h1>", "In & out", "JSON-LD headline"),
        (data({"@type": "NewsArticle", "headline": "Ferry sa…"}), "<h1>Ferry sails</h1>", "Ferry sails", "h1"),
        (meta("twitter:title", "Ferry | Gazette"), "<h1>X</h1>", "Ferry", "meta twitter:title"),
        ("", "<b itemprop='headline'>Ferry</b><h1>X</h1>", "Ferry", "itemprop headline"),
        ("", "<h1><a href='/'>Gazette</a></h1>", "Ferry sails", "title"),
        ("", "<h1> </h1><h1>Ferry</h1>", "Ferry", "h1"),
    ],
)
def test_titles(reading: Reading, head: str, above: str, title: str, place: str) -> None:
    article = only_article(reading("a.html", page(head, above)))
    assert (article.title, article.provenance["title"]) == (title, place)


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Ferry - The Gazette", "Ferry"),
        ("The Gazette: Ferry", "Ferry"),
        ("Ferry | Sea | the gazette", "Ferry | Sea"),
        ("Ferry - Other", "Ferry - Other"),
        ("フェリー：The Gazette", "フェリー"),
    ],
)
def test_a_title_without_the_name_of_its_site(title: str, plain: str) -> None:
    assert strip_site_name(title, ("The Gazette", "")) == plain


@pytest.mark.parametrize(
    ("head", "above", "authors", "place"),
    [
        (data({"@type": "Article", "author": [PERSON, "Jo Li"]}), "", ["Ada Byrne", "Jo Li"], "JSON-LD author"),
        (data({"@type": "Article", "author": {"@id": "#1"}}, PERSON), "", ["Ada Byrne"], "JSON-LD author"),
        (data({"@type": "Article", "author": DESK}), BY, ["Ada Byrne"], "printed below the title"),
        (
            meta("author", "Gazette") + meta("author", "https://x.example/"),
            BY,
            ["Ada Byrne"],
            "printed below the title",
        ),
        (meta("dc.creator", "Ada Byrne"), "", ["Ada Byrne"], "meta dc.creator"),
        (
            "",
            f'<i itemprop="author">{meta("n", "x")}<b itemprop="name">Ada Byrne</b></i>',
            ["Ada Byrne"],
            "itemprop author",
        ),
        ("", "<p>Posted by Ada Byrne on March 4</p>", ["Ada Byrne"], "printed as the name of the poster"),
        (meta("author", "admin"), "", [], None),
    ],
)
def test_authors(reading: Reading, head: str, above: str, authors: list[str], place: str | None) -> None:
    article = only_article(reading("a.html", page(head, f"<h1>Ferry sails</h1>{above}")))
    assert list(article.authors) == authors
    assert article.provenance.get("authors") == place


def test_of_several_articles_the_one_that_the_page_is_about(reading: Reading) -> None:
    other = {"@type": "NewsArticle", "headline": "Swans block tram", "datePublished": "2001-01-01"}
    own = {"@type": ["NewsArticle"], "headline": "Ferry sails", "datePublished": "2019-03-04", "license": "CC0-1.0"}
    article = only_article(reading("a.html", page(data([other, own]))))
    assert (article.published.on, article.rights) == ("2019-03-04", "CC0-1.0")


def test_a_report_that_is_in_the_data_only(reading: Reading) -> None:
    body = data({"@type": "NewsArticle", "headline": "Ferry", "articleBody": " ".join(PARAGRAPHS)})
    article = only_article(reading("a.html", page(body, text="<p>Please enable scripts.</p>")))
    assert (article.text, article.provenance["text"]) == (" ".join(PARAGRAPHS), "JSON-LD articleBody")


def test_broken_and_unusual_json_ld_is_skipped(reading: Reading) -> None:
    blocks = (
        '<script type="application/ld+json">{"@type": </script>'
        f'<script type="application/ld+json">{"[" * 100_000}</script>'
        '<script type="application/ld+json"><!-- {"@type": "NewsArticle", "headline": "Ferry"} --></script>'
    )
    strange = data(
        7,
        "x",
        [[[{"@type": 7}]]],
        {"@type": "WebSite", "name": ["Gazette"]},
        {"@type": "Article", "headline": {"@value": 7}},
    )
    assert only_article(reading("a.html", page(blocks + strange))).title == "Ferry"
    deep: object = {"@type": "Article", "headline": "Deep"}
    for _ in range(30):
        deep = {"a": deep}
    assert only_article(reading("a.html", page(data(deep)))).title == "Ferry sails"


def test_linked_data_of_an_empty_page_says_nothing() -> None:
    from seed.readers.html_markup.tree import parse_html  # noqa: PLC0415 - only here

    said = parse_linked_data(parse_html("<p>x"), ())
    assert (said.author_names(), said.publisher(), said.url(), said.text("headline")) == ([], None, None, None)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="Canonical" href="https://g.example/1">', "https://g.example/1"),
        ('<base href="https://g.example/a/"><link rel="canonical" href="../1">', "https://g.example/1"),
        ('<link rel="canonical" href="https://g.example/"><meta property="og:url" content="https://g.example/1">', "https://g.example/1"),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical" href="http://[">', None),
        (data({"@type": "Article", "mainEntityOfPage": {"@id": "https://g.example/1"}}), "https://g.example/1"),
        ("<!-- saved from url=(0019)https://g.example/1 -->", "https://g.example/1"),
    ],
)  # fmt: skip
def test_addresses(reading: Reading, head: str, url: str | None) -> None:
    assert only_article(reading("a.html", page(head))).url == url


def test_a_page_that_was_fetched_knows_its_address() -> None:
    context = ReaderContext({}, load_sources(), (), base="https://www.rferl.org/a/1.html")
    article = page_article(Origin("a"), page('<link rel="canonical" href="2.html">'), context)
    assert (article.url, article.source) == ("https://www.rferl.org/a/2.html", "rferl")
    assert page_article(Origin("a"), page(), context).provenance["url"] == "the URL it was fetched from"


def test_a_page_without_a_site_is_of_the_user_s_source(reading: Reading) -> None:
    bare = page().replace('property="og:site_name"', "").replace(" - Gazette", "")
    assert only_reason(reading("a.html", bare)).startswith("source is None")
    assert only_article(reading("a.html", bare, source="Gazette")).source == "Gazette"


@pytest.mark.parametrize(
    ("encoding", "declared", "notes"),
    [
        ("utf-8", "utf-8", ()),
        ("utf-8", "iso-8859-1", ("the page declares iso-8859-1, but is UTF-8",)),
        ("windows-1251", "windows-1251", ()),
        ("koi8-r", "koi8-r", ()),
        ("utf-16", "utf-8", ()),
    ],
)
def test_encodings(reading: Reading, encoding: str, declared: str, notes: tuple[str, ...]) -> None:
    text = page(above="<h1>Паром вышел</h1>", lang="ru").replace("\u202f", " ").replace("utf-8", declared)
    article = only_article(reading("a.html", text.encode(encoding, "replace")))
    assert (article.title, article.notes) == ("Паром вышел", notes)


def test_bytes_that_are_of_no_encoding(reading: Reading) -> None:
    western = page().replace("\u202f", " ").encode("cp1252")
    assert only_reason(reading("a.html", western)).startswith("the page is not UTF-8 and declares no other encoding")
    assert "“I was" in only_article(reading("a.html", western.replace(b"utf-8", b"latin-1"))).text
    undefined = western.replace(b"utf-8", b"latin-1").replace(b"ferry", b"f\x81rry")
    assert "f\x81rry" in only_article(reading("a.html", undefined)).text or "frry" in str(reading("a.html", undefined))
    assert only_reason(reading("a.html", western.replace(b"utf-8", b"klingon"))).startswith(
        "the page declares 'klingon'"
    )
    article = only_article(
        reading("a.html", page().replace("company", "é" * 40 + "\xff").encode().replace("ÿ".encode(), b"\xff"))
    )
    assert article.notes == ("1 bytes are not UTF-8", "text has U+FFFD: characters were lost before it was loaded")
    spoilt = (
        page(above="<h1>Паром вышел</h1>").replace("utf-8", "shift_jis").encode("shift_jis", "ignore") + b"\xfd\xff"
    )
    assert (
        only_article(reading("a.html", spoilt))
        .notes[0]
        .endswith("bytes are not valid shift_jis, the encoding that the page declares")
    )


@pytest.mark.parametrize("control", ["\x01", "\x0b", "&#11;", "&#x1;", "\ufffe"])
def test_control_characters_are_left_out_with_a_note_unless_they_are_spaces(reading: Reading, control: str) -> None:
    text = f"{TEXT}<p>It{control}sails. {PARAGRAPHS[0]}</p>"
    article = only_article(reading("a.html", page(text=text)))
    assert "It sails." in article.text
    is_space = control in {"\x0b", "&#11;"}
    assert ("control characters were left out of the text" in article.notes) != is_space


def test_a_word_for_by_on_a_line_of_its_own_is_no_text(reading: Reading) -> None:
    above = '<h1>Ferry sails</h1><div class="by">Από την <b class="author">Ελένη Μαυρίδου</b></div>'
    article = only_article(reading("a.html", page(above=above, lang="el")))
    assert (article.authors, article.text) == (("Ελένη Μαυρίδου",), "\n\n".join(PARAGRAPHS))


@pytest.mark.parametrize(
    ("head", "above", "authors", "agency"),
    [
        (meta("author", "ANI"), "<h1>Ferry sails</h1>", (), "ANI"),
        (data({"@type": "Article", "author": {"@type": "Organization", "name": "ANI"}}), BY, ("Ada Byrne",), "ANI"),
        (meta("author", "Ada Byrne | Jo Li, Reporter"), "<h1>Ferry sails</h1>", ("Ada Byrne", "Jo Li"), None),
        (meta("author", "ANI"), f"<h1>Ferry sails</h1>{BY}", ("Ada Byrne",), "ANI"),
        ("", "<h1>Ferry sails</h1><p>Berlin (dpa) - 4. März 2019</p>", (), "dpa"),
        (meta("author", "Gazette"), "<h1>Ferry sails</h1><p>By Gazette</p>", (), None),
        (meta("author", "Ada Byrne, Reuters"), "<h1>Ferry sails</h1>", ("Ada Byrne",), "Reuters"),
    ],
)
def test_an_agency_on_a_page_is_a_detail(
    reading: Reading, head: str, above: str, authors: tuple[str, ...], agency: str | None
) -> None:
    article = only_article(reading("a.html", page(head, above)))
    assert (article.authors, article.details.get("agency")) == (authors, agency)


def test_the_day_of_an_event_is_none_of_a_page(reading: Reading) -> None:
    article = only_article(reading("a.html", page(above="<h1>Ferry sails</h1><p>Sula Hall, 12 June 2025</p>")))
    assert article.published.on is None
    assert article.missing["published"] == "'Sula Hall, 12 June 2025' may be the place and day of an event"


def test_scripts_are_dropped_and_a_note_says_so(reading: Reading) -> None:
    hostile = (
        '<script>alert("one")</script><p onclick="alert(2)">Text <img src=x onerror="alert(3)"> of it.</p>'
        '<iframe src="javascript:alert(4)">alert(5)</iframe><style>p{background:url(alert6)}</style>'
        "<noscript>alert(7)</noscript>"
    )
    article = only_article(reading("a.html", page(text=TEXT + hostile + TEXT)))
    assert "alert" not in article.text + article.title
    assert article.notes == ("scripts and embedded objects were dropped; only text is kept",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file is empty"),
        (" ", "the file is empty"),
        (" " * 70_000, "the page cannot be parsed"),
        ("<html></html>", "title is None"),
        ("<p>a</p>" * MAX_PAGE_TAGS, "the page has too many tags"),
        ("<div>" * (MAX_ELEMENT_DEPTH + 9) + TEXT, "the page is nested too deeply"),
        ("x" * (MAX_RECORD_BYTES + 1), "the file is too long"),
        (page(text=""), "text is None"),
    ],
)
def test_what_is_no_page_or_too_much_is_refused(reading: Reading, content: str, reason: str) -> None:
    assert only_reason(reading("a.html", content, format="html")).startswith(reason)


@pytest.mark.parametrize("text", ["<p>a</p>" * 1_000_000, "<p " + "a=1 " * 5 * MAX_PAGE_TAGS + "=>"])
def test_a_page_of_millions_of_tags_or_attributes_is_refused(text: str) -> None:
    (refusal,) = read_page(page(text=text).encode(), "a.html", ReaderContext({}, load_sources(), ()))
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("the page has too many tags")


@pytest.mark.unmeasured
def test_uncommon_pages_are_read_in_a_process_of_their_own(reading: Reading) -> None:
    for padding in (
        "<!--" + " " * 1_500_000 + "-->",
        "<i></i>" * 6_000,
        "&lt;" * 10_001,
        f'<img src="data:{"x" * 20_001}">',
    ):
        content = page(text=TEXT + padding)
        assert not is_ordinary(content.encode())
    assert only_article(reading("a.html", content)).text == "\n\n".join(PARAGRAPHS)
    assert is_ordinary(page().encode())


def test_a_time_in_another_zone_is_another_time(reading: Reading) -> None:
    """If the markup calls UTC what the page calls Eastern, the markup counts, and nothing is combined."""
    printed = "<h1>Ferry sails</h1><p>March 4, 2019 6:30pm EST</p>"
    article = only_article(reading("a.html", page(meta("date", "2019-03-04T18:30:00Z"), printed)))
    assert article.published == Published("2019-03-04", 1_551_724_200, 66_600, Precision.MINUTE, "UTC", Basis.METADATA)
    assert article.provenance["published"] == "meta date"
    assert article.notes == ("the page prints a different time of day than meta date; the latter is used",)


@pytest.mark.parametrize("sign", [html_page.matches, feed.matches, markdown.matches])
def test_format_detection_is_fast(sign: Callable[[str, str], bool]) -> None:
    """A backtracking pattern could divide each of these in astronomically many ways."""
    assert not any(
        sign(text, ".x") for text in ("<!---->" * 300 + "z", "---\r\n" + "#\r\n" * 300 + "!", "<?xml?>" * 300)
    )
    assert html_page.matches("<?xml version='1.0'?>\n<!-- a --> <!--b-->\n<html>", ".x")
    assert feed.matches("<?xml version='1.0'?><?xml-stylesheet href='a'?><!-- a --><!doctype rss><rss>", ".x")


def test_a_repeated_site_name_is_removed_from_the_title() -> None:
    assert strip_site_name("Gazette | " * 150 + "Ferry sails - Gazette", ("Gazette",)) == "Ferry sails"
    long = "Gazette | " * 5_000
    assert strip_site_name(long, ("Gazette",)) == long.strip()


def test_spaces_behind_a_block_of_data_take_no_time(reading: Reading) -> None:
    block = '<script type="application/ld+json">{}-->' + " " * 400_000 + "x</script>"
    assert only_article(reading("a.html", page(block))).title == "Ferry sails"


def boom(*_: object, **__: object) -> NoReturn:
    """Raise RuntimeError."""
    raise AttributeError("a page that nobody thought of")


def test_errors_of_libraries_leave_fields_empty(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.html_markup.main_text.bare_extraction", boom)
    assert only_reason(reading("a.html", page())).startswith("text is None")


@pytest.mark.parametrize(
    "name",
    [
        "seed.readers.formats.html_page.publication_date",
        "seed.readers.html_markup.main_text.bare_extraction",
        "feedparser.parse",
    ],
)
def test_running_out_of_memory_is_reported(reading: Reading, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A page is not read as having no date or text, because the process ends there."""

    def full(*_: object, **__: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(name, full)
    file = ("a.rss", "<rss><channel><item><title>a</title></item></channel></rss>")
    with pytest.raises(MemoryError):
        reading(*(file if name.startswith("feed") else ("a.html", page())))


def test_an_outlet_is_known_by_the_name_of_its_site(reading: Reading) -> None:
    article = only_article(reading("a.html", page().replace('content="Gazette"', 'content="Radio Liberty"')))
    assert (article.source, article.provenance["source"]) == ("rferl", "meta og:site_name")


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Ferry sails | Gazette", "Gazette"),
        ("Gazette - Ferry sails", "Gazette"),
        ("Ferry sails", None),
        ("Ferry", None),
    ],
)
def test_a_site_may_be_named_next_to_the_heading(reading: Reading, title: str, source: str | None) -> None:
    bare = page().replace('property="og:site_name"', "").replace("Ferry sails - Gazette", title)
    (item,) = reading("a.html", bare)
    assert (item.source if isinstance(item, RawArticle) else None) == source


def test_a_comment_before_the_page_says_where_it_was_saved_from(reading: Reading) -> None:
    for comment in ("<!-- saved from url=(0019)https://g.example/1 -->", "<!-- nothing -->"):
        article = only_article(reading("a.html", page().replace("<html", f"{comment}<html")))
        assert article.url == ("https://g.example/1" if "saved" in comment else None)


def test_microdata_and_classes_date_a_page(reading: Reading) -> None:
    for above in (
        '<i itemprop="datePublished">x</i><i itemprop="datePublished" content="2019-03-04">x</i>',
        '<abbr class="published" title="2019-03-04">x</abbr>',
        '<time datetime="2019-03-04" pubdate>x</time>',
        '<p><time datetime="2019-03-04">x</time></p>',
    ):
        assert only_article(reading("a.html", page(above=f"<h1>Ferry sails</h1>{above}"))).published.on == "2019-03-04"


def test_lists_tables_and_what_stands_between_keep_their_order(reading: Reading) -> None:
    text = (
        f"{TEXT}<ul><li>One item of the list</li><li>Another item of it</li></ul>"
        "<table><tr><th>Port</th><th>Days</th></tr><tr><td>Tarn</td><td>Nine</td></tr></table>"
        f"<blockquote>They said<p>that it was over</p>and went home.</blockquote>{TEXT.replace('Monday', 'Tuesday')}"
    )
    rows = only_article(reading("a.html", page(text=text))).text.split("\n")
    for row in ("One item of the list", "Another item of it", "Port | Days", "Tarn | Nine", "and went home."):
        assert row in rows, rows


def test_data_of_strange_kinds(reading: Reading) -> None:
    strange = {
        "@type": "Article",
        "headline": {"@value": "Ferry"},
        "author": [7, {"@type": "Person"}],
        "publisher": [7, {"name": None}],
        "license": "<i>" * 300 + "x",
    }
    article = only_article(reading("a.html", page(data(strange))))
    assert (article.title, article.authors, article.rights) == ("Ferry", (), None)


def test_an_overlong_json_ld_block_is_skipped() -> None:
    long = data({"@type": "Article", "headline": "x" * 2_000_001})
    assert page_article(Origin("a"), page(long), ReaderContext({}, load_sources(), ())).title == "Ferry sails"


def test_a_language_that_is_none_is_said(reading: Reading) -> None:
    article = only_article(reading("a.html", page(lang="a language")))
    assert article.language is None
    assert article.missing["language"].startswith("html lang: language is 'a language': expected a BCP 47")
    assert only_article(reading("a.html", page(meta("og:locale", "pt_BR"), lang=""))).language == "pt-BR"


def test_paragraphs_that_line_breaks_divide_keep_their_elements(reading: Reading) -> None:
    first, second, third = PARAGRAPHS
    text = f"<div>{first}<br><br>{second} <b>She</b> paid <i>twice</i>.<br><br>{third}</div>"
    article = only_article(reading("a.html", page(text=text)))
    assert article.text.split("\n\n") == [first, f"{second} She paid twice.", third]


def test_a_line_break_stays_one(reading: Reading) -> None:
    article = only_article(reading("a.html", page(text=f"{TEXT}<p>The first line of a poem,<br>the second of it.</p>")))
    assert article.text.endswith("The first line of a poem,\nthe second of it.")


def test_an_updated_time_dates_nothing(reading: Reading) -> None:
    for above in (
        '<p>Updated: <time datetime="2020-01-01">x</time></p>',
        '<aside><time datetime="2020-01-01">x</time></aside>',
        "<div><time>x</time></div>",
        '<div><time datetime="soon">x</time></div>',
    ):
        assert only_article(reading("a.html", page(above=f"<h1>Ferry sails</h1>{above}"))).published == Published()


def test_a_title_keeps_its_update_in_brackets(reading: Reading) -> None:
    above = "<h1>Ferry sails [Update: Pier Open]</h1><p>Published on August 27, 2018 10:05 am PDT by Ada Byrne</p>"
    article = only_article(reading("a.html", page(above=above)))
    assert (article.title, article.authors) == ("Ferry sails [Update: Pier Open]", ("Ada Byrne",))
    assert (article.published.on, article.published.zone) == ("2018-08-27", "PDT")


def test_related_stories_with_ages_have_no_authors_here(reading: Reading) -> None:
    related = "<aside><h3>Related</h3><p>Tide turns, 2 hours ago by Jo Li</p><p>Pier opens, 3 days ago</p></aside>"
    article = only_article(reading("a.html", page(meta("author", "Ada Byrne"), text=TEXT + related)))
    assert (article.authors, article.published.on) == (("Ada Byrne",), None)
    assert "ago" not in article.text


@pytest.mark.parametrize(
    ("header", "authors", "reason"),
    [
        ("<p>New York, March 4, 2019</p>", (), "'New York', next to the date, could be a name or a place"),
        (
            '<p class="byline">Norland Harbour, March 4, 2019</p>',
            (),
            "'Norland Harbour', next to the date, could be a name or a place",
        ),
        ('<p class="byline">New York</p><p>March 4, 2019</p>', (), "the page names no author"),
        ('<p class="byline"><span class="author">Ada Byrne</span>, March 4, 2019</p>', ("Ada Byrne",), None),
        ('<p>New York, March 4, 2019</p><a rel="author">Ada Byrne</a>', ("Ada Byrne",), None),
    ],
)
def test_a_place_before_the_date_is_no_author(
    reading: Reading, header: str, authors: tuple[str, ...], reason: str | None
) -> None:
    page = f"<title>Ferry</title><h1>Ferry resumes</h1>{header}<p>{'The ferry sailed again. ' * 20}</p>"
    article = only_article(reading("a.html", page, source="Gazette"))
    assert (article.authors, article.missing.get("authors"), article.published.on) == (authors, reason, "2019-03-04")


@pytest.mark.parametrize("name", ["a.html", "a.txt"])
def test_a_wrong_weekday_is_the_reason_for_no_date(reading: Reading, name: str) -> None:
    rows = ["Ferry resumes", "Tuesday, March 4, 2019", "The ferry sailed again. " * 20]
    content = "\n".join(rows) if name == "a.txt" else "<h1>{}</h1><p>{}</p><p>{}</p>".format(*rows)
    article = only_article(reading(name, content, source="G"))
    assert article.published == Published()
    assert article.missing["published"] == "the weekday does not fit the day in 'Tuesday, March 4, 2019'"


LIVE_TIMES = ("18:40", "18:05", "17:30", "16:55", "16:00")


@pytest.mark.parametrize("times", [LIVE_TIMES, LIVE_TIMES[::-1]], ids=["newest first", "oldest first"])
@pytest.mark.parametrize("is_in_page", [True, False])
def test_the_updates_of_a_live_blog_are_all_read_in_their_order(
    reading: Reading, times: tuple[str, ...], *, is_in_page: bool
) -> None:
    bodies = {
        time: f"At {time} the harbour office counted the boats again and wrote their names down." for time in times
    }
    updates = [
        {"@type": "BlogPosting", "datePublished": f"2019-03-04T{time}:00Z", "articleBody": body}
        for time, body in bodies.items()
    ]
    blog = {
        "@type": "LiveBlogPosting",
        "headline": "Storm closes the harbour",
        "datePublished": "2019-03-04T15:50:00Z",
        "liveBlogUpdate": updates,
    }
    posts = "".join(f"<article><time>{time}</time><p>{body}</p></article>" for time, body in bodies.items())
    content = f"<html><head><script type='application/ld+json'>{json.dumps(blog)}</script></head><body><main>" + (
        f"<h1>Storm closes the harbour</h1>{posts if is_in_page else ''}</main></body></html>"
    )
    article = only_article(reading("a.html", content, source="G"))
    places = [article.text.find(body) for body in bodies.values()]
    assert -1 not in places, article.text
    assert places == sorted(places)
    assert article.published.at == 1_551_714_600
