"""Errors of the text index, and the cache of its results."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.search.fulltext.hits import SearchContext
from app.search.index.cache import TEXT_CACHE_SIZE
from app.search.index.snapshot import Snapshot
from app.stores import store_of
from app.stores.sqlite import file_url
from app.text.query_parser import parse_query
from app.text.query_tree import Term


def test_a_broken_index_is_not_a_timeout(database: Path) -> None:
    writer = store_of(file_url(database)).writer_engine()
    with writer.begin() as connection:
        connection.execute(text("DROP TABLE article_text"))
    writer.dispose()
    reader = store_of(file_url(database)).reader_engine()
    with Session(reader) as session, pytest.raises(OperationalError, match="no such table"):
        SearchContext(session, Snapshot.unpublished()).matches(parse_query("ferry"))
    reader.dispose()


def test_the_cache_of_text_hits_is_bounded(database: Path) -> None:
    reader, snapshot = store_of(file_url(database)).reader_engine(), Snapshot.unpublished()
    with Session(reader) as session:
        for number in range(2 * TEXT_CACHE_SIZE + 1):
            SearchContext(session, snapshot).matches(parse_query(f"ferry{number}"))
    assert snapshot.cache.text_hits.get(Term("word", "ferry0")) is None
    assert snapshot.cache.text_hits.get(Term("word", f"ferry{TEXT_CACHE_SIZE + 1}")) is not None
    reader.dispose()
