"""Exports of Nexis in the forms that people have, besides those that are scored (`archives/nexis`)."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.readers.press import exports, nexis
from seed.records import RawArticle, ReadItem
from tests.seed.readers.conftest import Reading
from tests.seed.readers.documents.word_files import word_file
from tests.seed.readers.only import only_article, only_reason

CASES = Path(__file__).resolve().parent / "cases"
HEADER = ("Ferry sails", "The Daily Quay", "November 9, 2015 Monday")
ARTICLE = (*HEADER, "Length: 4 words", "Body", "It sails at noon.", "End of Document")
NUMBERED = "1 of 1 DOCUMENT\n\n{}\n\nFerry sails\n\nLENGTH: 4 words\n\n{}\n"


def document(*paragraphs: str) -> bytes:
    """Return a Word document with these paragraphs, whose line feeds are breaks."""
    runs = ("<w:br/>".join(f"<w:t>{line}</w:t>" for line in paragraph.split("\n")) for paragraph in paragraphs)
    return word_file("".join(f"<w:p><w:r>{run}</w:r></w:p>" for run in runs))


def articles(found: Sequence[ReadItem]) -> list[RawArticle]:
    """Return the articles that were read."""
    return [item for item in found if isinstance(item, RawArticle)]


@pytest.mark.parametrize("name", ["nexis.txt", "nexis-uni.docx", "nexis.rtf"])
def test_the_articles_of_real_forms_load(reading: Reading, name: str) -> None:
    found = reading(name, (CASES / name).read_bytes())
    expected = [
        ("Norland sends second ferry", "2015-11-09", ("Ada Byrne",)),
        ("Shops run out of bread", "2015-11-10", ("Jo Li",)),
    ]
    read = articles(found)
    assert read == found
    assert [(a.title.partition(",")[0], a.published.on, a.authors) for a in read] == expected[: len(read)]
    assert all("Load" not in a.text and "LOAD" not in a.text and "words" not in a.text for a in read)
    assert len(read) == (1 if name == "nexis.rtf" else 2)


def test_the_day_counts_where_the_weekday_does_not_fit(reading: Reading) -> None:
    article = articles(reading("nexis.txt", (CASES / "nexis.txt").read_bytes()))[1]
    assert article.published.on == "2015-11-10"
    assert article.notes == (
        "published: the weekday does not fit the day in 'November 10, 2015 Monday'; the day counts",
    )


@pytest.mark.parametrize(
    ("outlet", "source", "edition"),
    [
        ("The Daily Quay (London)", "The Daily Quay", "London"),
        ("The Daily Quay, International Edition", "The Daily Quay", "International Edition"),
        ("The Daily Quay Online Edition", "The Daily Quay", "Online Edition"),
        ("The Daily Quay", "The Daily Quay", None),
        ("The Daily Quay (London) - Final Edition", "The Daily Quay", "London; Final Edition"),
        ("RFE/RL", "RFE/RL", None),
    ],
)
def test_an_outlet_and_its_edition_are_apart(reading: Reading, outlet: str, source: str, edition: str | None) -> None:
    article = only_article(reading("a.docx", document("Ferry", outlet, *ARTICLE[2:])))
    assert (article.source, article.details.get("edition")) == (source, edition)


@pytest.mark.parametrize(
    ("line", "details", "authors"),
    [
        (None, {}, ()),
        ("First Edition", {"edition": "First Edition"}, ()),
        ("Édition nationale", {"edition": "Édition nationale"}, ()),
        ("By Ada Byrne", {}, ("Ada Byrne",)),
        ("Von Ada Byrne", {}, ("Ada Byrne",)),
        ("NEWS; Pg. 4", {"section": "NEWS", "page": "4"}, ()),
        ("Monday", {}, ()),
        ("“We forget nobody”", {}, ()),
        ("Will the minister go?", {}, ()),
        ("The minister says that the island will have bread.", {}, ()),
        ("The minister says that " + "the island will have bread and " * 3 + "tea", {}, ()),
        ("a b c d e f g h i j k l m n o", {}, ()),
    ],
)
def test_an_article_without_an_outlet_asks_for_it(
    reading: Reading, line: str | None, details: dict[str, str], authors: tuple[str, ...]
) -> None:
    content = document("Ferry sails", *([line] if line else []), *ARTICLE[2:])
    reason = only_reason(reading("a.docx", content))
    assert reason.startswith("source: the article 'Ferry sails")
    assert reason.endswith("has no line that names its outlet: expected --source, or a manifest")
    article = only_article(reading("b.docx", content, source="Quay"))
    assert (article.source, article.authors, article.published.on) == ("Quay", authors, "2015-11-09")
    assert article.details == {**details, "length": "4 words"}


def test_a_word_of_a_notice_in_a_headline_makes_no_outlet(reading: Reading) -> None:
    content = document("Quay sails", HEADER[2], "Copyright 2015 The Daily Quay", *ARTICLE[3:])
    assert "'Quay sails' has no line" in only_reason(reading("a.docx", content))


def test_a_headline_of_two_lines_is_no_outlet(reading: Reading) -> None:
    content = document("Ferry sails\nAt noon", *ARTICLE[2:])
    assert "'Ferry sails At noon' has no line" in only_reason(reading("a.docx", content))
    whole = only_article(reading("b.docx", document("Ferry sails\nQuay\n9 May 2015", *ARTICLE[3:])))
    assert (whole.title, whole.source) == ("Ferry sails", "Quay")


LINK = {"r1": "https://advance.lexis.com/api/document?id=urn:contentItem:5H2B-XX01-DXXX-1234-00000-00"}
LINKED = '<w:p><w:hyperlink r:id="r1"><w:r><w:t>{}</w:t></w:r></w:hyperlink></w:p>'


def linked(link: str, *paragraphs: str) -> bytes:
    """Return a Word document whose first paragraph is a link."""
    rows = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in paragraphs)
    return word_file(LINKED.format(link) + rows, links=LINK)


def test_the_line_with_the_link_is_the_headline(reading: Reading) -> None:
    assert "'Ferry sails' has no line" in only_reason(reading("a.docx", linked("Ferry sails", *ARTICLE[2:])))
    content = word_file(
        "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in ("News",))
        + LINKED.format("Ferry sails")
        + "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in ARTICLE[2:]),
        links=LINK,
    )
    assert "'News Ferry sails' has no line" in only_reason(reading("b.docx", content))
    article = only_article(reading("c.docx", linked("Ferry sails", "The Sun", *ARTICLE[2:])))
    assert (article.source, article.notes) == ("The Sun", ())


@pytest.mark.parametrize(
    ("above", "rights", "title", "source", "is_noted"),
    [
        (("Ferry sails", "The Sun (London)"), "Copyright 2015 Sun Press", "Ferry sails", "The Sun", False),
        (("Ferry sails", "The Sun (London)"), "Copyright 2015 Moon Press", "Ferry sails", "The Sun", True),
        (("The Daily Quay", "Ferry sails"), "Copyright 2015 The Daily Quay", "Ferry sails", "The Daily Quay", False),
        (("The Daily Quay",), "Copyright 2015 The Daily Quay Ltd", "It sails at noon.", "The Daily Quay", False),
        (("RFE/RL",), "Copyright 2015", "It sails at noon.", "RFE/RL", False),
    ],
)
def test_a_notice_of_copyright_shows_which_line_is_the_outlet(
    reading: Reading, above: tuple[str, ...], rights: str, title: str, source: str, *, is_noted: bool
) -> None:
    article = only_article(reading("a.docx", document(*above, HEADER[2], rights, *ARTICLE[3:])))
    assert (article.title, article.source) == (title, source)
    assert any(note.startswith("source: ") for note in article.notes) is is_noted


@pytest.mark.parametrize(
    ("top", "reason"),
    [
        ("9 May 2015", "the article 'Ferry sails' has no line"),
        ("First Edition\n\n9 May 2015", "the article 'Ferry sails' has no line"),
        ("9 May 2015\n\nFirst Edition", "the article 'Ferry sails' has no line"),
    ],
)
def test_a_numbered_article_without_an_outlet_asks_for_it(reading: Reading, top: str, reason: str) -> None:
    text = NUMBERED.format(top, "It sails.")
    assert reason in only_reason(reading("a.txt", text))
    article = only_article(reading("b.txt", text, source="Quay"))
    assert (article.title, article.published.on, article.text) == ("Ferry sails", "2015-05-09", "It sails.")


def test_a_line_above_a_date_alone_may_be_a_headline(reading: Reading) -> None:
    for top, wanted in (("Ferry sails\n\n9 May 2015", "'Ferry sails'"), ("Ferry sails", "'Ferry sails'")):
        text = f"1 of 1 DOCUMENT\n\n{top}\n\nLENGTH: 4 words\n\nIt sails.\n"
        assert f"the article {wanted} has no line" in only_reason(reading("a.txt", text))
    centered = f"1 of 1 DOCUMENT\n\n{'Quay':>40}\n\n{'9 May 2015':>40}\n\nLENGTH: 4 words\n\nIt sails.\n"
    assert only_article(reading("b.txt", centered)).source == "Quay"


@pytest.mark.parametrize(
    ("foot", "text", "notes"),
    [
        ("LANGUAGE: ENGLISH\n\nGRAPHIC: A.\n\nB.\n\nTYPE: News", "It sails.", ("left out: captions",)),
        ("GRAPHIC: A.\n\nB.\n\nTYPE: News", "It sails.\n\nGRAPHIC: A.\n\nB.", ()),
        ("GRAPHIC: A.\n\nPUBLICATION-TYPE: News", "It sails.", ("left out: captions",)),
        ("LANGUAGE: ENGLISH\n\nFISH-CODE: 9\n\nTYPE: News", "It sails.", ()),
        ("NOTE: A\n\nMARSH: No!\n\nLANGUAGE: ENGLISH", "It sails.\n\nNOTE: A\n\nMARSH: No!", ()),
        (
            "NOTE: The ferry of this report sails twice.\n\nLANGUAGE: ENGLISH",
            "It sails.",
            ("left out below the text: 'NOTE: The ferry of this report sails twice.'",),
        ),
        (
            "All rights reserved, she sang.\n\nCopyright 2015 Quay\n\nAll rights reserved by Quay",
            "It sails.\n\nAll rights reserved, she sang.",
            (),
        ),
        ("NAME: Tom\n\nLANGUAGE: ENGLISH", "It sails.", ("left out below the text: 'NAME: Tom'",)),
        ("Copyright 2015 Quay\n\nIt is theirs.", "It sails.\n\nCopyright 2015 Quay\n\nIt is theirs.", ()),
    ],
)
def test_labels_count_where_no_text_follows_them(
    reading: Reading, foot: str, text: str, notes: tuple[str, ...]
) -> None:
    article = only_article(reading("a.txt", NUMBERED.format("Quay\n\n9 May 2015", f"It sails.\n\n{foot}")))
    assert (article.text, article.notes) == (text, notes)


def test_captions_are_no_text_however_long(reading: Reading) -> None:
    foot = ("Graphic", "A long caption of the ferry " * 9, "Classification", "Language: ENGLISH", "End of Document")
    assert "has no text" in only_reason(reading("a.docx", document(*ARTICLE[:4], "Body", *foot)))
    article = only_article(reading("b.docx", document(*ARTICLE[:6], "Graphic", "It sails. " * 20, ARTICLE[6])))
    assert article.text.startswith("It sails at noon.\n\nGraphic\n\nIt")


@pytest.mark.parametrize(
    ("lines", "day", "editions"),
    [
        (["November 9, 2015 Monday FIRST EDITION"], "2015-11-09", "FIRST EDITION"),
        (["November 9, 2015 Monday 06:30 PM Eastern Time"], "2015-11-09", None),
        (["Monday 9. November 2015\nLate City Final"], "2015-11-09", "Late City Final"),
        (["9/11/2015"], None, None),
        (["Winter 2015"], None, None),
        (["2015"], None, None),
        (["10 November 2015 Monday"], "2015-11-10", None),
        (["November 11, 2015 Monday Tuesday"], None, None),
        (["2015-11-09"], "2015-11-09", None),
        (["November 9, 2015 - November 15, 2015"], None, None),
        (["November 9, 2015 Monday - LATE EDITION"], "2015-11-09", "LATE EDITION"),
        (["9. November 2015", "Montag"], "2015-11-09", None),
        (["November 8, 2015", "Sunday Edition"], "2015-11-08", "Sunday Edition"),
    ],
)
def test_a_date_is_read_with_what_is_printed_after_it(
    reading: Reading, lines: list[str], day: str | None, editions: str | None
) -> None:
    article = only_article(reading("a.docx", document(*HEADER[:2], *lines, *ARTICLE[3:])))
    assert (article.published.on, article.details.get("edition")) == (day, editions)
    assert (day is not None) or "published" in article.missing


def test_lines_between_a_label_and_the_text_are_its_summary(reading: Reading) -> None:
    article = only_article(reading("a.docx", document(*ARTICLE[:4], "At last.", "And again.", *ARTICLE[4:])))
    assert article.details["summary"] == "At last. And again."


@pytest.mark.parametrize("above", ["9 May 2015", "9 May 2015\n\nCopyright 2015 Quay", "9 May 2015\n\nLENGTH: 1 word"])
def test_a_numbered_article_may_have_a_heading(reading: Reading, above: str) -> None:
    text = f"Document 1 of 1\n\nFerry sails\n\nQuay\n\n{above}\n\nBody\n\nIt sails.\n\nEnd of Document\n"
    article = only_article(reading("a.txt", text))
    assert (article.title, article.text) == ("Ferry sails", "It sails.")


def test_a_word_of_a_numbered_article_is_no_heading(reading: Reading) -> None:
    article = only_article(reading("a.txt", NUMBERED.format("Quay\n\n9 May 2015", "It sails.\n\nText\n\nAgain.")))
    assert article.text == "It sails.\n\nText\n\nAgain."


def test_bytes_that_are_not_utf_8_end_the_file(reading: Reading) -> None:
    text = NUMBERED.format("Quay\n\n9 May 2015", "It sails – again.").encode("cp1252")
    assert only_reason(reading("a.txt", text)).startswith("line 11: byte 0x96 at 9 is not UTF-8")


@pytest.mark.parametrize(
    ("lines", "is_export"),
    [
        (["Date and Time: Monday", "Job Number: 1", "Documents (2)", "1. Ferry"], True),
        (["Documents (2)", "1. Ferry"], False),
        (["Ferry", "Length: 4 words", "Byline: Ada Byrne", "Body", "It sails."], True),
        (["Ferry", "Section: NEWS", "Byline: Ada Byrne", "Body", "It sails."], False),
        (["Document 1 of 2", "It sails."], False),
        (["End of Document", "It sails."], False),
        (["a" * 2_000, "1 of 2 DOCUMENTS", "Copyright 2015 Quay"], True),
    ],
)
def test_an_export_is_known_by_its_marks_and_labels(lines: list[str], *, is_export: bool) -> None:
    assert nexis.matches(lines) is is_export


def test_an_article_without_a_date_says_so(reading: Reading) -> None:
    article = only_article(reading("a.docx", document(*HEADER[:2], "First Edition", *ARTICLE[3:])))
    assert article.missing == {"published": "the export has no date above the text"}
    assert article.details["edition"] == "First Edition"


@pytest.mark.parametrize(
    ("top", "title", "source", "details"),
    [
        (
            "The Daily Quay\n\nWinter 2015\n\nFinal Edition",
            "Ferry sails",
            "The Daily Quay",
            {"edition": "Final Edition"},
        ),
        ("The Daily Quay", "Ferry sails", "The Daily Quay", {}),
        ("The Daily Quay\nNovember 9, 2015 Monday", "Ferry sails", "The Daily Quay", {}),
        ("Tide\n\nThe Daily Quay\n\n9 May 2015", "Tide", "The Daily Quay", {"summary": "Ferry sails"}),
        ("The Daily Quay\n\n9 May 2015\n\n          City", "Ferry sails", "The Daily Quay", {"edition": "City"}),
        (f"Quay\n\n{'9 May 2015':>40}\n{'Final':>40}", "Ferry sails", "Quay", {"edition": "Final"}),
    ],
)
def test_a_numbered_article_has_its_headline_below_the_date(
    reading: Reading, top: str, title: str, source: str, details: dict[str, str]
) -> None:
    article = only_article(reading("a.txt", NUMBERED.format(top, "It sails.")))
    assert (article.title, article.source) == (title, source)
    assert article.details == {**details, "length": "4 words"}


@pytest.mark.parametrize("indent", [0, 30])
@pytest.mark.parametrize("headline", ["Correction", "Final word on the ferry", "Edition of one"])
def test_a_headline_with_the_words_of_an_edition_is_a_headline(reading: Reading, headline: str, indent: int) -> None:
    text = NUMBERED.replace("Ferry sails", headline).format(f"Quay\n\n{' ' * indent}9 May 2015", "It sails.")
    article = only_article(reading("a.txt", text))
    assert (article.title, article.details) == (headline, {"length": "4 words"})


@pytest.mark.parametrize("line", ["SECTION: which deck would you like best?", "PAGE: see what is on the back of it."])
def test_a_sentence_above_the_text_is_no_section(reading: Reading, line: str) -> None:
    article = only_article(reading("a.txt", NUMBERED.format("Quay\n\n9 May 2015", f"{line}\n\nIt sails.")))
    assert article.text == f"{line}\n\nIt sails."


@pytest.mark.parametrize("headline", ["Section: eight", "Title: unknown"])
def test_labels_of_plain_text_are_in_capitals(reading: Reading, headline: str) -> None:
    text = NUMBERED.replace("Ferry sails", headline).format("Quay\n\n9 May 2015", "Byline: nobody.")
    article = only_article(reading("a.txt", text))
    assert (article.title, article.authors, article.text) == (headline, (), "Byline: nobody.")


def test_a_label_that_is_there_already_is_text(reading: Reading) -> None:
    body = "LENGTH: 12 metres.\n\nBYLINE: nobody"
    article = only_article(reading("a.txt", NUMBERED.format("Quay\n\n9 May 2015", body)))
    assert (article.text, article.authors, article.details) == (body, (), {"length": "4 words"})


def test_labels_of_transcripts_and_of_codes_are_no_text(reading: Reading) -> None:
    text = NUMBERED.replace("LENGTH", "SHOW: Noon\n\nREPORTERS: Jo Li\n\nLENGTH")
    text = text.format("Quay\n\n9 May 2015", "It sails.\n\nZEITUNGS-CODE: quay\n\nSPRACHE: DEUTSCH")
    article = only_article(reading("a.txt", text))
    assert (article.text, article.details) == ("It sails.", {"length": "4 words"})


def test_the_issue_after_a_page_is_not_the_page(reading: Reading) -> None:
    text = NUMBERED.replace("LENGTH", "RUBRIK: MEER; S. 114 Ausg. 9\n\nLENGTH").format(
        "Quay\n\n9 May 2015", "It sails."
    )
    details = only_article(reading("a.txt", text)).details
    assert (details["section"], details["page"]) == ("MEER; Ausg. 9", "114")


PAGE = (
    '<HTML><HEAD><STYLE TYPE="text/css"><!--\n.c1 { text-align: center; margin-top: 0em; }\n.c5 { text-align: left; }\n'
    "--></STYLE><!-- LXNComment 1827:1 --></HEAD><BODY><P>Time Of Request: Saturday, March 21, 2020</P>{}</BODY></HTML>"
)
PAGE_ARTICLE = (
    '<A NAME="DOC_ID_1_0"></A><P CLASS="c1">{} of 2 DOCUMENTS</P><BR><P CLASS="c1"><IMG SRC="a"><BR>Quay</P>'
    '<P CLASS="c1"><SPAN>9</SPAN><SPAN> May 2015</SPAN><BR><SPAN>Harbour</SPAN></P><P CLASS="c5">Ferry sails</P>'
    '<P CLASS="c5"><SPAN>LENGTH: </SPAN><SPAN>4 words</SPAN></P><P CLASS="c5">It sails.</P><TABLE><TR><TD>At noon</TD>'
    '</TR></TABLE><P CLASS="c5">LOAD-DATE: 1 June 2015</P><P CLASS="c1">Copyright 2015 Quay<BR>All Rights Reserved</P>'
)


def test_a_page_has_the_lines_of_a_text(reading: Reading) -> None:
    found = articles(reading("a.html", PAGE.replace("{}", PAGE_ARTICLE.format(1) + PAGE_ARTICLE.format(2))))
    assert [(a.title, a.source, a.published.on, a.text) for a in found] == [
        ("Ferry sails", "Quay", "2015-05-09", "It sails.\nAt noon")
    ] * 2
    assert found[0].details == {"edition": "Harbour", "length": "4 words", "load_date": "1 June 2015"}
    assert found[0].rights == "Copyright 2015 Quay All Rights Reserved"


def test_another_page_with_the_marks_of_an_export_is_read_as_a_page(reading: Reading) -> None:
    found = reading("a.html", PAGE.replace("{}", "<H1>Ferry</H1><P>It sails.</P>"), source="quay.example")
    assert all("Nexis" not in reason for reason in only_article(found).provenance.values())


def test_an_article_below_a_cover_page_is_not_lost(reading: Reading) -> None:
    lost = NUMBERED.partition("\n")[2].format("Quay\n\n9 May 2015", "It sails.")
    text = f"Download Request: Selected Items: 1-2\nTime Of Request: Monday\n{lost}\n"
    refusal, article = reading("a.txt", text + NUMBERED.replace("1 of 1", "2 of 2").format("Quay\n\n9 May 2015", "No."))
    assert isinstance(article, RawArticle)
    assert "of no article" in only_reason([refusal])


def test_lines_without_labels_are_headline_and_text(reading: Reading) -> None:
    text = (
        "1 of 1 DOCUMENT\n\nThe Daily Quay\n\n9 May 2015\n\nFerry sails\n\nIt sails.\n\nAgain.\n\nCopyright 2015 Quay\n"
    )
    article = only_article(reading("a.txt", text))
    assert (article.title, article.text, article.rights) == (
        "Ferry sails",
        "It sails.\n\nAgain.",
        "Copyright 2015 Quay",
    )


def test_lines_without_blank_lines_are_told_apart(reading: Reading) -> None:
    lines = ("1 of 1 DOCUMENT", HEADER[1], HEADER[2], HEADER[0], "BYLINE: Ada Byrne", "LENGTH: 4 words", "It sails.")
    article = only_article(reading("a.txt", "\n".join(lines)))
    assert (article.title, article.authors, article.text) == ("Ferry sails", ("Ada Byrne",), "It sails.")


def test_wrapped_lines_are_joined_and_others_are_not(reading: Reading) -> None:
    wrapped = "The ferry sailed again from the old harbour of Norhaven at noon on Monday, and\nmet no wind."
    wrapped += "\n   A song:\nO sea\nO tide"
    article = only_article(reading("a.txt", NUMBERED.format("Quay\n\n9 May 2015", wrapped)))
    assert article.text == wrapped.replace("and\n", "and ").replace("   A", "A")


def test_text_that_was_saved_from_a_document_may_be_wrapped(reading: Reading) -> None:
    wrapped = "The ferry sailed again from the old harbour of Norhaven at noon on Monday, and\nmet no wind."
    lines = (
        *HEADER,
        "",
        "Body",
        "",
        wrapped,
        "",
        "Again.",
        "",
        "Load-Date: November 9, 2015",
        "",
        "End of Document",
        "",
    )
    article = only_article(reading("a.txt", "\n".join(lines)))
    assert article.text == wrapped.replace("\n", " ") + "\n\nAgain."


def test_what_is_above_a_headline_is_noted(reading: Reading) -> None:
    article = only_article(reading("a.docx", document("a", "b", "c", *ARTICLE)))
    assert article.title == "Ferry sails"
    assert "left out above the headline: 3 lines" in article.notes


def test_a_page_of_the_database_is_no_page_of_the_outlet(reading: Reading) -> None:
    labels = ("Load-Date: November 9, 2015", "URL: https://www.lexisnexis.com/x", "End of Document")
    assert only_article(reading("a.docx", document(*ARTICLE[:-1], *labels))).url is None


def test_a_byline_that_is_no_names_costs_the_field(reading: Reading) -> None:
    content = document(*HEADER, "Byline: aby", *ARTICLE[3:])
    assert only_article(reading("a.docx", content)).missing["authors"] == "authors: 'aby' is not names: expected names"
    assert "'aby' is not names" in only_reason(reading("a.docx", content, strict=True))
    article = only_article(reading("a.docx", document(*HEADER, "Byline: dpa/aby", *ARTICLE[3:])))
    assert "left out of the byline: 'aby'" in article.notes


@pytest.mark.parametrize(
    ("paragraphs", "reason"),
    [
        ((*ARTICLE[:5], "End of Document"), "the article 'Ferry sails' has no text"),
        (
            (
                *ARTICLE[:5],
                "We are sorry but there is an error in this document and it is not possible to display it.",
                "End of Document",
            ),
            "the article 'Ferry sails' has no text",
        ),
        ((*ARTICLE[:-1], *ARTICLE), "2 articles are not separated"),
        (("November 9, 2015 Monday", *ARTICLE[3:]), "source"),
    ],
)
def test_what_is_no_article_is_refused(reading: Reading, paragraphs: tuple[str, ...], reason: str) -> None:
    assert reason in only_reason(reading("a.docx", document(*paragraphs)))


def test_an_article_that_is_too_long_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nexis, "MAX_BLOCK", 9)
    assert only_reason(reading("a.docx", document(*ARTICLE))).startswith("the article is too long")


def test_a_document_that_is_too_large_is_refused(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_DOCUMENT_BYTES", 9)
    assert only_reason(reading("a.docx", document(*ARTICLE))).startswith("the document is too large")


def test_a_line_that_is_too_long_ends_the_file(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    text = NUMBERED.format("Quay\n\n9 May 2015", "a" * (MAX_RECORD_BYTES + 1))
    assert only_reason(reading("a.txt", text)).startswith("line 11 is too long")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (NUMBERED.replace("1 of 1", "1 of 3") + NUMBERED.replace("1 of 1", "3 of 3"), ["lacks 2 of its 3"]),
        (NUMBERED.replace("1 of 1", "1 of 9"), ["lacks 2 to 9 of its 9"]),
        ("Download Request: All Documents: 1-1\n" + NUMBERED.replace("1 of 1", "1 of 9"), []),
        ("Some text.\n" + NUMBERED, ["these lines are of no article"]),
        (NUMBERED + NUMBERED, []),
    ],
)
def test_articles_that_are_missing_are_named(reading: Reading, text: str, reasons: list[str]) -> None:
    found = reading("a.txt", text.replace("{}\n\nF", "Quay\n\n9 May 2015\n\nF").replace("{}", "It sails."))
    refusals = [item.reason for item in found if not isinstance(item, RawArticle)]
    assert len(articles(found)) == text.count("DOCUMENT\n")
    assert len(refusals) == len(reasons)
    assert all(reason in refusal for reason, refusal in zip(reasons, refusals, strict=True))


def test_two_exports_in_one_file_are_read(reading: Reading) -> None:
    cover = ("Job Number: 1", "Documents (1)", "1. Ferry sails", "Client/Matter: -None-")
    found = reading("a.docx", document(*cover, *ARTICLE, "", *cover, *ARTICLE, "Page 3 of 3"))
    assert articles(found) == found
    assert [article.title for article in articles(found)] == ["Ferry sails"] * 2


def test_a_cover_page_without_a_list_is_left_out(reading: Reading) -> None:
    cover = ("Job Number: 1", "Documents (1)", "News", "Sources")
    assert only_article(reading("a.docx", document(*cover, *ARTICLE))).title == "Ferry sails"


@pytest.mark.parametrize("listed", ["Ferry sails to Sula", "Ferry sails to …", "Ferry sails to..."])
def test_a_headline_is_known_from_the_table_of_contents(reading: Reading, listed: str) -> None:
    cover = ("Job Number: 1", "Documents (1)", f"1. {listed}", "Client/Matter: -None-", "News", "Ferry sails to Sula")
    article = only_article(reading("a.docx", document(*cover, *ARTICLE[1:])))
    assert (article.title, article.source) == ("Ferry sails to Sula", "The Daily Quay")
    assert "'Ferry sails to Sula' has no line" in only_reason(reading("b.docx", document(*cover, *ARTICLE[2:])))


def test_a_blank_line_at_the_end_separates_nothing(reading: Reading) -> None:
    lines = ("1 of 1 DOCUMENT", HEADER[1], HEADER[2], HEADER[0], "LENGTH: 4 words", "It sails.", "", "")
    assert only_article(reading("a.txt", "\n".join(lines))).title == "Ferry sails"


def test_an_export_of_another_database_in_a_document_is_named(reading: Reading) -> None:
    content = document("Ferry", "It sails.", "Gale Document Number: GALE|A123456789")
    assert "a Gale export with an article" in only_reason(reading("a.docx", content))


def test_inspect_can_name_the_database(reading: Reading) -> None:
    article = only_article(reading("a.docx", document(*ARTICLE)))
    assert article.provenance["title"] == "the headline in an export of Nexis"
