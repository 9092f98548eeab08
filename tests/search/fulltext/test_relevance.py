"""The relevance order of results that are ranked in part: the newest articles by relevance, then the others by time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from app.errors import CursorExpiredError
from app.search.fulltext.hits import SearchContext
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticleExport
from app.search.query.search import Page, PageStart, Result, in_order, page, search
from app.stores import store_of
from app.stores.sqlite import file_url
from tests.conftest import load_jsonl
from tests.seed.loading import load_into, report

FILTERS = ArticleExport(q="ships -fleet", sort="relevance")
DAYS = ("2015-11-03", None, "2015-11-01", "2015", "2015-11-02T12:00+00:00", None, "2015-11-01")
"""Assigned in turn, so that neither ids nor days follow the order of loading, and some days are tied or unknown."""


def record(number: int) -> dict[str, Any]:
    """Return an article with `ships` one to four times; every ninth also has the excluded word."""
    text = "ships " * (number % 4 + 1) + "of the port. " + ("fleet" if number % 9 == 0 else "")
    day = DAYS[number % len(DAYS)]
    published = {"published": day} if day else {}
    return {"id": f"r{number}", "title": f"Report {number}", "source": "Courier", "text": text, **published}


@contextmanager
def search_result(database: Path, max_ranked: int) -> Iterator[Result]:
    """Search the current corpus version."""
    engine = store_of(file_url(database)).reader_engine()
    with Session(engine) as session:
        yield search(SearchContext(session, open_snapshot(session), max_ranked), FILTERS)
    engine.dispose()


def articles(snapshot: Snapshot, positions: list[int]) -> list[int]:
    """Return the ids of the articles at these positions."""
    return [int(snapshot.columns.article_ids[position]) for position in positions]


def walk(result: Result, limit: int, after: PageStart | None = None) -> Iterator[Page]:
    """Yield all pages from a start on."""
    while True:
        page_shown = page(result, FILTERS, limit=limit, after=after)
        yield page_shown
        if page_shown.next is None:
            return
        after = page_shown.next


@pytest.fixture
def thirty_articles(database: Path) -> Path:
    """Return a database with thirty articles, of which 26 match."""
    load_jsonl(database, [record(number) for number in range(30)])
    return database


@pytest.mark.parametrize("max_ranked", [1, 5, 18, 19, 25, 26, 27])
@pytest.mark.unmeasured
def test_the_newest_articles_are_ranked_and_the_others_follow(thirty_articles: Path, max_ranked: int) -> None:
    """Ranked articles are in the same order as when all are ranked."""
    with search_result(thirty_articles, max_ranked) as result, search_result(thirty_articles, 100) as whole:
        newest = list(in_order(result, FILTERS.model_copy(update={"sort": "-published"})))
        ranked = set(newest[:max_ranked])
        expected = [position for position in in_order(whole, FILTERS) if position in ranked] + newest[max_ranked:]
        assert list(in_order(result, FILTERS)) == expected
        assert len(expected) == 26


@pytest.mark.parametrize("max_ranked", [1, 5, 18, 19, 26])
@pytest.mark.parametrize("limit", [1, 2, 5, 7, 30])
@pytest.mark.unmeasured
def test_pages_visit_every_article_once(thirty_articles: Path, max_ranked: int, limit: int) -> None:
    """Pages may end before, at or after the last ranked article; each says how many are ranked."""
    with search_result(thirty_articles, max_ranked) as result:
        pages = list(walk(result, limit))
        assert [position for page_shown in pages for position in page_shown.positions] == list(
            in_order(result, FILTERS)
        )
        assert {page_shown.ranked for page_shown in pages} == {max_ranked}


@pytest.mark.unmeasured
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_page_before_a_page_is_known_up_to_the_last_ranked_article(thirty_articles: Path, limit: int) -> None:
    """After it, a publish may have ranked other articles in the meantime."""
    with search_result(thirty_articles, 10) as result:
        starts = [None, *(page_shown.next for page_shown in walk(result, limit))]
        previous = [page_shown.previous for page_shown in walk(result, limit)]
    assert previous[0] is None
    ranked = 10 // limit
    assert [start and start.after for start in previous[1:ranked]] == starts[: ranked - 1]
    assert previous[ranked + 1 :] == [None] * (len(previous) - ranked - 1)


@pytest.mark.unmeasured
@pytest.mark.parametrize("limit", [6, 7])
def test_a_cursor_after_the_ranked_articles_survives_a_publish(thirty_articles: Path, limit: int) -> None:
    """Articles that match before and after the publish are visited once, although more of them are ranked then."""
    with search_result(thirty_articles, 5) as result:
        first = page(result, FILTERS, limit=limit, after=None)
        before = articles(result.snapshot, list(in_order(result, FILTERS)))
    newest = [number for number in range(30) if number % 9 == 0 or DAYS[number % len(DAYS)] == "2015-11-03"]
    load_jsonl(
        thirty_articles, [{**record(number), "text": "Nothing."} for number in newest] + [record(31), record(32)]
    )
    with search_result(thirty_articles, 5) as result:
        seen = [
            one for page_shown in walk(result, 2, first.next) for one in articles(result.snapshot, page_shown.positions)
        ]
    assert [one for one in seen if one in before] == before[limit:]
    assert len(seen) == len(set(seen))


def test_no_other_order_ranks_articles(thirty_articles: Path) -> None:
    with search_result(thirty_articles, 5) as result:
        page_shown = page(result, ArticleExport(q="ships"), limit=5, after=None)
    assert page_shown.ranked is None


def test_a_ranking_is_computed_once(thirty_articles: Path) -> None:
    """The next page uses the ranking of the first one; another set of articles has its own."""
    with search_result(thirty_articles, 5) as result:
        assert len(list(walk(result, 2))) == 13
        assert len(result.snapshot.cache.rankings) == 1
        result.positions.remove(next(in_order(result, FILTERS)))
        list(in_order(result, FILTERS))
        assert len(result.snapshot.cache.rankings) == 2


def test_unpublished_rows_do_not_break_a_walk(thirty_articles: Path) -> None:
    """They change the scores, but a walk continues in its cached ranking; a new walk gets a ranking of its own."""
    with search_result(thirty_articles, 26) as result:
        first = page(result, FILTERS, limit=5, after=None)
        ranking = list(in_order(result, FILTERS))
        assert first.next is not None
        load_without_publishing(thirty_articles)
        result.context.session.rollback()
        remaining = [position for page_shown in walk(result, 5, first.next) for position in page_shown.positions]
        assert first.positions + remaining == ranking
        for page_shown in walk(result, 5):
            assert page_shown.next is None or page_shown.next[0] != first.next[0]
    with search_result(thirty_articles, 26) as other, pytest.raises(CursorExpiredError):
        page(other, FILTERS, limit=5, after=first.next)


def load_without_publishing(database: Path) -> None:
    """Load an article and stop before it is published."""

    def stop(step: str) -> None:
        if step == "batch committed":
            raise InterruptedError

    with suppress(InterruptedError):
        load_into(database, [report("Ships", id="waiting", text="ships ships")], checkpoint=stop)
