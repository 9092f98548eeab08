"""The second floor: the set operations of a question in this process, without rows, JSON and HTTP."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import Session

from app.search.aggregations.facets import FacetCounts
from app.search.fulltext.hits import SearchContext
from app.search.index.columns import SortKey
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticlePage
from app.search.query.search import page
from app.search.query.search import search as find
from app.stores import store_of
from app.stores.sqlite import file_url
from app.wire.cursors import ARTICLE_CURSORS
from tests.bench.corpus import iso
from tests.bench.engines import Answer
from tests.bench.questions import FACETS, PAGE, Question, Search, depth


class Sets:
    """One snapshot, searched in this process."""

    name = "sets"

    def __init__(self, session: Session) -> None:
        """Open the snapshot."""
        self.snapshot = open_snapshot(session)
        self._text = SearchContext(session, self.snapshot, 600)

    def ask(self, question: Question, search: Search) -> Answer | None:
        """Search, find the page and count the facets; None for an export."""
        if question.export:
            return None
        filters = _filters(question, search)
        started = time.perf_counter()
        result = find(self._text, filters)
        page(result, filters, limit=PAGE, after=self._deep_key() if question.deep else None)
        counts = FacetCounts(result)
        for name in filters.facet:
            counts.facet(name, filters.facet_size)
        return Answer(len(result.positions), time.perf_counter() - started)

    def cursor(self) -> str:
        """Return the cursor of the deep page."""
        cursor = ARTICLE_CURSORS.write(_filters(Question("deep", (), deep=True), Search()), self._deep_key())
        return cursor or ""

    def _deep_key(self) -> SortKey:
        return self.snapshot.time.key(max(0, self.snapshot.time.dated_count - depth(len(self.snapshot))))


def _filters(question: Question, search: Search) -> ArticlePage:
    fields: dict[str, Any] = {"facet": list(FACETS), "limit": PAGE, "actor": search.actor_ids}
    if search.source_id:
        fields["source"] = [search.source_id]
    if search.days:
        fields |= {"from": iso(search.days[0]), "to": iso(search.days[1])}
    if search.words:
        fields["q"] = question.query(search)
    if question.relevance:
        fields["sort"] = "relevance"
    return ArticlePage.model_validate(fields)


@contextmanager
def opened(database: Path) -> Iterator[Sets]:
    """Open the snapshot of a database."""
    engine = store_of(file_url(database)).reader_engine()
    with Session(engine) as session:
        yield Sets(session)
    engine.dispose()
