"""The text of a saved page."""

import time

import pytest

from app.models import Basis, Precision, TextKind
from seed.records import Origin, Published, RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

PAGE = """\ufeffAccessibility links

Breaking News

Ferries Sail Again

By Ada Byrne and Jo Li | March 4, 2019 | 6:30pm EST
Font Size
The harbour on Monday. (Photo: Port Office)
The harbour on Monday. (Photo: Port Office)

( – Ferries sail again,\u00a0the port office said.


“We waited,” it said.
A second line.
  • 16x9 Image

    RFE/RL journalists report the news in many languages."""


def page(*rows: str) -> str:
    """Return a page of RedState with a title and further rows."""
    return "\n".join(["Ferries Sail Again", "", *rows, "", "Trending on RedState Videos"])


def test_a_report_is_separated_from_the_furniture(reading: Reading, tmp_path: object) -> None:
    assert only_article(reading("ferry.txt", PAGE.replace("\n", "\r\n"))) == RawArticle(
        origin=Origin(f"{tmp_path}/ferry.txt"),
        title="Ferries Sail Again",
        text="The harbour on Monday. (Photo: Port Office)\n\nFerries sail again,\u00a0the port office said.\n\n"
        "“We waited,” it said.\nA second line.",
        source="rferl",
        published=Published("2019-03-04", 1_551_742_200, 66_600, Precision.MINUTE, "EST", Basis.STATED),
        authors=("Ada Byrne", "Jo Li"),
        language="en",
        text_kind=TextKind.FULL,
    )


@pytest.mark.parametrize(
    ("row", "authors", "on"),
    [
        ("Ada Byrne | March 4, 2019", ("Ada Byrne",), "2019-03-04"),
        ("By Ada Byrne, Jo Li, and Bo de Groot", ("Ada Byrne", "Jo Li", "Bo de Groot"), None),
        ("BY ADA BYRNE; Jean-Luc O’Neill", ("ADA BYRNE", "Jean-Luc O’Neill"), None),
        ("Written by A. J. Byrne, RedState.com", ("A. J. Byrne",), None),
        ("By Ada Byrne, Staff Writer • 4 March 2019", ("Ada Byrne",), "2019-03-04"),
        ("RedState | March 4, 2019", (), "2019-03-04"),
        ("Monday, March 4, 2019 | Updated: March 9, 2019", (), "2019-03-04"),
        ("Published: 4 Mar 2019", (), "2019-03-04"),
        ("By Reuters", (), None),
        ("Last updated March 9, 2019", (), None),
    ],
)
def test_the_head_is_read_in_several_forms(
    reading: Reading, row: str, authors: tuple[str, ...], on: str | None
) -> None:
    article = only_article(reading("a.txt", page(row, "Ferries sail.")))
    assert (article.authors, article.published.on, article.text) == (authors, on, "Ferries sail.")


@pytest.mark.parametrize(
    "row",
    [
        "By sailing at dawn, the ferry made up for lost time.",
        "By Oldport",
        "Ada Byrne",
        "World News | Oldport",
        "Breaking News | the storm",
        "Tuesday, March 4, 2019",
        "March 4, 2019: the day of the storm",
        "By Ada Byrne | at the harbour",
        "By " + ", ".join(["Ada Byrne"] * 40),
    ],
)
def test_a_row_that_is_not_understood_is_text(reading: Reading, row: str) -> None:
    article = only_article(reading("a.txt", page(row, "", "Ferries sail.")))
    assert (article.authors, article.published, article.text) == ((), Published(), f"{row}\n\nFerries sail.")


def test_a_section_is_no_author(reading: Reading) -> None:
    article = only_article(reading("a.txt", page("World News | March 4, 2019", "Ferries sail.")))
    assert (article.authors, article.text) == ((), "World News | March 4, 2019\nFerries sail.")


def test_the_first_byline_and_the_first_date_count(reading: Reading) -> None:
    rows = ("March 4, 2019", "March 5, 2019", "By Ada Byrne", "By Jo Li", "Ferries sail.")
    article = only_article(reading("a.txt", page(*rows)))
    assert (article.authors, article.published.on) == (("Ada Byrne",), "2019-03-04")


def test_a_date_far_below_the_title_is_text(reading: Reading) -> None:
    rows = [f"Row {number}." for number in range(9)]
    article = only_article(reading("a.txt", page(*rows, "March 4, 2019")))
    assert article.published == Published()
    assert article.text.endswith("March 4, 2019")


@pytest.mark.parametrize(
    ("row", "on"),
    [
        ("OLDPORT, March 4, 2019 (Reuters) – Ferries sail.", "2019-03-04"),
        ("OLDPORT, Mar. 4, 2019 -- Ferries sail.", "2019-03-04"),
        ("OLDPORT, March 4 (Reuters) – Ferries sail.", None),
        ("OLDPORT – Ferries sail.", None),
    ],
)
def test_a_dateline_dates_only_with_its_year(reading: Reading, row: str, on: str | None) -> None:
    article = only_article(reading("a.txt", page(row)))
    assert (article.published.on, article.text) == (on, row)


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("(RedState) – Ferries sail.", "Ferries sail."),
        ("( – Ferries sail.", "Ferries sail."),
        ("(Reuters) – Ferries sail.", "(Reuters) – Ferries sail."),
        ("(Photo: Port Office)", "(Photo: Port Office)"),
    ],
)
def test_the_outlets_own_dateline_goes(reading: Reading, row: str, text: str) -> None:
    assert only_article(reading("a.txt", page(row))).text == text


def test_an_outlets_dateline_deep_in_the_text_stays(reading: Reading) -> None:
    rows = [f"Row {number}." for number in range(20)]
    assert only_article(reading("a.txt", page(*rows, "( – a stump"))).text.endswith("( – a stump")


@pytest.mark.parametrize(
    ("rows", "authors"),
    [
        (["Ferries sail.", "— Ada Byrne, Jo Li"], ("Ada Byrne", "Jo Li")),
        (["Ferries sail.", " -- Jean-Luc Om & Jo Li "], ("Jean-Luc Om", "Jo Li")),
        (["One.", "Jo Li, Bo Ek", "Two.", "Una Om, Al Ek", "— Ada Byrne, Jo Li"], ("Jo Li", "Bo Ek", "Ada Byrne")),
        (["A poem ends:", "“We sail.”", "— Ada Byrne"], ()),
        (["Ferries sail.", "Ada Byrne, Jo Li"], ()),
        (["Ferries sail.", "— and sail"], ()),
        (["— Ada Byrne"], ()),
        (["Ferries sail.", "— " + ", ".join(["Ada Byrne"] * 40)], ()),
        (["By Una Om", "Ferries sail.", "— Ada Byrne"], ("Una Om",)),
    ],
)
def test_authors_may_sign_at_the_end(reading: Reading, rows: list[str], authors: tuple[str, ...]) -> None:
    article = only_article(reading("a.txt", page(*rows)))
    assert article.authors == authors
    assert article.text.endswith(rows[-1])


def test_furniture_far_from_the_edges_is_text(reading: Reading) -> None:
    rows = [f"Row {number}." for number in range(20)]
    assert "Share\n" in only_article(reading("a.txt", page(*rows, "Share", *rows))).text


def test_a_day_is_inferred_from_a_dated_fact(reading: Reading) -> None:
    text = "Putin marked his 60th birthday on October 7."
    published = only_article(reading("a.txt", page(text))).published
    assert (published.on, published.basis) == ("2012-10-07", Basis.INFERRED)


def test_a_printed_date_is_not_inferred(reading: Reading) -> None:
    text = "Putin marked his 60th birthday on October 7."
    assert only_article(reading("a.txt", page("October 9, 2012", text))).published.on == "2012-10-09"


def test_a_page_of_no_known_outlet_needs_a_source(reading: Reading) -> None:
    content = "Ferries Sail Again\n\nFerries sail."
    assert "expected --source, a manifest, or a signature" in only_reason(reading("a.txt", content))
    article = only_article(reading("a.txt", content, source="Harbour Gazette"))
    assert (article.source, article.language, article.text) == ("Harbour Gazette", None, "Ferries sail.")


def test_a_given_source_brings_its_furniture(reading: Reading) -> None:
    content = "Breaking News\nFerries Sail Again\n\nFerries sail."
    article = only_article(reading("a.txt", content, source="rferl.org"))
    assert (article.title, article.source, article.language) == ("Ferries Sail Again", "rferl.org", "en")


@pytest.mark.parametrize(
    ("title", "text"), [("Ferries sail again", "Ferries sail."), ("Storm", "Ferries Sail Again\n\nFerries sail.")]
)
def test_a_given_title_loses_no_line(reading: Reading, title: str, text: str) -> None:
    article = only_article(reading("a.txt", page("Ferries sail."), manifest=f"file,title\na.txt,{title}\n"))
    assert (article.title, article.text) == (title, text)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("\n \n", "the file is empty"),
        ("\n" * 70_000, "title: the page is blank"),
        ("Ferries Sail Again\n\n", "text is '': expected a value"),
        ("Ferries\0Sail\nText", "title is 'Ferries\\x00Sail': expected a line of text"),
        (b"\xe9t\xe9", "byte 0xe9 at 0 is not UTF-8"),
        (b"x" * 10_000_001, "the file is too long: expected at most 10000000 bytes per record"),
        (
            b"a\n" * 500_001,
            "the page is 'a\\na\\na",
        ),
    ],
)
def test_what_is_no_page_is_refused(reading: Reading, content: str | bytes, reason: str) -> None:
    assert only_reason(reading("a.txt", content, source="rferl")).startswith(reason)


@pytest.mark.parametrize("piece", ["\u00a0", "(", "( ", "-", "a. ", "By ", "Ada Byrne, ", "October 7 ", "1", "|", "\n"])
@pytest.mark.parametrize("start", ["", "Title\n", "Title\nBy ", "Title\n(", "Title\nA", "Title\n—"])
@pytest.mark.unmeasured
def test_no_page_takes_more_than_its_length(reading: Reading, start: str, piece: str) -> None:
    started = time.process_time()
    assert reading("a.txt", start + piece * 10_000, source="rferl")
    assert time.process_time() - started < 5  # A quadratic step would take minutes.


def test_an_unclear_date_says_why(reading: Reading) -> None:
    article = only_article(reading("a.txt", "Ferry\n03/04/2019\n\nIt sails.", source="Gazette"))
    reason = "the date printed below the title is not clear: it may be 2019-04-03 or 2019-03-04"
    assert (article.published, article.missing, article.notes) == (
        Published(),
        {"published": reason},
        (f"left out: {reason}",),
    )
    assert not article.matches_by_title


def test_a_place_before_the_date_of_a_saved_page_is_no_author(reading: Reading) -> None:
    article = only_article(reading("a.txt", "Ferry resumes\nSula Harbour, 4 March 2019\nIt sailed.\n", source="G"))
    assert (article.authors, article.published.on, article.text) == ((), "2019-03-04", "It sailed.")
    assert article.missing["authors"] == "'Sula Harbour', next to the date, could be a name or a place"


def test_the_day_of_an_event_is_no_date(reading: Reading) -> None:
    article = only_article(reading("a.txt", "Choir sings\nSula Hall, 12 June 2025\nIt sings well.\n", source="Gazette"))
    assert (article.published.on, article.text) == (None, "Sula Hall, 12 June 2025\nIt sings well.")
    assert article.missing["published"] == "'Sula Hall, 12 June 2025' may be the place and day of an event"
    assert article.notes == ()
    dated = only_article(
        reading("b.txt", "Choir sings\nSula Hall, 12 June 2025\nIt sings.\n", source="G", date="2025-06-14")
    )
    assert "published" not in dated.missing
