"""ProQuest: where fields begin and end; the files in `archives/proquest` show whole exports."""

import pytest

from seed.readers.press import proquest, proquest_records
from seed.records import Origin, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.mutations import context
from tests.seed.readers.only import only_article, only_reason

LINE = "_" * 60
RECORD = "Publication title: Gazette; Norhaven\nPublication date: Mar 4, 2019\nProQuest document ID: 1001\n"


def export(*lines: str, record: str = RECORD) -> str:
    """Return an export of one article."""
    return "\n\n".join((LINE, *lines, record))


def test_a_url_of_the_outlet_is_one_and_that_of_proquest_is_none(reading: Reading) -> None:
    lines = ("Ferry sails", "Author: Byrne, Ada", "Full text: It sails.")
    article = only_article(reading("a.txt", export(*lines, "URL: https://quay.example/1", "Title: Ferry sails")))
    assert (article.url, article.text) == ("https://quay.example/1", "It sails.")
    article = only_article(reading("b.txt", export(*lines, "URL: https://www.proquest.com/docview/1", "Title: F")))
    assert article.url is None
    assert article.missing["url"] == "ProQuest has only the link to its own record"


@pytest.mark.parametrize("title", ["Links: how ferries connect", "Location: Sula", "Author: the man of the timetable"])
def test_a_title_may_look_like_a_label(reading: Reading, title: str) -> None:
    for more in ((), (f"Title: {title}",)):
        article = only_article(reading("a.txt", export(title, "Author: Byrne, Ada", "Full text: It sails.", *more)))
        assert (article.title, article.authors, article.text) == (title, ("Ada Byrne",), "It sails.")


def test_a_record_may_have_its_title_in_a_field_only(reading: Reading) -> None:
    article = only_article(reading("a.txt", export("Author: Byrne, Ada", "Full text: It sails.", "Title: Ferry sails")))
    assert (article.title, article.authors) == ("Ferry sails", ("Ada Byrne",))


def test_lines_below_a_title_are_noted(reading: Reading) -> None:
    lines = (
        "Ferry sails",
        "After nine days",
        "ProQuest document link",
        "Author: Li, Jo",
        "Full text: It sails.",
    )
    article = only_article(reading("a.txt", export(*lines)))
    assert article.title == "Ferry sails"
    assert "ignored below the title: 'After nine days'" in article.notes


def test_fields_may_come_before_the_text(reading: Reading) -> None:
    text = export("Ferry sails", record=f"{RECORD}Author: Byrne, Ada\n\nFull text: It sails.\n\nAgain.\n")
    article = only_article(reading("a.txt", text))
    assert (article.text, article.authors, article.id) == ("It sails.\n\nAgain.", ("Ada Byrne",), "1001")


def test_a_table_of_contents_is_compared_with_the_articles(reading: Reading) -> None:
    contents = f"{LINE}\n\nTable of contents\n\n1. Ferry sails\n\n2. Pier rises\n\n"
    found = reading("a.txt", contents + export("Ferry sails", "Author: Li, Jo", "Full text: It sails."))
    assert [type(item) for item in found] == [RawArticle, Refusal]
    assert isinstance(found[1], Refusal)
    assert found[1].reason == "ProQuest lists 2 articles, and the file has 1: expected all of them"


def test_a_record_of_fields_alone_is_refused(reading: Reading) -> None:
    reason = only_reason(reading("a.txt", export()))
    assert reason == "text is None: expected that of None; ProQuest has neither a full text nor an abstract here"
    assert "expected that of 'Ferry sails'" in only_reason(reading("b.txt", export("Ferry sails")))


def test_articles_without_a_line_between_them_are_refused(reading: Reading) -> None:
    one = "Ferry sails\n\nAuthor: Li, Jo\n\nFull text: It sails.\n\n"
    text = f"{LINE}\n\n{one}{RECORD}\n{one}{RECORD.replace('1001', '1002')}"
    assert only_reason(reading("a.txt", text)) == (
        "2 articles of ProQuest have no line between them: expected one of underscores"
    )


def test_other_text_between_articles_is_refused_by_its_first_words(reading: Reading) -> None:
    text = export("Ferry sails", "Author: Li, Jo", "Full text: It sails.") + f"\n{LINE}\n\nSomething else.\n"
    article, refusal = reading("a.txt", text)
    assert isinstance(article, RawArticle)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("'Something else.' begins no article of ProQuest")


@pytest.mark.parametrize("line", [LINE, "Document 3 of 10", f"{LINE}\nProQuest has it.\n{LINE}"])
def test_a_line_within_a_text_stays_in_it(reading: Reading, line: str) -> None:
    text = f"It sails.\n\n{line}\n\nAgain."
    assert only_article(reading("a.txt", export("Ferry", "Author: Li, Jo", f"Full text: {text}"))).text == text


def test_a_record_may_end_without_its_number(reading: Reading) -> None:
    record = "Publication title: Gazette\n\nPublication date: Mar 4, 2019\n\nSection: News"
    one = f"Author: Li, Jo\n\nAbstract: It sails.\n\nTitle: Ferry sails\n\n{record}"
    article, refusal = reading("a.txt", f"{LINE}\n\n{one}\n\n{LINE}\n\nSomething else.\n")
    assert isinstance(article, RawArticle)
    assert (article.title, article.text) == ("Ferry sails", "It sails.")
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("'Something else.' begins no article")


@pytest.mark.parametrize(
    "line", ["Section: shelf nine", "He said: no.", "Subject:\n\nBoxes", "Copyright: nobody\n\nor somebody"]
)
def test_fields_begin_below_the_last_paragraph(reading: Reading, line: str) -> None:
    text = f"A card says:\n\nPublication title: Lost Gazette\n\n{line}\n\nAnd that is all."
    article = only_article(reading("a.txt", export("Ferry sails", "Author: Li, Jo", f"Full text: {text}")))
    assert (article.text, article.source) == (text, "Gazette")


def test_a_record_of_too_many_lines_costs_itself_only(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proquest_records, "MAX_RECORD_LINES", 1_000)
    long = export("Ferry sails", "Author: Li, Jo", "Full text: " + "a\n" * 1_000)
    cut = export("Pier rises", "Author: Li, Jo", "Full text: " + f"a\n{LINE}\n" * 509)
    found = reading("a.txt", long + export("Ferry sails", "Author: Li, Jo", "Full text: It sails.") + "\n" + cut)
    assert [type(item) for item in found] == [Refusal, RawArticle, Refusal]
    assert all(item.reason.startswith("the record is too long") for item in found if isinstance(item, Refusal))


def test_nothing_is_no_article() -> None:
    assert list(proquest.read([], Origin("a.txt"), context())) == []


@pytest.mark.parametrize("text", [f"Ferry\n\n{LINE}\n\nIt sails.", "Ferry\n\nProQuest bought it.\n\nAuthor: Li"])
def test_a_report_is_no_export(reading: Reading, text: str) -> None:
    assert only_article(reading("a.txt", text, source="Gazette")).title == "Ferry"
