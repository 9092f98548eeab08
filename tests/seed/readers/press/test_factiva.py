"""Factiva: rows with and without codes, summaries, pages; the files in `archives/factiva` show whole exports."""

import pytest

from seed.readers.press import factiva, factiva_rows
from seed.readers.press.factiva_header import UNCLEAR, split_header
from seed.records import Origin, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.mutations import context
from tests.seed.readers.only import only_article, only_reason

DOCUMENT = "Document HARGAZ0020190304ef33"
HEADER = ("352 words", "4 March 2019", "Harbour Gazette", "HARGAZ", "English", "(c) 2019 Quay Press")


def export(*lines: str, above: tuple[str, ...] = ("Ferry sails",), header: tuple[str, ...] = HEADER) -> str:
    """Return an article without codes."""
    return "\n".join((*above, *header, *(lines or ("It sails.",)), DOCUMENT, ""))


@pytest.mark.parametrize(
    ("above", "section", "authors"),
    [
        (("Ferry sails",), None, ()),
        (("Ferry sails", "By Ada Byrne"), None, ("Ada Byrne",)),
        (("News", "Ferry sails"), "News", ()),
        (("News", "Ferry sails", "Ada Byrne"), "News", ("Ada Byrne",)),
        (("Ferry, 4 March 2019, 352 words, (English)", "Ferry sails"), None, ()),
    ],
)
def test_section_and_author_are_around_the_headline(
    reading: Reading, above: tuple[str, ...], section: str | None, authors: tuple[str, ...]
) -> None:
    article = only_article(reading("a.txt", export(above=above)))
    assert (article.title, article.authors) == ("Ferry sails", authors)
    assert article.details.get("section") == section


@pytest.mark.parametrize(
    ("header", "details"),
    [
        (("4 March 2019", "Harbour Gazette", "HARGAZ", "English", "(c) 2019"), {}),
        ((*HEADER[:4], "A1", *HEADER[4:]), {"page": "A1"}),
        ((*HEADER[:4], "Late", *HEADER[4:]), {"edition": "Late"}),
        ((*HEADER[:4], "51", "38", *HEADER[4:]), {"edition": "51", "page": "38"}),
        ((*HEADER[:4], "38", HEADER[5]), {"page": "38"}),
        (HEADER[:4], {}),
        ((*HEADER[:5], "All rights reserved, Quay Press"), {}),
    ],
)
def test_the_header_is_no_text(reading: Reading, header: tuple[str, ...], details: dict[str, str]) -> None:
    article = only_article(reading("a.txt", export(header=header)))
    assert (article.text, article.source, article.published.on) == ("It sails.", "Harbour Gazette", "2019-03-04")
    assert {name: value for name, value in article.details.items() if name != "length"} == details


def test_a_time_and_an_author_between_words_and_outlet_are_read(reading: Reading) -> None:
    header = ("352 words", "4 March 2019", "18:30 GMT", "Ada Byrne", *HEADER[2:])
    article = only_article(reading("a.txt", export(header=header)))
    assert (article.published.zone, article.authors) == ("GMT", ("Ada Byrne",))


def test_an_agency_is_no_author(reading: Reading) -> None:
    article = only_article(reading("a.txt", export(above=("News", "Ferry sails", "By Ada Byrne; Norland News Agency"))))
    assert (article.authors, article.details["agency"]) == (("Ada Byrne",), "Norland News Agency")


@pytest.mark.parametrize(
    ("byline", "authors", "note"),
    [
        ("By a Gazette Reporter", (), ""),
        ("By Ada Byrne; Jo Li wrote more", ("Ada Byrne",), "left out of the byline"),
        ("By Harbour Gazette", (), ""),
    ],
)
def test_what_is_no_name_is_no_author(reading: Reading, byline: str, authors: tuple[str, ...], note: str) -> None:
    article = only_article(reading("a.txt", export(above=("News", "Ferry sails", byline))))
    assert article.authors == authors
    assert any(note in each for each in article.notes)


@pytest.mark.parametrize("lines", [("It sails.",), ("It sails.",) * 20])
def test_a_header_without_an_end_is_refused(reading: Reading, lines: tuple[str, ...]) -> None:
    text = export(*lines, header=("352 words", "4 March 2019", "Harbour Gazette"))
    assert only_reason(reading("a.txt", text)).startswith(
        "the article 'Ferry sails': below its day is neither the code of the outlet nor a language"
    )


@pytest.mark.parametrize(
    ("rows", "fields"),
    [
        (("Gazette",), {"SN": "Gazette"}),
        (("By Ada Byrne", "Gazette"), {"BY": "By Ada Byrne", "SN": "Gazette"}),
        (("Ada Byrne", "Quay Week"), {"BY": "Ada Byrne", "SN": "Quay Week"}),
        (("Harbour Gazette", "Late"), {"SN": "Harbour Gazette", "ED": "Late"}),
        (("Gazette", "GAZ", "A1"), {"SN": "Gazette", "PG": "A1"}),
        (("By Ada Byrne",), {"BY": "By Ada Byrne"}),
        (("Sula Week", "Norland Week"), {UNCLEAR: "Norland Week"}),
        ((), {}),
    ],
)
def test_without_its_code_the_outlet_is_told_by_its_place(rows: tuple[str, ...], fields: dict[str, str]) -> None:
    header, text = split_header(["4 March 2019", *rows, "English", "(c) 2019 Quay Press"], "QUAY000020190304ef33")
    assert dict(header) == {"PD": "4 March 2019", **fields, "LA": "English", "CY": "(c) 2019 Quay Press"}
    assert text == []


def test_an_outlet_that_is_not_certain_is_asked_for(reading: Reading) -> None:
    text = export(header=(*HEADER[:2], "Sula Week", "Norland Week", *HEADER[4:]))
    reason = only_reason(reading("a.txt", text))
    assert reason.startswith("source is None: expected --source, or a manifest, for 'Ferry sails'; ")
    assert reason.endswith("one of 'Sula Week; Norland Week' may be it")
    assert only_article(reading("b.txt", text, source="Week")).text == "It sails."


@pytest.mark.parametrize(
    ("rows", "authors"),
    [(("4 March 2019", "By Ada Byrne", "HARGAZ"), ("Ada Byrne",)), (("4 March 2019", "HARGAZ"), ())],
)
def test_a_day_or_an_author_is_no_outlet(reading: Reading, rows: tuple[str, ...], authors: tuple[str, ...]) -> None:
    text = export(header=("352 words", *rows, *HEADER[4:]))
    assert "expected --source" in only_reason(reading("a.txt", text))
    article = only_article(reading("b.txt", text, source="Gazette"))
    assert (article.published.on, article.authors, article.text) == ("2019-03-04", authors, "It sails.")


def test_a_notice_shows_which_row_above_the_code_is_the_outlet() -> None:
    rows = ["4 March 2019", "Harbour Gazette", "Online", "HARGAZ", "English", "(c) 2019 Harbour Gazette"]
    header, _ = split_header(rows, "HARGAZ0020190304ef33")
    assert (dict(header)["SN"], dict(header)["ED"]) == ("Harbour Gazette", "Online")


def test_a_code_may_be_one_letter(reading: Reading) -> None:
    text = export(header=("352 words", "4 March 2019", "The Quay Journal", "J", "A1", "English")).replace(
        "HARGAZ", "J0000"
    )
    article = only_article(reading("a.txt", text))
    assert (article.source, article.details["page"], article.text) == ("The Quay Journal", "A1", "It sails.")


@pytest.mark.parametrize("last", ["(c) 2019 Quay Press", "352 words"])
def test_a_notice_of_copyright_is_no_outlet(last: str) -> None:
    header, _ = split_header(["4 March 2019", last], "", is_whole=True)
    assert "SN" not in dict(header)


def test_articles_without_a_number_between_them_are_not_one(reading: Reading) -> None:
    reason = only_reason(reading("a.txt", export("It sails.", "Bread", *HEADER, "No bread.")))
    assert reason == "'Ferry sails' begins several articles: expected the number of a document below each"
    own = ("4 March 2019", "Harbour Gazette", "HARGAZ", "English")
    other = ("352 words", "4 March 2019", "Quay", "QUAYCO", "English")
    assert "several articles" in only_reason(reading("b.txt", export("It sails.", *own, "No bread.", header=other)))


def test_an_article_above_a_summary_is_not_lost_without_its_number(reading: Reading) -> None:
    lines = export().replace(DOCUMENT, "Search Summary\nDate\n18 March 2020")
    first, last = reading("a.txt", export() + lines)
    assert isinstance(first, RawArticle)
    assert isinstance(last, RawArticle)
    assert last.text == "It sails."


@pytest.mark.parametrize(
    "rows", [(*HEADER[:2], "Pier", "PIER"), HEADER[:1], ("352 words", "Bread"), (*HEADER[:3], HEADER[4])]
)
def test_rows_like_those_of_a_header_may_be_in_a_text(reading: Reading, rows: tuple[str, ...]) -> None:
    assert only_article(reading("a.txt", export("It sails.", *rows))).text == "\n\n".join(("It sails.", *rows))


def test_exports_that_follow_one_another_are_read_with_their_summaries(reading: Reading) -> None:
    summary = "Search Summary\nText\tferry\nResults Found\n3\nTimestamp\t4 March 2020 10:15\n"
    first, second = reading("a.txt", (export() + summary) * 2)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert second.title == "Ferry sails"
    assert second.notes[-1] == "the search found 6 articles, and the file has 2"


def test_text_without_a_headline_is_refused_by_its_first_words(reading: Reading) -> None:
    found = reading("a.txt", f"{export()}Something else.\n{DOCUMENT}\nAnd more.\n")
    assert [type(item) for item in found] == [RawArticle, Refusal, Refusal]
    assert isinstance(found[1], Refusal)
    assert found[1].reason.startswith("'Something else.' begins no article of Factiva")


def test_codes_in_lines_are_read(reading: Reading) -> None:
    rows = ("HD\tFerry sails", "BY", "Ada Byrne", "WC\t2 words", "PD\t4 March 2019", "SN\tGazette", "LP\tIt sails.")
    text = "\n".join(
        ("Factiva", *rows, "TD\tAgain.", "And again.", "ART\tA photo", "HD\tPier", "SN\tGazette", "LP\tIt rises.")
    )
    first, second = reading("a.txt", text)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.text, first.authors) == ("It sails.\n\nAgain.\n\nAnd again.", ("Ada Byrne",))
    assert "left out: captions" in first.notes
    assert (second.title, second.published.on) == ("Pier", None)


def test_codes_may_be_there_without_those_of_the_outlet(reading: Reading) -> None:
    text = f"HD\tFerry sails\nWC\t2 words\nPD\t4 March 2019\nLP\tIt sails.\nAN\t{DOCUMENT}\n"
    assert "expected --source, or a manifest, for 'Ferry sails'" in only_reason(reading("a.txt", text))
    article = only_article(reading("b.txt", text, source="Gazette"))
    assert (article.source, article.published.on, article.text) == ("Gazette", "2019-03-04", "It sails.")


def test_an_article_of_too_many_lines_costs_itself_only(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factiva_rows, "MAX_RECORD_LINES", 1_000)
    found = reading("a.txt", export("a\n" * 1_000) + export())
    assert [type(item) for item in found] == [Refusal, RawArticle]
    coded = "HD\tFerry\nWC\t2\nPD\t2019\nSN\tG\nLP\t" + "a\n" * 1_000
    assert "too long" in only_reason(reading("b.txt", coded))


def test_the_publisher_below_a_text_is_no_text(reading: Reading) -> None:
    for last, text in (("Quay Press", "It sails."), ("Quay Press!", "It sails.\n\nQuay Press!")):
        assert only_article(reading("a.txt", export("It sails.", last))).text == text


def test_nothing_is_no_article() -> None:
    assert list(factiva.read([], Origin("a.txt"), context())) == []


CODED = (
    '<html><div class="article enArticle"><table><tr><td>HD</td><td>{0}</td></tr><tr><td>note</td><td>1</td></tr>'
    "<tr><td>SN</td><td>G</td></tr><tr><td>LP</td><td>It sails.</td></tr><tr><td>AN</td><td>{1}</td></tr></table>"
)


def test_several_articles_with_codes_in_one_element_are_several(reading: Reading) -> None:
    page = CODED.format("Ferry", DOCUMENT) + CODED.format("Pier", "").partition("Article")[2].partition(">")[2]
    first, second = reading("a.html", f"{page}</div></html>")
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.title, first.id, second.title, second.id) == ("Ferry", "HARGAZ0020190304ef33", "Pier", None)


PAGE = (
    '<html><div class="article enArticle"><span class="enHeadline">Ferry sails</span>'
    "<div>352 words</div><div>4 March 2019</div><div>Gazette</div><div>GAZE</div><div>English</div>{}</div></html>"
)


def test_a_page_may_have_texts_in_other_elements(reading: Reading) -> None:
    article = only_article(reading("a.html", PAGE.format("<p>It sails.</p><p>Document GAZE000020190304ef33</p>")))
    assert (article.text, article.id) == ("It sails.", "GAZE000020190304ef33")


BLOCKS = (
    '<div id="hd"><span class="enHeadline">{}</span></div><div>352 words</div><div>4 March 2019</div><div>Gazette</div>'
    '<div>English</div><p class="articleParagraph">{}</p>'
)


def test_articles_in_one_element_are_told_apart_by_their_headlines(reading: Reading) -> None:
    blocks = BLOCKS.format("Ferry", "It sails.") + BLOCKS.format("Pier", "It rises.")
    found = reading("a.html", f'<html><div class="article enArticle">{blocks}<p>{DOCUMENT}</p></div></html>')
    read = [(item.title, item.text) for item in found if isinstance(item, RawArticle)]
    assert read == [("Ferry", "It sails."), ("Pier", "It rises.")]


def test_an_article_outside_of_its_element_is_not_lost(reading: Reading) -> None:
    page = PAGE.format('<p class="articleParagraph">It sails.</p><p>Document GAZE000020190304ef33</p>')
    lost = BLOCKS.format("Pier", "It rises.").replace("<div id", "<div>Read</div><div>News</div><div id")
    first, second = reading(
        "a.html",
        page.replace(
            "</html>", f"<div>Menu</div>{lost}<p>{DOCUMENT}</p><div>End</div><span class='enHeadline'>Next</span>"
        ),
    )
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (second.title, second.text, second.id) == ("Pier", "It rises.", "HARGAZ0020190304ef33")
    assert second.details == {"section": "News", "length": "352 words"}


def test_a_list_of_headlines_outside_of_articles_is_none(reading: Reading) -> None:
    page = PAGE.format('<p class="articleParagraph">It sails.</p><p>Document GAZE000020190304ef33</p>')
    rows = "<table><tr><td>HD</td><td>Pier rises</td></tr><tr><td>SN</td><td>Gazette</td></tr></table>"
    assert only_article(reading("a.html", page.replace("</html>", rows))).title == "Ferry sails"


@pytest.mark.parametrize("words", ["541 文字", "352 mots"])
def test_an_author_may_be_above_the_number_of_words(reading: Reading, words: str) -> None:
    blocks = BLOCKS.format("Ferry sails", "It sails.").replace("<div>352 words", f"<div>Ada Byrne</div><div>{words}")
    page = f'<html><div class="article enArticle">{blocks}<p>{DOCUMENT}</p></div></html>'
    article = only_article(reading("a.html", page))
    assert (article.authors, article.source, article.details) == (("Ada Byrne",), "Gazette", {"length": words})


def test_an_article_without_a_headline_is_named_by_its_text(reading: Reading) -> None:
    page = f'<html><p class="articleParagraph">It sails.</p><p>{DOCUMENT}</p></html>'
    assert only_reason(reading("a.html", page)) == "title is None: expected that of the text 'It sails.'"


def test_a_headline_without_its_mark_is_above_the_number_of_words(reading: Reading) -> None:
    blocks = (
        BLOCKS.format("", "It sails.").replace('<span class="enHeadline"></span>', "Ferry sails").replace('"hd"', '"h"')
    )
    article = only_article(
        reading("a.html", f'<html><div class="article enArticle">{blocks}<p>{DOCUMENT}</p></div></html>')
    )
    assert (article.title, article.text) == ("Ferry sails", "It sails.")


def test_a_page_without_the_end_of_its_header_is_refused(reading: Reading) -> None:
    page = PAGE.replace("<div>GAZE</div><div>English</div>", "").format(f"<p>It sails.</p><p>{DOCUMENT}</p>")
    assert only_reason(reading("a.html", page)).startswith("the article 'Ferry sails': below its day is neither")


def test_lines_around_the_text_are_captions_or_the_publisher(reading: Reading) -> None:
    text = '<p class="articleParagraph">It sails.</p>{}<p class="articleParagraph">Again.</p><p>A photo.</p>{}'
    page = PAGE.format(text.format("<h3>At noon</h3>", f"<p>The Gazette</p><p>{DOCUMENT}</p>"))
    article = only_article(reading("a.html", page))
    assert article.text == "It sails.\n\nAt noon\n\nAgain."
    assert "left out: captions" in article.notes


def test_the_id_of_an_element_is_that_of_its_article(reading: Reading) -> None:
    page = PAGE.format('<p class="articleParagraph">It sails.</p>').replace(
        "<div class", '<div id="article-G" class', 1
    )
    assert only_article(reading("a.html", page)).id is None
    page = page.replace("article-G", "article-GAZE000020190304ef33")
    assert only_article(reading("b.html", page)).id == "GAZE000020190304ef33"


def test_a_page_of_several_articles_has_no_title_of_its_own(reading: Reading) -> None:
    page = PAGE.format('<p class="articleParagraph">It sails.</p><p>Document GAZE000020190304ef33</p>')
    manifest = "file,title\na.html,Ferries\n"
    assert only_article(reading("a.html", page, manifest=manifest)).title == "Ferries"
    reason = only_reason(reading("a.html", page.replace("</html>", page), manifest=manifest))
    assert reason == "the page has 2 articles: expected no title that is set for it"


def test_a_page_of_an_outlet_is_no_export(reading: Reading) -> None:
    page = f'<html><title>Ferry</title><div class="myArticle "><h1>Ferry sails</h1>{"<p>It sails again.</p>" * 9}</div>'
    assert only_article(reading("a.html", page, source="Gazette")).source == "Gazette"
