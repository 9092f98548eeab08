"""The order of relevance by counted words: the same as that of the text index, and any part of it alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, col

from app.errors import CursorExpiredError
from app.models import SnapshotPart
from app.search.fulltext import ranking
from app.search.fulltext.hits import SearchContext
from app.search.fulltext.ranking import Ranking, Scores
from app.search.index import frequent_words
from app.search.index.frequent_words import FrequentWords
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticleExport
from app.search.query.search import PageStart, in_order, page, search
from app.stores import store_of
from seed.maintenance.compact import compact
from seed.records import RawArticle
from tests.databases import url_of
from tests.search.fulltext.test_relevance import load_without_publishing
from tests.seed.loading import load_into, report

WORDS = ("amsel", "reef", "fleet", "café", "port", "gale", "buoy", "keel")
QUERIES = (
    *("amsel", "reef port", "reef reef gale", "amsel OR keel", "(gale OR buoy) -fleet", "keel", "buoy keel"),
    *("-amsel OR keel", "cafe reef amsel fleet port", "nothing OR reef", "ships OR reef"),
)
DAYS = ("2015-11-03", None, "2015-11-01", "2015-11-02T12:00+00:00", "2015-11-01")


@st.composite
def scored(draw: st.DrawFn) -> tuple[Scores, int, int]:
    """Return scores, many of them tied, and ranks."""
    size = draw(st.integers(0, 2_000))
    distinct = draw(st.sampled_from([1, 2, 30, 100_000]))
    scores = np.random.default_rng(draw(st.integers(0, 9))).integers(0, distinct, size) / 7
    start = draw(st.integers(0, 2_000))
    return Scores(np.arange(size, dtype=np.uint32) * 3, scores), start, start + draw(st.integers(0, 50))


@given(scored())
def test_the_articles_at_some_ranks_are_those_of_the_whole_order(case: tuple[Scores, int, int]) -> None:
    scores, start, stop = case
    whole = scores.positions[np.lexsort((np.arange(len(scores.scores)), scores.scores))]
    assert scores.all().tolist() == whole.tolist()
    chosen = scores.between(start, stop).tolist()
    assert chosen == whole[start:stop].tolist()
    assert [scores.rank(position) for position in chosen] == [*range(start, start + len(chosen))]
    assert scores.rank(1) is None


@pytest.mark.parametrize("distinct", [3, 100_000])
def test_the_best_of_many_are_found_in_a_sample(distinct: int) -> None:
    """Or, where the sample says too little, among all."""
    drawn = np.random.default_rng(5).integers(0, distinct, 20_000) / 7
    for values in (drawn, np.sort(drawn), np.where(np.arange(len(drawn)) % ranking.SAMPLED, 1.0, drawn / distinct)):
        scores = Scores(np.arange(len(values), dtype=np.uint32), values)
        assert scores.between(3, 90).tolist() == scores.all()[3:90].tolist()
    assert scores.rank(20_000) is None
    assert scores.between(20_000, 20_010).tolist() == []


def test_without_matches_nothing_is_ranked(database: Path) -> None:
    load_into(database, [report("Ferry")])
    with opened(database) as (session, snapshot):
        assert order(session, snapshot, "nothing") == []


def test_a_ranking_keeps_a_few_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the scores are unknown, they are what is left of it."""
    monkeypatch.setattr(ranking, "WINDOW", 10)
    scores = Scores(np.arange(95, dtype=np.uint32), np.arange(95) % 7 / 3)
    whole = scores.all().tolist()
    one = Ranking(95, {}, lambda: scores)
    assert one.between(5, 27) == whole[5:27]
    assert one.between(88, 99) == whole[88:]
    assert one.between(95, 99) == []
    assert [*one.windows] == [1, 2, 8, 9]
    assert [one.rank(position) for position in whole] == [*range(95)]
    assert [*one.all()] == whole
    for unknown in (95, None):
        with pytest.raises(CursorExpiredError, match="is not in the ranking"):
            one.rank(unknown)
    left = Ranking(95, one.windows, None)
    assert left.between(12, 30) == whole[12:30]
    assert left.rank(whole[29]) == 29
    with pytest.raises(CursorExpiredError, match="has changed"):
        left.between(12, 31)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few revisions be enough, and a word frequent that half of them have."""
    monkeypatch.setattr(frequent_words, "MIN_REVISIONS", 5)
    monkeypatch.setattr(frequent_words, "MIN_SHARE", 0.5)


def article(number: int, random: Random) -> RawArticle:
    """Return a report with some of the words, some of them often, and a text of any length."""
    words = random.choices(WORDS, weights=(30, 20, 10, 5, 3, 2, 1, 1), k=random.choice([3, 9, 30]))
    if not number % 20:
        words += ["reef"] * 300
    return report(f"Report {number}", id=f"r{number}", text=" ".join(words), on=random.choice(DAYS))


@contextmanager
def opened(database: Path) -> Iterator[tuple[Session, Snapshot]]:
    """Provide a session and the snapshot of the last publish."""
    engine = store_of(url_of(database)).reader_engine()
    with Session(engine) as session:
        yield session, open_snapshot(session)
    engine.dispose()


def order(session: Session, snapshot: Snapshot, q: str, max_ranked: int = 10_000) -> list[int]:
    """Return the positions of all matches by relevance."""
    filters = ArticleExport(q=q, sort="relevance")
    snapshot.cache.rankings.__init__(1)  # type: ignore[misc] # nothing of it is cached
    return [*in_order(search(SearchContext(session, snapshot, max_ranked), filters), filters)]


def assert_as_by_the_text_index(session: Session, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail unless all matches are ranked, and as the text index ranks them."""
    ranks = {q: order(session, snapshot, q, max_ranked=1) for q in QUERIES}
    with monkeypatch.context() as patch:
        patch.setattr(FrequentWords, "are_counted", False)
        assert ranks == {q: order(session, snapshot, q) for q in QUERIES}
    assert max(map(len, ranks.values())) > 30


@pytest.fixture
def fifty_articles(database: Path, small: None) -> Path:
    """Return a database with fifty articles of two publishes, some with earlier revisions."""
    random = Random(7)
    load_into(database, [article(number, random) for number in range(45)])
    load_into(database, [article(number, random) for number in range(40, 50)])
    return database


def test_words_rank_as_the_text_index_does(fifty_articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frequent words and others, with the texts that wait for a publish."""
    with opened(fifty_articles) as (session, snapshot):
        assert {"amsel", "reef"} <= snapshot.words.words
        assert not {"buoy", "keel"} & snapshot.words.words
        assert_as_by_the_text_index(session, snapshot, monkeypatch)
        load_without_publishing(fifty_articles)
        session.rollback()
        assert_as_by_the_text_index(session, snapshot, monkeypatch)


def test_deleted_revisions_do_not_count(fifty_articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = store_of(url_of(fifty_articles)).writer_engine()
    assert compact(engine).revisions == 5
    engine.dispose()
    with opened(fifty_articles) as (session, snapshot):
        assert snapshot.words.texts == 55
        assert_as_by_the_text_index(session, snapshot, monkeypatch)


def test_parts_that_a_publish_has_merged_are_not_needed(fifty_articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server may still answer from the snapshot before."""
    with opened(fifty_articles) as (session, snapshot):
        engine = store_of(url_of(fifty_articles)).writer_engine()
        with engine.begin() as connection:
            names = [name for entry in snapshot.words.entries for name in entry.names]
            connection.execute(delete(SnapshotPart).where(col(SnapshotPart.name).in_(names)))
        engine.dispose()
        session.rollback()
        assert_as_by_the_text_index(session, snapshot, monkeypatch)


def test_all_matches_of_words_are_ranked_and_the_newest_of_others(fifty_articles: Path) -> None:
    with opened(fifty_articles) as (session, snapshot):
        ranked = {}
        # Apart from other words, a group is scored by its own.
        by_words = ["amsel reef", "amsel OR keel", "NEAR(amsel reef, 5)"]
        for q in (*by_words, '"amsel reef"', "ams*", "NEAR(amsel reef, 5) fleet", "title:report"):
            filters = ArticleExport(q=q, sort="relevance")
            result = search(SearchContext(session, snapshot, 5), filters)
            assert result.total > 5
            ranked[q] = page(result, filters, limit=3, after=None).ranked == result.total
    assert [q for q, are_all in ranked.items() if are_all] == by_words


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_visit_every_article_once_across_windows(
    fifty_articles: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(ranking, "WINDOW", 4)
    filters = ArticleExport(q="amsel OR reef", sort="relevance")
    with opened(fifty_articles) as (session, snapshot):
        result = search(SearchContext(session, snapshot, 5), filters)
        shown: list[int] = []
        starts: list[PageStart | None] = [None]
        while starts[-1] is not None or not shown:
            one = page(result, filters, limit=limit, after=starts[-1])
            if shown:
                assert one.previous is not None
                assert one.previous.after == starts[-2]
            shown += one.positions
            starts.append(one.next)
        assert shown == [*in_order(result, filters)]
