"""RIS: records, dates, ids, and pages without abstracts; the files in `archives/ris` show whole exports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.models import Precision, TextKind
from seed.readers import Overrides, read_paths
from seed.readers.formats import ris
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.records import Link, NoArticle, RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason


def record(*lines: str, start: tuple[str, ...] = ("TI  - Ferry", "T2  - Gazette", "AB  - It sails.")) -> str:
    """Return a record of an article, with more lines."""
    return "\n".join(("TY  - NEWS", *start, *lines, "ER  - ", ""))


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        (["DA  - 2019/03/04/"], "2019-03-04"),
        (["DA  - 2019/3/4"], "2019-03-04"),
        (["DA  - 2019/00/00/"], "2019"),
        (["Y1  - 2019/03//Spring"], "2019-03"),
        (["DA  - 2019///4 March"], "2019-03-04"),
        (["DA  - 2019/03//May"], "2019-03"),
        (["PY  - 2019", "DA  - 4 March"], "2019-03-04"),
        (["PY  - 2019", "Y1  - 2019/03/04/"], "2019-03-04"),
        (["DA  - 4 March"], None),
        (["Y2  - 2019/03/04/"], None),
        (["PY  - c2019"], None),
    ],
)
def test_a_date_is_as_precise_as_the_record_says(reading: Reading, lines: list[str], on: str | None) -> None:
    article = only_article(reading("a.ris", record(*lines)))
    assert article.published.on == on
    assert (article.missing.get("published") is None) == (on is not None)


def test_a_time_after_the_day_counts(reading: Reading) -> None:
    published = only_article(reading("a.ris", record("DA  - 2019/03/04/18:30:00Z"))).published
    assert published.precision is Precision.MINUTE
    assert published.at == datetime(2019, 3, 4, 18, 30, tzinfo=UTC).timestamp()


def test_dates_that_differ_or_cannot_be_read_are_noted(reading: Reading) -> None:
    article = only_article(reading("a.ris", record("DA  - 03/04/2019", "Y1  - 2019/03/05/", "PY  - 2018")))
    assert article.published.on == "2019-03-05"
    assert "PY is 2018; the date of Y1 counts" in article.notes
    assert any(note.startswith("left out: DA: published: '03/04/2019'") for note in article.notes)
    only_article(reading("b.ris", record("DA  - 03/04/2019", "PY  - 2019"), strict=True))
    assert "03/04/2019" in only_reason(reading("c.ris", record("DA  - 03/04/2019"), strict=True))


@pytest.mark.parametrize(
    ("lines", "id_"),
    [
        (["ID  - 12"], None),
        (["AN  - 12"], "12"),
        (["ID  - 12", "AN  - HG19"], "HG19"),
        (["ID  - byrne2019"], "byrne2019"),
    ],
)
def test_the_number_of_a_record_in_a_library_is_no_id(reading: Reading, lines: list[str], id_: str | None) -> None:
    assert only_article(reading("a.ris", record(*lines))).id == id_


def test_an_outlet_is_known_by_its_url(reading: Reading) -> None:
    found = reading("a.ris", record("UR  - https://www.rferl.org/a/1.html", start=("TI  - Ferry", "AB  - It sails.")))
    assert only_article(found).source == "rferl"
    found = reading("b.ris", record("UR  - https://quay.example/1", start=("TI  - Ferry", "AB  - It sails.")))
    assert only_article(found).source == "quay.example"
    assert "source is None" in only_reason(reading("c.ris", record(start=("TI  - Ferry", "AB  - It sails."))))


def test_abstracts_are_extracts_and_the_longer_one_counts(reading: Reading) -> None:
    article = only_article(reading("a.ris", record("AB  - Again.", "N2  - Another.")))
    assert (article.text, article.text_kind) == ("It sails.\n\nAgain.", TextKind.EXTRACT)
    assert "ignored: N2 has another abstract than AB" in article.notes
    assert "ignored tags: KW, A2" in only_article(reading("b.ris", record("KW  - a", "A2  - b", "KW  - c"))).notes


def test_a_removed_article_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.ris").write_text(record("AB  - It sails.", start=("TI  - [Removed]", "T2  - Gazette")))
    (item,) = read_paths([tmp_path / "a.ris"], overrides=Overrides())
    assert isinstance(item, NoArticle)


def test_a_record_without_an_abstract_is_a_page_of_a_list(tmp_path: Path) -> None:
    lines = ("UR  - https://quay.example/1", "LA  - German", "DA  - 2019/03/04/")
    (tmp_path / "a.ris").write_text(record(*lines, start=("TI  - Ferry", "T2  - Gazette")))
    (link,) = read_paths([tmp_path / "a.ris"], overrides=Overrides())
    assert isinstance(link, Link)
    assert link.listed is not None
    listed = link.listed
    assert (listed.list_name, listed.title, listed.source, listed.language) == ("RIS", "Ferry", "Gazette", "de")
    assert listed.published.on == "2019-03-04"
    (link,) = read_paths([tmp_path / "a.ris"], overrides=Overrides(date="2020-01-01"))
    assert isinstance(link, Link)
    assert link.listed is not None
    assert link.listed.published.on == "2020-01-01"


def test_what_is_no_record_is_refused(reading: Reading) -> None:
    assert "the file has no record" in only_reason(reading("a.ris", "Ferry\n"))
    assert "the record has no type" in only_reason(reading("a.ris", "TI  - Ferry\n"))
    refusal, article = reading("b.ris", record("KW  - \xe9").encode("latin-1") + record().encode())
    assert "byte 0xe9" in refusal.reason if not isinstance(refusal, RawArticle) else False
    assert isinstance(article, RawArticle)


def test_records_without_a_type_are_not_lost(reading: Reading) -> None:
    first, article, last = reading("a.ris", record().partition("\n")[2] + record() + record().partition("\n")[2])
    assert isinstance(article, RawArticle)
    assert all("has no type" in only_reason([item]) for item in (first, last))


def test_two_records_without_a_line_between_them_are_not_one(reading: Reading) -> None:
    second = "TI  - Bread\nT2  - Quay\nAB  - No bread."
    assert "2 titles ('Bread'): expected 'ER  - '" in only_reason(reading("a.ris", record(second)))
    assert only_article(reading("b.ris", record("T1  - Ferry sails", "TI  - Ferry"))).title == "Ferry"


def test_a_line_that_is_too_long_costs_its_record_only(reading: Reading) -> None:
    refusal, article = reading("a.ris", record("KW  - " + "a" * MAX_RECORD_BYTES) + record())
    assert not isinstance(refusal, RawArticle)
    assert refusal.reason.startswith("the line is too long")
    assert isinstance(article, RawArticle)


def test_a_record_of_too_many_lines_costs_itself_only(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ris, "MAX_RECORD_LINES", 1_000)
    refusal, article = reading("a.ris", record("a\n" * 1_000) + record())
    assert not isinstance(refusal, RawArticle)
    assert refusal.reason.startswith("the record is too long")
    assert isinstance(article, RawArticle)


def test_a_line_like_the_edge_of_a_record_is_text(reading: Reading) -> None:
    lines = ("TI  - Ferry", "T2  - Gazette", "AB  - It sails.", "ER  - so they say", "TY  - or type it", "Again.")
    article = only_article(reading("a.ris", record(start=lines)))
    assert article.text == "It sails.\nER  - so they say\nTY  - or type it\nAgain."
