"""The second floor: the set operations of a question in this process, without rows, JSON and HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlmodel import Session

from app.search.aggregations.facets import FacetCounts
from app.search.fulltext.hits import SearchContext
from app.search.index.columns import SortKey
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticlePage
from app.search.query.search import page, search
from app.stores import store_of
from app.stores.sqlite import file_url
from app.wire.cursors import ARTICLE_CURSORS
from tests.bench.questions import FACETS, PAGE, Question
from tests.bench.rival import depth


class Sets:
    """One snapshot, searched in this process."""

    def __init__(self, session: Session) -> None:
        self.snapshot = open_snapshot(session)
        self._text = SearchContext(session, self.snapshot, 600)

    def answer(self, question: Question, turn: int) -> int:
        """Search, find the page and count the facets; return the total."""
        filters = self._filters(question, turn)
        result = search(self._text, filters)
        page(result, filters, limit=PAGE, after=self._deep_key() if question.deep else None)
        counts = FacetCounts(result)
        for name in filters.facet:
            counts.facet(name, filters.facet_size)
        return len(result.positions)

    def cursor(self, question: Question) -> str | None:
        """Return the cursor of the deep page."""
        return ARTICLE_CURSORS.write(self._filters(question, 0), self._deep_key())

    def _deep_key(self) -> SortKey:
        return self.snapshot.time.key(max(0, self.snapshot.time.dated_count - depth(len(self.snapshot))))

    def _filters(self, question: Question, turn: int) -> ArticlePage:
        repeatable: dict[str, list[str]] = {"facet": list(FACETS)}
        single: dict[str, str | int] = {"limit": PAGE}
        for name, value in question.parameters(turn):
            if name in {"actor", "source"}:
                repeatable.setdefault(name, []).append(value)
            else:
                single[name] = value
        return ArticlePage.model_validate({**repeatable, **single})


@contextmanager
def opened(database: Path) -> Iterator[Sets]:
    """Open the snapshot of a database."""
    engine = store_of(file_url(database)).reader_engine()
    with Session(engine) as session:
        yield Sets(session)
    engine.dispose()
