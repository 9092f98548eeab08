"""The five reports of autumn 2015, if the user has their full texts next to the checkout."""

from pathlib import Path

import pytest

from app.models import Basis, Precision, TextKind
from seed.readers import Overrides, read_paths
from seed.records import Published, RawArticle

ROOT = Path(__file__).resolve().parents[3]
REPORTS = ROOT.parent / "shared" / "seeds"
CORPUS = ROOT / "seed" / "corpus"

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the full texts are not here: they are their publishers'")


def articles(folder: Path) -> dict[str, RawArticle]:
    """Return the articles of a folder by title."""
    return {item.title: item for item in read_paths([folder], overrides=Overrides()) if isinstance(item, RawArticle)}


@pytest.fixture(scope="module")
def reports() -> dict[str, RawArticle]:
    """Return the articles of the reports."""
    return articles(REPORTS)


def test_all_five_are_read(reports: dict[str, RawArticle]) -> None:
    assert len(reports) == len(list(REPORTS.glob("*.txt"))) == 5
    assert {article.text_kind for article in reports.values()} == {TextKind.FULL}
    assert {article.language for article in reports.values()} == {"en"}


@pytest.mark.parametrize(
    ("title", "source", "authors", "published"),
    [
        (
            "Russia Reports Three Waves of ‘Massive’ Strikes Against ISIS",
            "cnsnews",
            ("Patrick Goodenough",),
            Published("2015-11-20", 1_448_011_200, 15_600, Precision.MINUTE, "EST", Basis.STATED),
        ),
        (
            "Russia Claims to be Bombing ISIS Ruthlessly; Obama Says US Still Doesn’t Know if Russians Are Onboard",
            "cnsnews",
            ("Patrick Goodenough",),
            Published("2015-11-22", 1_448_236_920, 68_520, Precision.MINUTE, "EST", Basis.STATED),
        ),
        (
            "Russia takes command of fight against ISIS in Syria",
            "redstate",
            (),
            Published(
                "2015-09-30",
                precision=Precision.DAY,
                basis=Basis.INFERRED,
                evidence="“first airstrikes”, “Wednesday”: first Russian airstrikes in Syria, 2015-09-30",
            ),
        ),
        (
            "Russian Warships Launch Missiles Against IS In Syria",
            "rferl",
            (),
            Published(
                "2015-10-07",
                precision=Precision.DAY,
                basis=Basis.INFERRED,
                evidence="“63rd birthday”, “October 7”: Vladimir Putin, born 1952-10-07",
            ),
        ),
        (
            "Putin in Syria: Even ISIS Says Russia Is Not Bombing ISIS",
            "interpretermag",
            ("James Miller", "Catherine A. Fitzpatrick", "Pierre Vaux"),
            Published("2015-11-19", precision=Precision.DAY, basis=Basis.STATED),
        ),
    ],
)
def test_a_report_says_who_wrote_it_where_and_when(
    reports: dict[str, RawArticle], title: str, source: str, authors: tuple[str, ...], published: Published
) -> None:
    report = reports[title]
    assert (report.source, report.authors, report.published) == (source, authors, published)


@pytest.mark.parametrize(
    "line",
    [
        "Accessibility links",
        "Breaking News",
        "Font Size",
        "MRC Store",
        "mrc merch",
        "Join the conversation as a VIP Member",
        "Trending on RedState Videos",
        "  • 16x9 Image",
        "By Patrick Goodenough | November 20, 2015 | 4:20am EST",
        "November 19, 2015",
    ],
)
def test_no_furniture_is_left(reports: dict[str, RawArticle], line: str) -> None:
    assert all(line not in article.text.split("\n") for article in reports.values())


def test_no_line_of_a_report_is_lost_but_furniture_and_head(reports: dict[str, RawArticle]) -> None:
    for path in sorted(REPORTS.glob("*.txt")):
        page = path.read_text(encoding="utf-8")
        (report,) = (article for article in reports.values() if article.title in page)
        kept = {row.strip() for row in report.text.split("\n")}
        lost = [
            row for row in page.split("\n") if row.strip() and row.strip() not in kept and row.strip()[4:] not in kept
        ]
        assert len(lost) <= 6, lost


def test_non_breaking_spaces_and_captions_stay(reports: dict[str, RawArticle]) -> None:
    report = reports["Russia Reports Three Waves of ‘Massive’ Strikes Against ISIS"]
    assert "\u00a0Deir ez-Zor" in report.text
    assert report.text.startswith("A Russian Tupolev TU-160")
    assert report.text.count("(AP Photo, File)") == 1


def test_a_caption_printed_twice_is_kept_once(reports: dict[str, RawArticle]) -> None:
    report = reports["Russian Warships Launch Missiles Against IS In Syria"]
    assert report.text.count("Men on motorcycles") == 1


def test_the_digests_agree_with_the_reports_in_all_but_the_text(reports: dict[str, RawArticle]) -> None:
    digests = articles(CORPUS)
    assert digests.keys() == reports.keys()
    for title, digest in digests.items():
        report = reports[title]
        assert (digest.authors, digest.published, digest.language) == (
            report.authors,
            report.published,
            report.language,
        )
