"""Records -> articles: by id, by URL, by source, title and day; and by source and title where only one can be meant."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from app.labels import text_key
from app.models import Article, Basis
from seed.dates import parse_iso
from seed.pipeline.identity import public_id
from seed.pipeline.merge import MOST_URLS
from seed.records import RawArticle
from tests.seed.loading import copied, dump, load_into, report, writing

PAGE, OTHER_PAGE = "https://harbour-gazette.example/1", "https://harbour-gazette.example/2"

INFERRED = parse_iso("2019-03-04", basis=Basis.INFERRED)

LONG = "The ferry sails again from the old quay, as it has for years. " * 4
"""A text that tells an article."""

OWN_DAY = report("Quay", url=PAGE, on="2019-03-04", text=LONG)

SAME = {
    "all the same": [report(on="2019-03-04"), report(on="2019-03-04", text="Anew.")],
    "the same day, written otherwise": [report("“Ferry” resumes", on="2019-03-04"), report(on="2019-03-04")],
    "the same id, all else another": [report(id="r1", on="2019-03-04"), report("Tide turns", id="r1", url=PAGE)],
    "the same page, all else another": [report(url=PAGE, on="2019-03-04"), report("Tide turns", url=f"{PAGE}?amp")],
    "a page for what had none": [report(on="2019-03-04"), report(url=PAGE, on="2019-03-04")],
    "no page for what had one": [report(url=PAGE, on="2019-03-04"), report(on="2019-03-04")],
    "an id for what had none": [report(url=PAGE), report(id="r1", url=PAGE)],
    "no day for what had one": [report(on="2019-03-04"), report()],
    "a day for what had none": [report(), report(on="2019-03-04")],
    "a month for what had none": [report(), report(on="2019-03")],
    "a day that is only inferred": [report(on="2019-03-04"), report(published=INFERRED)],
    "a day for what was inferred": [report(published=INFERRED), report(on="2019-03-05")],
    "the page by way of the title": [
        report(on="2019-03-04"),
        report(url=PAGE, on="2019-03-04"),
        report("Tide", url=PAGE),
    ],
    "a title with nothing but marks": [report("???"), report("???")],
    "the same text on another page": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE)],
    "the same text, page and title another": [OWN_DAY, report("Tide", url=OTHER_PAGE, on="2019-03-04", text=LONG)],
    "the same text without a page": [OWN_DAY, report("Tide", text=LONG)],
    "the same text on a page, first without": [report("Tide", text=LONG), OWN_DAY],
    "the same text without a day": [OWN_DAY, report("Quay", url=OTHER_PAGE, text=LONG)],
    "the same text in the same month": [OWN_DAY, report("Quay", url=OTHER_PAGE, on="2019-03", text=LONG)],
    "the same text, an id for what had none": [OWN_DAY, replace(OWN_DAY, id="r1", url=OTHER_PAGE)],
    "the text that it had before": [OWN_DAY, replace(OWN_DAY, text="Anew."), replace(OWN_DAY, url=OTHER_PAGE)],
    "the same text on a day that was only inferred": [OWN_DAY, report("Tide", published=INFERRED, text=LONG)],
}

OTHERS = {
    "another title": [report(), report("Tide turns")],
    "another source": [report(on="2019-03-04"), report(on="2019-03-04", source="bay-courier")],
    "another day": [report(on="2019-03-04"), report(on="2019-03-05")],
    "another page": [report(url=PAGE, on="2019-03-04"), report(url=OTHER_PAGE, on="2019-03-04")],
    "another id": [report(id="r1", url=PAGE, on="2019-03-04"), report(id="r2", url=PAGE, on="2019-03-04")],
    "another page, without a day": [report(url=PAGE), report(url=OTHER_PAGE)],
    "another page, with one day": [report(url=PAGE, on="2019-03-04"), report(url=OTHER_PAGE)],
    "another page of a short text": [report(url=PAGE, text=LONG[:199]), report(url=OTHER_PAGE, text=LONG[:199])],
    "a text that differs in one character": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE, text=f"{LONG}!")],
    "the same text of another source": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE, source="bay-courier")],
    "the same text under another id": [replace(OWN_DAY, id="r1"), replace(OWN_DAY, id="r2", url=OTHER_PAGE)],
    "the same text on another day": [OWN_DAY, report("Quay", url=OTHER_PAGE, on="2019-03-05", text=LONG)],
}


def articles(database: Path) -> int:
    """Return how many there are."""
    return len(dump(database)["article"])


@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("how", SAME)
def test_records_of_one_article(database: Path, how: str, batch: int) -> None:
    """In one batch or in several."""
    load_into(database, SAME[how], batch=batch)
    assert articles(database) == 1


@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("how", OTHERS)
def test_records_of_two_articles(database: Path, how: str, batch: int) -> None:
    """In whichever order they come."""
    load_into(database, OTHERS[how][::-1], batch=batch)
    assert articles(database) == 2


@pytest.mark.parametrize("batch", [1, 200])
def test_a_page_that_is_known_stays_its_article(database: Path, batch: int) -> None:
    """Though its text becomes that of another page: the URL is the stronger key."""
    tide = report("Tide", url=OTHER_PAGE, on="2019-03-04")
    load_into(database, [OWN_DAY, tide, replace(tide, text=LONG)], batch=batch)
    assert articles(database) == 2


@pytest.mark.parametrize("batch", [1, 200])
def test_a_text_that_comes_daily_is_an_article_a_day(database: Path, batch: int) -> None:
    """On whichever pages; and what states no day is the first of them."""
    days = [
        report(f"Notice {number}", url=f"{PAGE}{number}", on=f"2019-03-0{day}", text=LONG)
        for number, day in enumerate((4, 5, 6, 5, 6, 4, 5))
    ]
    load_into(database, [*days, report("Notice", url=OTHER_PAGE, text=LONG)], batch=batch)
    assert articles(database) == 3
    load_into(database, days, batch=batch)
    assert articles(database) == 3


@pytest.mark.parametrize("batch", [1, 200])
def test_each_article_of_a_text_has_a_key_of_it(database: Path, batch: int) -> None:
    """That of source and text, of the day beside it, or one of its own: so that others of the text can name it."""
    load_into(database, [replace(OWN_DAY, id=f"r{number}", url=None) for number in range(4)] * 2, batch=batch)
    own = {row["article_id"]: row["key"] for row in dump(database)["article_key"] if row["key"].startswith("text:")}
    ids = [public_id(f"id:r{number}") for number in range(4)]
    first = f"{text_key(LONG)}harbour-gazette"
    assert [own[id_] for id_ in ids] == [
        first,
        f"{first}:2019-03-04",
        f"{first}:2019-03-04:{ids[2]}",
        f"{first}:2019-03-04:{ids[3]}",
    ]


def test_no_id_is_made_of_a_text(database: Path) -> None:
    """It would move when the text is mended."""
    load_into(database, [OWN_DAY, report("Tide", on="2019-03-05", text=f"{LONG}!")])
    assert {row["id"] for row in dump(database)["article"]} == {
        public_id("url:harbour-gazette.example/1"),
        public_id("title:harbour-gazette:tide:2019-03-05"),
    }


def test_every_key_ever_seen_points_to_the_article(database: Path) -> None:
    """Its id is the hash of the first."""
    load_into(database, [report(on="2019-03-04"), report(id="r1", url=PAGE, on="2019-03-04"), report("Tide", url=PAGE)])
    first = "title:harbour-gazette:ferry resumes:2019-03-04"
    keys = {row["key"]: row["article_id"] for row in dump(database)["article_key"]}
    assert keys == dict.fromkeys(
        [first, "id:r1", "url:harbour-gazette.example/1", "title:harbour-gazette:tide:"], public_id(first)
    )


@pytest.mark.parametrize("batch", [1, 200])
def test_a_given_id_is_the_strongest_key(database: Path, batch: int) -> None:
    """Against the page of another article."""
    one, two = report(id="r1", url=PAGE), report("Tide turns", id="r2", url=OTHER_PAGE)
    load_into(database, [one, two, report("Tide rises", id="r1", url=OTHER_PAGE)], batch=batch)
    rows = dump(database)
    served = {row["article_id"]: row["title"] for row in rows["revision"]}
    assert served == {public_id("id:r1"): "Tide rises", public_id("id:r2"): "Tide turns"}


@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_source_and_title_of_two_articles_mean_neither(database: Path, order: tuple[int, ...], batch: int) -> None:
    """It is a third, and the next of its kind is that third."""
    days = [report(on="2019-03-04"), report(on="2019-03-05")]
    load_into(database, [*(days[n] for n in order), report(text="Which?"), report(text="Which then?")], batch=batch)
    assert articles(database) == 3


@pytest.mark.parametrize("batch", [1, 200])
def test_an_undated_article_is_found_by_one_day_only(database: Path, batch: int) -> None:
    """Once it has a day, a report of another day is another article: a title may come daily."""
    days = [report(on=f"2019-03-0{day}", text=f"Day {day}.") for day in (4, 5, 6)]
    load_into(database, [report(), *days], batch=batch)
    assert articles(database) == 3


def test_a_page_denies_the_undated_article_of_another_page(database: Path) -> None:
    """Though it is the only one of its title."""
    load_into(database, [report(url=PAGE), report(url=OTHER_PAGE, on="2019-03-04")])
    assert articles(database) == 2


@pytest.mark.parametrize("batch", [1, 200])
def test_an_id_that_is_taken_gives_way_to_the_next(database: Path, batch: int) -> None:
    """Twelve characters may clash once in a great while."""
    key = "title:harbour-gazette:ferry resumes:"
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(insert(Article), [{"id": public_id(key), "revision_id": 0}])
    load_into(database, [report("Tide turns"), report()], batch=batch)
    ids = {row["key"]: row["article_id"] for row in dump(database)["article_key"]}
    assert ids[key] == public_id(key, 1)


def test_an_id_that_the_batch_has_just_taken_gives_way_too(database: Path) -> None:
    """A record that is denied its own page's article by an id begins another with the page's key second."""
    load_into(database, [report(url=PAGE), report(id="r1", url=PAGE), report("Tide", id="r2", url=PAGE)])
    assert {row["id"] for row in dump(database)["article"]} == {
        public_id("url:harbour-gazette.example/1"),
        public_id("id:r2"),
    }


def the_id(number: int) -> RawArticle:
    """Return a record that has all keys, or some: those of one number are of one article."""
    return report(f"Report {number}", id=f"r{number}", url=f"{PAGE}{number}", on=f"2019-03-{number + 1:02d}")


RECORDS = [the_id(number) for number in range(6)]


@settings(max_examples=8, deadline=None)
@given(st.permutations(RECORDS), st.integers(1, 6))
def test_ids_do_not_depend_on_the_order_of_loading(migrated: Path, order: list[RawArticle], batch: int) -> None:
    """Nor on the machine: records that always bring the same strongest key."""
    with copied(migrated) as database:
        load_into(database, order, batch=batch)
        assert {row["id"] for row in dump(database)["article"]} == {public_id(f"id:r{n}") for n in range(6)}


@settings(max_examples=8, deadline=None)
@given(st.permutations([report(on="2019-03-04"), report(on="2019-03-04", url=PAGE), report("Tide turns", url=PAGE)]))
def test_the_order_decides_no_more_than_the_id(migrated: Path, order: list[RawArticle]) -> None:
    """A record in between joins two that have no key in common, unless it comes last: then two were there."""
    with copied(migrated) as database:
        load_into(database, order)
        assert articles(database) == (2 if order[2].title != "Tide turns" and order[2].url else 1)


def test_a_notice_on_every_page_is_no_article(database: Path) -> None:
    """Its article would have the URLs of the whole site, and each would take longer than the last."""
    pages = [report("Ferry", url=f"https://harbour-gazette.example/{n}", text=LONG) for n in range(MOST_URLS + 3)]
    summary = load_into(database, pages)
    assert (summary.loaded, summary.updated, len(summary.refused)) == (1, MOST_URLS, 2)
    (refusal, _) = summary.refused
    assert re.fullmatch(
        r"it is [0-9a-z]{12}, which has 100 other URLs: wanted an article and no notice of the site",
        refusal.reason,
    )
    again = load_into(database, pages[: MOST_URLS + 1])
    assert (again.updated, again.unchanged, len(again.refused)) == (0, MOST_URLS + 1, 0)
