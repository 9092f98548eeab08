"""Dates, bylines and languages that users of other tools reported as misread; only the shape of each report is kept."""

from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.context import ReaderContext
from seed.readers.formats.html_page import page_article
from seed.readers.outlets import load_sources
from seed.records import Origin, RawArticle, Refusal

CONTEXT = ReaderContext({}, load_sources(), ())
TEXT = (
    "The port office said on Monday that a second ferry would sail to the island, which has had no crossing for days.",
    "The minister said that the vessel would carry food and two engineers, who are to look at the pier in the east.",
    "Islanders said by telephone that shops had run out of bread on Saturday, and that the school would stay closed "
    "until the end of the week at least, while the storm that broke the pier had moved on to the north.",
)


def page(body: str, *, head: str = "", lang: str = "en", title: str = "Second ferry for Sula") -> RawArticle:
    """Return the article of a page of the Quay."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT)
    html = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Quay</title>'
        f'<meta property="og:site_name" content="Quay">{head}</head><body><article><h1>Second ferry for Sula</h1>{body}'
        f"{paragraphs}</article></body></html>"
    )
    return page_article(Origin("a.html"), html, CONTEXT)


@pytest.mark.parametrize(
    ("body", "head", "lang", "on", "local_time", "authors"),
    [
        ('<script>x = {"offer": {"expires": "2021-01-31T23:59:59"}}</script>', "", "en", None, None, ()),
        (
            "<time datetime='2018-05-17T09:53:00Z'>5/17/18 AT 5:53 AM</time>",
            '<link rel="canonical" href="https://quay.example/2018/05/18/a.html">',
            "en",
            "2018-05-17",
            21_180,
            (),
        ),
        ("<div>Monday August 27, 2018 10:05 am PDT by Ada Byrne</div>", "", "en", "2018-08-27", 36_300, ("Ada Byrne",)),
        (
            "<time class=timeago datetime='Sat Nov 18 2017 15:21:41 GMT+0000'>18 Nov 2017</time>",
            "",
            "en",
            "2017-11-18",
            55_301,
            (),
        ),
        (
            "<time itemprop=dateModified datetime='2017-11-27T19:20:45+01:00'>27/11/2017 01:57 | Actualizado a "
            "27/11/2017 19:20</time>",
            "",
            "ca",
            "2017-11-27",
            7_020,
            (),
        ),
        (
            "<p>By <a href='/ada'>Ada Byrne</a> <time datetime='2017-03-08'>March 8, 2017</time></p>",
            "",
            "en",
            "2017-03-08",
            None,
            ("Ada Byrne",),
        ),
        (
            "<p>Von Ada Byrne und Jo Li</p><p>4. März 2019, 18:30 Uhr</p>",
            "",
            "de",
            "2019-03-04",
            66_600,
            ("Ada Byrne", "Jo Li"),
        ),
        ("<p>03/04/2019 6:30 PM ET</p>", "", "en", None, None, ()),
        ("<p>Posted: 03/04/2019 6:30 PM EST</p>", "", "en-US", "2019-03-04", 66_600, ()),
        ("<time>03/04/2019</time>", "", "en-US", "2019-03-04", None, ()),
    ],
)
def test_a_page(
    body: str, head: str, lang: str, on: str | None, local_time: int | None, authors: tuple[str, ...]
) -> None:
    article = page(body, head=head, lang=lang)
    assert (article.published.on, article.published.local_time, article.authors) == (on, local_time, authors)
    assert article.text == "\n\n".join(TEXT)


def test_a_title_that_ends_with_site_and_day() -> None:
    for head in ("", '<meta property="og:title" content="Second ferry for Sula | KW | 16.07.2020">'):
        article = page("", head=head, lang="de", title="Second ferry for Sula | Umwelt | KW | 16.07.2020")
        assert (article.title, article.published.on) == ("Second ferry for Sula", "2020-07-16" if head else None)


def read(path: Path, content: str) -> list[RawArticle | Refusal]:
    path.write_text(content, encoding="utf-8")
    return [item for item in read_paths([path], overrides=Overrides()) if isinstance(item, RawArticle | Refusal)]


def rows(path: Path, column: str, values: dict[str, str | None]) -> dict[str, RawArticle | Refusal]:
    """Return what each value of a column makes of its row."""
    table = [f"title,source,text,{column}", *(f'Report,Quay,A text.,"{value}"' for value in values)]
    return dict(zip(values, read(path, "\n".join(table)), strict=True))


def test_dates_of_spreadsheets(tmp_path: Path) -> None:
    days = {
        "Jan 29,   2020 @ 05:33:50.000": "2020-01-29",
        "29/01/2020 05:33": "2020-01-29",
        "3/25/2019": "2019-03-25",
        "25.03.2019": "2019-03-25",
        "04.03.2019 18:30": "2019-03-04",
        "2019-03-04 18:30": "2019-03-04",
        "4-Mar-19": "2019-03-04",
        "March 2019": "2019-03",
        "2019-03-04 00:00:00": "2019-03-04",
        "3/4/2019": None,
        "43528": None,
    }
    for value, item in rows(tmp_path / "a.csv", "date", dict(days)).items():
        assert isinstance(item, RawArticle)
        assert item.published.on == days[value]
        assert item.matches_by_title == (days[value] is not None)
        assert bool(item.notes) == (days[value] is None)


def test_languages_of_tables(tmp_path: Path) -> None:
    tags = {
        "English": "en",
        "eng": "en",
        "German": "de",
        "Portuguese (Brazil)": "pt-BR",
        "en_US": "en-US",
        "EN": "en",
        "zho": "zh",
        "Ukrainian": "uk",
        "und": None,
        "Unknown": None,
        "nan": None,
        "xx": None,
    }
    for value, item in rows(tmp_path / "a.csv", "language", dict(tags)).items():
        assert isinstance(item, RawArticle)
        assert item.language == tags[value]


def test_dates_of_a_feed_in_other_languages(tmp_path: Path) -> None:
    days = {
        "Mo, 25 Jun 2018 11:41:36": "2018-06-25",
        "Ke, 30 Lok 2013 11:34:37 +0000": "2013-10-30",
        "dom, 13 may 2018 01:22:40 +0100": "2018-05-13",
        "2016/6/29 15:07:41": "2016-06-29",
        "1541779200": "2018-11-09",
        "03/04/2019": "2019-03-04",
        "3. listopada 2019": None,
    }
    items = "".join(
        f"<item><title>Report {number}</title><link>https://quay.example/{number}</link><pubDate>{value}</pubDate>"
        f"<description>A text.</description></item>"
        for number, value in enumerate(days)
    )
    feed = f"<rss version='2.0'><channel><title>Quay</title><language>en-us</language>{items}</channel></rss>"
    articles = read(tmp_path / "a.rss", feed)
    assert [item.published.on for item in articles if isinstance(item, RawArticle)] == list(days.values())
