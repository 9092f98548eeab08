"""The order of relevance when not all that was found is ranked: the newest are, and the others follow in time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from app.errors import CursorExpiredError
from app.search.fulltext.hits import TextSearch
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticleExport
from app.search.query.search import After, Page, Result, in_order, page, search
from app.stores.sqlite import file_url, reader_engine
from tests.conftest import load_jsonl
from tests.seed.loading import load_into, report

ASKED = ArticleExport(q="ships -fleet", sort="relevance")
DAYS = ("2015-11-03", None, "2015-11-01", "2015", "2015-11-02T12:00+00:00", None, "2015-11-01")
"""Given out in turn, so that neither ids nor days follow the order of loading, and some are tied or unknown."""


def record(number: int) -> dict[str, Any]:
    """Return an article that says `ships` one to four times, every ninth with what excludes it."""
    text = "ships " * (number % 4 + 1) + "of the port. " + ("fleet" if number % 9 == 0 else "")
    published = DAYS[number % len(DAYS)]
    dated = {"published": published} if published else {}
    return {"id": f"r{number}", "title": f"Report {number}", "source": "Courier", "text": text, **dated}


@contextmanager
def searched(database: Path, most_ranked: int) -> Iterator[Result]:
    """Search what is published now."""
    engine = reader_engine(file_url(database))
    with Session(engine) as session:
        yield search(TextSearch(session, open_snapshot(session), 60, most_ranked), ASKED)
    engine.dispose()


def articles(snapshot: Snapshot, positions: list[int]) -> list[int]:
    """Return the ids of the articles at these positions."""
    return [int(snapshot.columns.article_ids[position]) for position in positions]


def walk(result: Result, limit: int, after: After | None = None) -> Iterator[Page]:
    """Yield page after page, from a place on."""
    while True:
        shown = page(result, ASKED, limit=limit, after=after)
        yield shown
        if shown.next is None:
            return
        after = shown.next


@pytest.fixture
def thirty(database: Path) -> Path:
    """Thirty articles, of which 26 are found."""
    load_jsonl(database, [record(number) for number in range(30)])
    return database


@pytest.mark.parametrize("most_ranked", [1, 5, 18, 19, 25, 26, 27])
def test_the_newest_are_ranked_and_the_others_follow(thirty: Path, most_ranked: int) -> None:
    """The ranked ones are in the order that they have when all are ranked."""
    with searched(thirty, most_ranked) as result, searched(thirty, 100) as whole:
        newest = list(in_order(result, ASKED.model_copy(update={"sort": "-published"})))
        ranked = set(newest[:most_ranked])
        expected = [position for position in in_order(whole, ASKED) if position in ranked] + newest[most_ranked:]
        assert list(in_order(result, ASKED)) == expected
        assert len(expected) == 26


@pytest.mark.parametrize("most_ranked", [1, 5, 18, 19, 26])
@pytest.mark.parametrize("limit", [1, 2, 5, 7, 30])
def test_pages_visit_all_once(thirty: Path, most_ranked: int, limit: int) -> None:
    """Whether they end within the ranked ones, with the last of them or behind; each says how many are ranked."""
    with searched(thirty, most_ranked) as result:
        pages = list(walk(result, limit))
        assert [position for shown in pages for position in shown.positions] == list(in_order(result, ASKED))
        assert {shown.ranked for shown in pages} == {most_ranked}


@pytest.mark.parametrize("limit", [6, 7])
def test_a_cursor_behind_the_ranked_ones_survives_a_publish(thirty: Path, limit: int) -> None:
    """What matches throughout is visited once, though more of it would be ranked afterwards."""
    with searched(thirty, 5) as result:
        first = page(result, ASKED, limit=limit, after=None)
        before = articles(result.snapshot, list(in_order(result, ASKED)))
    newest = [number for number in range(30) if number % 9 == 0 or DAYS[number % len(DAYS)] == "2015-11-03"]
    load_jsonl(thirty, [{**record(number), "text": "Nothing."} for number in newest] + [record(31), record(32)])
    with searched(thirty, 5) as result:
        seen = [one for shown in walk(result, 2, first.next) for one in articles(result.snapshot, shown.positions)]
    assert [one for one in seen if one in before] == before[limit:]
    assert len(seen) == len(set(seen))


def test_another_order_ranks_nothing(thirty: Path) -> None:
    with searched(thirty, 5) as result:
        shown = page(result, ArticleExport(q="ships"), limit=5, after=None)
    assert shown.ranked is None


def test_a_ranking_is_made_once(thirty: Path) -> None:
    """The next page takes what the first one made; another set has its own."""
    with searched(thirty, 5) as result:
        assert len(list(walk(result, 2))) == 13
        assert len(result.snapshot.cache.rankings) == 1
        result.positions.remove(next(in_order(result, ASKED)))
        list(in_order(result, ASKED))
        assert len(result.snapshot.cache.rankings) == 2


def test_rows_that_wait_to_be_published_break_no_walk(thirty: Path) -> None:
    """They change the scores, but whoever began goes on while that order is kept; who begins now has one of his own."""
    with searched(thirty, 26) as result:
        begun = page(result, ASKED, limit=5, after=None)
        whole = list(in_order(result, ASKED))
        assert begun.next is not None
        leave_waiting(thirty)
        result.text.session.rollback()
        rest = [position for shown in walk(result, 5, begun.next) for position in shown.positions]
        assert begun.positions + rest == whole
        for shown in walk(result, 5):
            assert shown.next is None or shown.next[0] != begun.next[0]
    with searched(thirty, 26) as other, pytest.raises(CursorExpiredError):
        page(other, ASKED, limit=5, after=begun.next)


def leave_waiting(database: Path) -> None:
    """Load an article that is not published."""

    def stop(step: str) -> None:
        if step == "batch committed":
            raise InterruptedError

    with suppress(InterruptedError):
        load_into(database, [report("Ships", id="waiting", text="ships ships")], checkpoint=stop)
