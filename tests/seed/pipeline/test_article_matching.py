"""Match records to articles: by id, URL, text, or source, title and day; by source and title if unambiguous."""

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
from seed.pipeline.merge import MAX_OTHER_URLS
from seed.records import RawArticle
from tests.conftest import SOAK
from tests.seed.loading import copied, dump, load_into, report, writing

PAGE, OTHER_PAGE = "https://harbour-gazette.example/1", "https://harbour-gazette.example/2"

INFERRED = parse_iso("2019-03-04", basis=Basis.INFERRED)

LONG = "The ferry sails again from the old quay, as it has for years. " * 4
"""A text that is long enough to identify an article."""

OWN_DAY = report("Quay", url=PAGE, on="2019-03-04", text=LONG)

UNTITLED = replace(OWN_DAY, title="The ferry sails", url=OTHER_PAGE, matches_by_title=False)

SAME = {
    "every field but the text": [report(on="2019-03-04"), report(on="2019-03-04", text="Changed.")],
    "the same title, spelled differently": [report("“Ferry” resumes", on="2019-03-04"), report(on="2019-03-04")],
    "the same id, other fields differ": [report(id="r1", on="2019-03-04"), report("Tide turns", id="r1", url=PAGE)],
    "the same page, other fields differ": [report(url=PAGE, on="2019-03-04"), report("Tide turns", url=f"{PAGE}?amp")],
    "a page for an article without one": [report(on="2019-03-04"), report(url=PAGE, on="2019-03-04")],
    "no page for an article with one": [report(url=PAGE, on="2019-03-04"), report(on="2019-03-04")],
    "an id for an article without one": [report(url=PAGE), report(id="r1", url=PAGE)],
    "no day for an article with one": [report(on="2019-03-04"), report()],
    "a day for an article without one": [report(), report(on="2019-03-04")],
    "a month for an article without one": [report(), report(on="2019-03")],
    "a day that is only inferred": [report(on="2019-03-04"), report(published=INFERRED)],
    "a day for an article with an inferred one": [report(published=INFERRED), report(on="2019-03-05")],
    "the page, linked by the title": [
        report(on="2019-03-04"),
        report(url=PAGE, on="2019-03-04"),
        report("Tide", url=PAGE),
    ],
    "a title of punctuation only": [report("???"), report("???")],
    "the same text on another page": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE)],
    "the same text, other page and no title": [OWN_DAY, UNTITLED],
    "the same text, first without a title": [UNTITLED, OWN_DAY],
    "the same text, other page and an earlier title": [
        OWN_DAY,
        report("Tide", url=PAGE, on="2019-03-04", text=LONG),
        replace(OWN_DAY, url=OTHER_PAGE),
    ],
    "the same text without a page": [OWN_DAY, report("Tide", text=LONG)],
    "the same text, first without a page": [report("Tide", text=LONG), OWN_DAY],
    "the same text without a day": [OWN_DAY, report("Quay", url=OTHER_PAGE, text=LONG)],
    "the same text in the same month": [OWN_DAY, report("Quay", url=OTHER_PAGE, on="2019-03", text=LONG)],
    "the same text, an id for an article without one": [OWN_DAY, replace(OWN_DAY, id="r1", url=OTHER_PAGE)],
    "the previous text of the article": [OWN_DAY, replace(OWN_DAY, text="Changed."), replace(OWN_DAY, url=OTHER_PAGE)],
    "the same text on a day that was only inferred": [OWN_DAY, report("Tide", published=INFERRED, text=LONG)],
}

OTHERS = {
    "another title": [report(), report("Tide turns")],
    "another source": [report(on="2019-03-04"), report(on="2019-03-04", source="bay-courier")],
    "another day": [report(on="2019-03-04"), report(on="2019-03-05")],
    "another page": [report(url=PAGE, on="2019-03-04"), report(url=OTHER_PAGE, on="2019-03-04")],
    "another id": [report(id="r1", url=PAGE, on="2019-03-04"), report(id="r2", url=PAGE, on="2019-03-04")],
    "another page, without a day": [report(url=PAGE), report(url=OTHER_PAGE)],
    "another page, one of them dated": [report(url=PAGE, on="2019-03-04"), report(url=OTHER_PAGE)],
    "another page of a short text": [report(url=PAGE, text=LONG[:199]), report(url=OTHER_PAGE, text=LONG[:199])],
    "a text that differs in one character": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE, text=f"{LONG}!")],
    "the same text of another source": [OWN_DAY, replace(OWN_DAY, url=OTHER_PAGE, source="bay-courier")],
    "the same text under another id": [replace(OWN_DAY, id="r1"), replace(OWN_DAY, id="r2", url=OTHER_PAGE)],
    "the same text, other page and title": [OWN_DAY, report("Tide", url=OTHER_PAGE, on="2019-03-04", text=LONG)],
    "the same text on another day": [OWN_DAY, report("Quay", url=OTHER_PAGE, on="2019-03-05", text=LONG)],
}


def articles(database: Path) -> int:
    """Return the number of articles."""
    return len(dump(database)["article"])


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("case", SAME)
def test_records_of_one_article(database: Path, case: str, batch: int) -> None:
    """In one batch or several."""
    load_into(database, SAME[case], batch=batch)
    assert articles(database) == 1


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("case", OTHERS)
def test_records_of_two_articles(database: Path, case: str, batch: int) -> None:
    """In either order."""
    load_into(database, OTHERS[case][::-1], batch=batch)
    assert articles(database) == 2


@pytest.mark.parametrize("batch", [1, 200])
def test_a_known_page_keeps_its_article(database: Path, batch: int) -> None:
    """Although its text becomes that of another page: the URL is the stronger key."""
    tide = report("Tide", url=OTHER_PAGE, on="2019-03-04")
    load_into(database, [OWN_DAY, tide, replace(tide, text=LONG)], batch=batch)
    assert articles(database) == 2


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 200])
def test_a_text_printed_daily_is_one_article_per_day(database: Path, batch: int) -> None:
    """On any page; a record that states no day is the first of them."""
    days = [
        report("Notice", url=f"{PAGE}{number}", on=f"2019-03-0{day}", text=LONG)
        for number, day in enumerate((4, 5, 6, 5, 6, 4, 5))
    ]
    load_into(database, [*days, report("Notice", url=OTHER_PAGE, text=LONG)], batch=batch)
    assert articles(database) == 3
    load_into(database, days, batch=batch)
    assert articles(database) == 3


@pytest.mark.parametrize("batch", [1, 200])
def test_each_article_with_the_same_text_has_its_own_text_key(database: Path, batch: int) -> None:
    """Of source and text, also of the day, or also of its id: so that the articles can refer to each other."""
    load_into(database, [replace(OWN_DAY, id=f"r{number}", url=None) for number in range(4)] * 2, batch=batch)
    own = {row["article_id"]: row["key"] for row in dump(database)["article_key"] if row["key"].startswith("text:")}
    ids = [public_id(f"id:harbour-gazette:r{number}") for number in range(4)]
    first = f"{text_key(LONG)}harbour-gazette"
    assert [own[id_] for id_ in ids] == [
        first,
        f"{first}:2019-03-04",
        f"{first}:2019-03-04:{ids[2]}",
        f"{first}:2019-03-04:{ids[3]}",
    ]


def test_no_id_is_made_from_a_text(database: Path) -> None:
    """It would change when the text is corrected."""
    load_into(database, [OWN_DAY, report("Tide", on="2019-03-05", text=f"{LONG}!")])
    assert {row["id"] for row in dump(database)["article"]} == {
        public_id("url:harbour-gazette.example/1"),
        public_id("title:harbour-gazette:tide:2019-03-05"),
    }


def test_every_key_ever_seen_points_to_the_article(database: Path) -> None:
    """Its id is the hash of the first key."""
    load_into(database, [report(on="2019-03-04"), report(id="r1", url=PAGE, on="2019-03-04"), report("Tide", url=PAGE)])
    first = "title:harbour-gazette:ferry resumes:2019-03-04"
    keys = {row["key"]: row["article_id"] for row in dump(database)["article_key"]}
    assert keys == dict.fromkeys(
        [first, "id:harbour-gazette:r1", "url:harbour-gazette.example/1", "title:harbour-gazette:tide:"],
        public_id(first),
    )


@pytest.mark.parametrize("batch", [1, 200])
def test_a_given_id_is_the_strongest_key(database: Path, batch: int) -> None:
    """Even with the page of another article."""
    one, two = report(id="r1", url=PAGE), report("Tide turns", id="r2", url=OTHER_PAGE)
    load_into(database, [one, two, report("Tide rises", id="r1", url=OTHER_PAGE)], batch=batch)
    rows = dump(database)
    served = {row["article_id"]: row["title"] for row in rows["revision"]}
    assert served == {
        public_id("id:harbour-gazette:r1"): "Tide rises",
        public_id("id:harbour-gazette:r2"): "Tide turns",
    }


@pytest.mark.parametrize("batch", [1, 200])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_source_and_title_of_two_articles_match_neither(database: Path, order: tuple[int, ...], batch: int) -> None:
    """The record is a third article, which the next such record matches."""
    days = [report(on="2019-03-04"), report(on="2019-03-05")]
    load_into(database, [*(days[n] for n in order), report(text="Which?"), report(text="Which then?")], batch=batch)
    assert articles(database) == 3


@pytest.mark.parametrize("batch", [1, 200])
def test_an_undated_article_matches_one_day_only(database: Path, batch: int) -> None:
    """Once it has a day, a report of another day is another article: a title may be used daily."""
    days = [report(on=f"2019-03-0{day}", text=f"Day {day}.") for day in (4, 5, 6)]
    load_into(database, [report(), *days], batch=batch)
    assert articles(database) == 3


def test_a_page_vetoes_the_undated_article_of_another_page(database: Path) -> None:
    """Although it is the only one with its title."""
    load_into(database, [report(url=PAGE), report(url=OTHER_PAGE, on="2019-03-04")])
    assert articles(database) == 2


@pytest.mark.parametrize("batch", [1, 200])
def test_a_used_id_leads_to_the_next(database: Path, batch: int) -> None:
    """Twelve characters may collide, if very rarely."""
    key = "title:harbour-gazette:ferry resumes:"
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(insert(Article), [{"id": public_id(key), "revision_id": 0}])
    load_into(database, [report("Tide turns"), report()], batch=batch)
    ids = {row["key"]: row["article_id"] for row in dump(database)["article_key"]}
    assert ids[key] == public_id(key, 1)


def test_an_id_used_earlier_in_the_batch_leads_to_the_next(database: Path) -> None:
    """A record whose id vetoes the article of its page becomes a new article named by that id."""
    load_into(database, [report(url=PAGE), report(id="r1", url=PAGE), report("Tide", id="r2", url=PAGE)])
    assert {row["id"] for row in dump(database)["article"]} == {
        public_id("url:harbour-gazette.example/1"),
        public_id("id:harbour-gazette:r2"),
    }


def record_with_all_keys(number: int) -> RawArticle:
    """Return a record that has every kind of key."""
    return report(f"Report {number}", id=f"r{number}", url=f"{PAGE}{number}", on=f"2019-03-{number + 1:02d}")


RECORDS = [record_with_all_keys(number) for number in range(6)]


@settings(max_examples=4 * SOAK, deadline=None)
@given(st.permutations(RECORDS), st.integers(1, 6))
def test_ids_do_not_depend_on_the_order_of_loading(migrated: Path, order: list[RawArticle], batch: int) -> None:
    """Nor on the machine, for records that always have the same strongest key."""
    with copied(migrated) as database:
        load_into(database, order, batch=batch)
        assert {row["id"] for row in dump(database)["article"]} == {
            public_id(f"id:harbour-gazette:r{n}") for n in range(6)
        }


@settings(max_examples=4 * SOAK, deadline=None)
@given(st.permutations([report(on="2019-03-04"), report(on="2019-03-04", url=PAGE), report("Tide turns", url=PAGE)]))
def test_a_linking_record_joins_articles_only_in_time(migrated: Path, order: list[RawArticle]) -> None:
    """It links two records without a common key, unless it comes last: then two articles exist already."""
    with copied(migrated) as database:
        load_into(database, order)
        assert articles(database) == (2 if order[2].title != "Tide turns" and order[2].url else 1)


def test_a_notice_on_every_page_is_not_an_article(database: Path) -> None:
    """Its article would have every URL of the site, and each would take longer than the one before."""
    pages = [report("Ferry", url=f"https://harbour-gazette.example/{n}", text=LONG) for n in range(MAX_OTHER_URLS + 3)]
    summary = load_into(database, pages)
    assert (summary.loaded, summary.updated, len(summary.refused)) == (1, MAX_OTHER_URLS, 2)
    (refusal, _) = summary.refused
    assert re.fullmatch(
        r"it is article [0-9a-z]{12}, which already has 100 other URLs: expected an article, not a site notice",
        refusal.reason,
    )
    again = load_into(database, pages[: MAX_OTHER_URLS + 1])
    assert (again.updated, again.unchanged, len(again.refused)) == (0, MAX_OTHER_URLS + 1, 0)
