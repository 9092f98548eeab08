"""Articles as lists show them, made once while their corpus version stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session

from app.search.fulltext.hits import TextSearch
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticlePage
from app.search.query.search import Result, search
from app.stores.sqlite import file_url, reader_engine
from app.wire.articles import MAX_CACHED_ITEM_BYTES, article_items, listed
from app.wire.base import ArticleItem
from tests.seed.loading import load_into, report

Asked = tuple[Result, list[str]]


@pytest.fixture
def asked(migrated: Path, tmp_path: Path) -> Iterator[Asked]:
    """A search of four articles, the last of them with a long title, and the statements that the database runs."""
    database = tmp_path / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    titles = ["Ships", "Marché — «Гавань»", "Ferry", "Long " * (MAX_CACHED_ITEM_BYTES // 5)]
    load_into(database, [report(title, id=f"r{n}", on=f"2019-03-0{n + 1}") for n, title in enumerate(titles)])
    engine = reader_engine(file_url(database))
    statements: list[str] = []
    with Session(engine) as session:
        result = search(TextSearch(session, open_snapshot(session), 60), ArticlePage())
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement))
        yield result, statements
    engine.dispose()


def expected(result: Result, positions: list[int]) -> list[ArticleItem]:
    return [ArticleItem.model_validate(item) for item in article_items(result, positions)]


def shown(result: Result, positions: list[int], *, explain: bool = False) -> list[ArticleItem]:
    page = ArticlePage(explain=explain)
    return [ArticleItem.model_validate_json(json) for json in listed(result, positions, page, "full")]


def test_they_come_in_the_order_asked_for(asked: Asked) -> None:
    result, _ = asked
    assert shown(result, [1]) == expected(result, [1])
    for positions in ([2, 1, 0], [0, 1, 2, 3], []):
        assert shown(result, positions) == expected(result, positions)


def test_what_was_shown_is_not_read_again(asked: Asked) -> None:
    result, statements = asked
    shown(result, [0, 2])
    assert len(statements) == 1
    shown(result, [2, 0])
    assert len(statements) == 1
    shown(result, [2, 1, 0])
    assert len(statements) == 2


def test_what_is_large_or_belongs_to_its_question_is_not_kept(asked: Asked) -> None:
    result, statements = asked
    for _ in range(2):
        statements.clear()
        shown(result, [3])
        assert len(statements) == 1
        assert [item.matched for item in shown(result, [0], explain=True)] == [[]]
    assert [item.matched for item in shown(result, [0])] == [None]


def test_they_are_what_is_declared(asked: Asked) -> None:
    """Nothing more, nothing less, in the same order, and in JSON as the schema writes it."""
    result, _ = asked
    written = listed(result, [0, 1], ArticlePage(), "full")
    for item, json in zip(article_items(result, [0, 1]), written, strict=True):
        assert list(item) == list(ArticleItem.model_fields)
        assert json.decode() == ArticleItem.model_validate(item).model_dump_json(by_alias=True)
