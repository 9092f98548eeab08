"""The text of a PDF and what its lines show; `archives/pdf` has files with what is in them."""

import builtins
import io
import zlib
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pypdf.errors import DependencyError

from seed.readers.documents import pdf
from seed.readers.documents.pdf import MAX_PDF_PAGES, is_ordinary_pdf, read_document
from seed.readers.documents.pdf_lines import PdfLine, join_lines, paragraphs, printed_url, without_furniture
from seed.records import Origin, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.hostile_content import packed_pages
from tests.seed.readers.mutations import context
from tests.seed.readers.only import only_article, only_reason

HERE = Path(__file__).parent
TEXT = "The ferry sails again on Monday, said the minister, and takes bread to the island."


def line(text: str, y: float = 700, *, x: float = 72, size: float = 11, page: int = 0) -> PdfLine:
    """Return a line of a page."""
    return PdfLine(text, x, y, size, page)


def read(content: bytes) -> RawArticle | Refusal:
    """Return what a PDF is, read in this process."""
    (item,) = read_document(content, "a.pdf", context())
    assert isinstance(item, RawArticle | Refusal)
    return item


def reason(content: bytes) -> str:
    """Return why a PDF is refused."""
    item = read(content)
    assert isinstance(item, Refusal)
    return item.reason


def test_a_password_of_the_owner_does_not_matter() -> None:
    article = read((HERE / "owner-password.pdf").read_bytes())
    assert isinstance(article, RawArticle)
    assert article.title == "Second ferry sails"
    assert reason((HERE / "locked.pdf").read_bytes()) == "the PDF is encrypted: expected it saved without a password"


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["\x01\x02\x03\x04 abc"], "the PDF does not say which letters its text has"),
        (["/g12 /g45 a"], "the PDF does not say which letters its text has"),
        (["Page 1 of 1", "- 1 -"], "text: the PDF has nothing but page numbers and running titles"),
        (["12 34"], "the PDF has no text, only pictures (1 pages)"),
    ],
)
def test_a_text_that_is_none_is_refused(lines: list[str], wanted: str) -> None:
    assert reason(packed_pages([lines])).startswith(wanted)


def test_a_pdf_of_many_pages_is_refused() -> None:
    assert reason(packed_pages([["a"]] * (MAX_PDF_PAGES + 1))) == "the PDF has 301 pages: expected at most 300"


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.4\nxref\n0 1\ntrailer\n<< >>\nstartxref\n9\n%%EOF"])
def test_a_broken_pdf_is_refused(reading: Reading, content: bytes) -> None:
    assert only_reason(reading("a.pdf", content)).startswith("the PDF is broken (")


def test_a_long_file_is_refused() -> None:
    (item,) = pdf.read(io.BytesIO(bytes(10_000_001)), "a.pdf", context())
    assert isinstance(item, Refusal)
    assert item.reason == "the file is too long: expected at most 10000000 bytes per record"


def test_without_the_extra_the_refusal_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pypdf(name: str, *arguments: Any, **options: Any) -> ModuleType:  # noqa: ANN401 - as the real one
        if name == "pypdf":
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_pypdf)
    assert reason(b"%PDF-1.7") == "the file is a PDF: expected pypdf to read it (pip install 'dateline[pdf]')"


@pytest.mark.parametrize(
    ("error", "wanted"),
    [(DependencyError("AES"), "the PDF is encrypted"), (RecursionError(), "the PDF is broken (Rec")],
)
def test_errors_of_the_library_are_ours(monkeypatch: pytest.MonkeyPatch, error: Exception, wanted: str) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("pypdf.PdfReader", fail)
    assert reason(b"%PDF-1.7").startswith(wanted)


def test_too_little_memory_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pypdf.PdfReader", fail)
    with pytest.raises(MemoryError):
        read(b"%PDF-1.7")


@pytest.mark.parametrize(
    ("content", "is_small"),
    [
        (packed_pages([["Ferry"]]), True),
        (b"%PDF-1.7" + bytes(100_000), False),
        (b"%PDF-1.7 /ObjStm", False),
        (b"%PDF-1.7 /Kids [1] /Kids", False),
        (b"stream\n" * 51, False),
        (b"stream\n" + zlib.compress(bytes(600_000)), False),
        (b"stream\nabc", True),
    ],
)
def test_only_small_and_simple_files_are_read_in_this_process(content: bytes, is_small: bool) -> None:
    assert is_ordinary_pdf(content) is is_small


def test_other_files_are_read_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Refusal(Origin("a.pdf"), "x")
    monkeypatch.setattr(pdf, "read_in_subprocess", lambda *_: [refusal])
    assert [*pdf.read(io.BytesIO(b"/ObjStm"), "a.pdf", context())] == [refusal]


def test_the_outlet_may_show_itself(reading: Reading) -> None:
    signature = "RFE/RL journalists report the news in many languages."
    content = packed_pages([["Ferry sails", "March 4, 2019", TEXT, "", signature]])
    assert only_article(reading("a.pdf", content)).source == "rferl"


def test_a_date_above_the_title_counts_if_there_is_none_below(reading: Reading) -> None:
    pages = [[(9, "4 March 2019"), (9, "By Ada Byrne"), (20, "Ferry sails"), (9, TEXT)]]
    article = only_article(reading("a.pdf", packed_pages(pages), source="G"))
    assert (article.title, article.authors, article.published.on) == ("Ferry sails", ("Ada Byrne",), "2019-03-04")
    assert article.text == TEXT


def test_the_agency_next_to_the_date_is_a_detail(reading: Reading) -> None:
    article = only_article(
        reading("a.pdf", packed_pages([["Ferry sails", "Norhaven (dpa) - 4 March 2019", TEXT]]), source="G")
    )
    assert (article.published.on, article.details) == ("2019-03-04", {"agency": "dpa"})


def test_large_letters_below_the_text_are_no_title(reading: Reading) -> None:
    pages = [[(9, TEXT + " " + TEXT), (20, "Read more"), (9, TEXT)]]
    article = only_article(reading("a.pdf", packed_pages(pages), source="G"))
    assert article.title.startswith("The ferry sails again")
    assert not article.matches_by_title


@pytest.mark.parametrize("below", ["By Tom Rudd", "5 March 2019"])
def test_several_articles_are_refused(reading: Reading, below: str) -> None:
    long = f"{TEXT} {TEXT}"
    pages = [[(20, "Ferry sails"), (9, "By Ada Byrne"), (9, long), (20, "Bridge for Sula"), (9, below), (9, TEXT)]]
    reason = only_reason(reading("a.pdf", packed_pages(pages), source="G"))
    assert reason == "the PDF holds several articles, another at 'Bridge for Sula': expected one per file"


@pytest.mark.parametrize(
    ("above", "size"), [((), 13), (("RFE/RL",), 13), (("The Gazette, 5 March 2019",), 13), (("By Tom Rudd",), 9)]
)
def test_articles_are_told_apart_by_what_is_next_to_a_headline(
    reading: Reading, above: tuple[str, ...], size: int
) -> None:
    below = (9, "By Tom Rudd") if not above or size == 9 else (9, "")
    page = [(20, "Ferry sails"), (9, "By Ada Byrne"), (9, TEXT), (9, ""), *((9, line) for line in above if size != 9)]
    page += [(size, "Bridge for Sula"), below, (9, ""), (9, TEXT)]
    reason = only_reason(reading("a.pdf", packed_pages([page]), source="G"))
    assert reason == "the PDF holds several articles, another at 'Bridge for Sula': expected one per file"


@pytest.mark.parametrize("line", ["The Gazette, 5 March 2019", "RFE/RL", "By Tom Rudd"])
def test_a_line_of_an_outlet_below_a_text_is_noted(reading: Reading, line: str) -> None:
    page = [
        (20, "Ferry sails"),
        (9, f"{TEXT} {TEXT}"),
        (9, ""),
        (9, line),
        (9, ""),
        (9, TEXT),
        (9, ""),
        (9, "By Jo Li"),
    ]
    article = only_article(reading("a.pdf", packed_pages([page]), source="G"))
    assert article.notes[1:] == (f"may hold another article: {line!r}",)


@pytest.mark.parametrize("name", ["Press review", "Pressespiegel vom Montag"])
def test_a_press_review_is_refused(reading: Reading, name: str) -> None:
    page = [(20, name), (9, TEXT), (9, TEXT), (13, "Bridge for Sula"), (9, TEXT)]
    reason = only_reason(reading("a.pdf", packed_pages([page]), source="G"))
    assert reason == "the PDF holds several articles, another at 'Bridge for Sula': expected one per file"


def test_days_as_headings_are_those_of_one_article(reading: Reading) -> None:
    page = [(20, "A week of ferries"), (9, TEXT), (9, TEXT), (13, "4 March 2019"), (9, TEXT), (13, "5 March 2019")]
    article = only_article(reading("a.pdf", packed_pages([[*page, (9, TEXT)]]), source="G"))
    assert (article.title, len(article.notes)) == ("A week of ferries", 1)


def test_a_byline_below_a_long_paragraph_names_another_article(reading: Reading) -> None:
    page = [(20, "Ferry sails"), (9, TEXT), (9, f"{TEXT} {TEXT} And a bridge"), (9, ""), (9, "By Jo Li")]
    page += [(9, ""), (9, TEXT)]
    reason = only_reason(reading("a.pdf", packed_pages([page]), source="G"))
    assert reason == "the PDF holds several articles, another at 'By Jo Li': expected one per file"


def test_the_day_of_an_event_is_no_date(reading: Reading) -> None:
    page = [(20, "Choir sings"), (9, "Sula Hall, 12 June 2025"), (9, TEXT)]
    article = only_article(reading("a.pdf", packed_pages([page]), source="G"))
    assert (article.published.on, article.text) == (None, f"Sula Hall, 12 June 2025\n\n{TEXT}")
    assert article.missing["published"] == "'Sula Hall, 12 June 2025' may be the place and day of an event"


def test_what_may_be_another_article_is_noted(reading: Reading) -> None:
    long = f"{TEXT} {TEXT}"
    pages = [
        [(20, "Ferry sails"), (9, "By Ada Byrne"), (9, long), (20, "And the bridge"), (9, long), (20, "B."), (9, long)]
    ]
    article = only_article(reading("a.pdf", packed_pages(pages), source="G"))
    assert article.title.startswith("Ferry sails")
    assert article.notes[1:] == ("may hold another article: 'And the bridge'",)


def test_a_first_line_without_a_byline_or_a_date_is_no_title(reading: Reading) -> None:
    article = only_article(reading("a.pdf", packed_pages([["Ferry sails", TEXT]]), source="G"))
    assert (article.text, article.matches_by_title) == (f"Ferry sails\n\n{TEXT}", False)


def test_a_title_that_the_user_sets_is_matched(reading: Reading) -> None:
    manifest = "file,title,source\na.pdf,Ferry,G\n"
    assert only_article(reading("a.pdf", packed_pages([[TEXT]]), manifest=manifest)).matches_by_title


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("the trans-", "port of", "the transport of"),
        ("a well-", "known man", "a well-known man"),
        ("in 2018-", "2019", "in 2018- 2019"),
        ("Anna-", "Maria", "Anna- Maria"),
        ("assem\u00ad", "bled", "assembled"),
        ("one", "two", "one two"),
    ],
)
def test_hyphens_go_only_where_that_is_certain(first: str, second: str, joined: str) -> None:
    assert join_lines(first, second, Counter(["transport"])) == joined


def test_paragraphs_continue_in_the_next_column_and_on_the_next_page() -> None:
    lines = [
        line("The ferry sails on Monday and", 700),
        line("takes bread to the island, where", 688),
        line("shops have been empty for nine", 700, x=300),
        line("days, and then it comes back.", 688, x=300),
        line("It will sail again on Tuesday.", 700, page=1),
        line("A larger line", 600, size=15, page=1),
    ]
    assert [paragraph.text[:12] for paragraph in paragraphs(lines)] == ["The ferry sa", "It will sail", "A larger lin"]
    assert paragraphs([]) == []


def test_running_titles_and_page_numbers_go() -> None:
    pages = [
        [
            line("The Gazette 1", 800, page=page),
            line(f"Text {page} of {'abc'[page]}", 500, page=page),
            line(str(page + 1), 20, page=page),
        ]
        for page in range(3)
    ]
    rest = without_furniture([each for page in pages for each in page])
    assert [each.text for each in rest] == ["Text 0 of a", "Text 1 of b", "Text 2 of c"]
    assert without_furniture([line("2019", 20)]) == [line("2019", 20)]


@pytest.mark.parametrize(
    ("texts", "url"),
    [
        (["https://g.example/1 1/2", "https://g.example/1 2/2"], "https://g.example/1"),
        (["https://g.example/1 1/2", "https://g.example/2 2/2"], None),
        (["https://g.example/1… 1/1"], None),
        (["https://g.example/1"], None),
        ([], None),
    ],
)
def test_the_address_on_every_page_is_that_of_the_article(texts: list[str], url: str | None) -> None:
    assert printed_url([line(text, 20, page=page) for page, text in enumerate(texts)]) == url
