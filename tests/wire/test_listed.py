"""The JSON of articles in lists, which is cached per corpus version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import Session

from app.routes.articles import listed_items
from app.search.fulltext.hits import SearchContext
from app.search.index.cache import MAX_CACHED_ITEM_BYTES
from app.search.index.storage import open_snapshot
from app.search.query.filters import ArticlePage
from app.search.query.search import Result, search
from app.search.sql.pages import page_rows
from app.settings import ServeText
from app.stores import store_of
from app.stores.sqlite import file_url
from app.wire.article_models import ArticleItem
from app.wire.articles import article_items
from app.wire.fields import ItemFields
from tests.seed.loading import load_into, report

Search = tuple[Result, list[str]]


@pytest.fixture
def search_and_statements(migrated: Path, tmp_path: Path) -> Iterator[Search]:
    """Yield a search of four articles, the last with a long title, and a list of the SQL statements that it runs."""
    database = tmp_path / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    titles = ["Ships", "Marché — «Гавань»", "Ferry", "Long " * (MAX_CACHED_ITEM_BYTES // 5)]
    load_into(database, [report(title, id=f"r{n}", on=f"2019-03-0{n + 1}") for n, title in enumerate(titles)])
    engine = store_of(file_url(database)).reader_engine()
    statements: list[str] = []
    with Session(engine) as session:
        result = search(SearchContext(session, open_snapshot(session)), ArticlePage())
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: statements.append(statement))
        yield result, statements
    engine.dispose()


def built_items(result: Result, positions: list[int]) -> list[ItemFields]:
    return list(article_items(result.snapshot, page_rows(result, positions, lead_kinds={"full"}).articles))


def validated_items(result: Result, positions: list[int]) -> list[ArticleItem]:
    return [ArticleItem.model_validate(item) for item in built_items(result, positions)]


def parsed_items(result: Result, positions: list[int], *, explain: bool = False) -> list[ArticleItem]:
    page = ArticlePage(explain=explain)
    return [ArticleItem.model_validate_json(json) for json in listed_items(result, positions, page, "full", None)]


def test_articles_come_in_the_order_of_the_positions(search_and_statements: Search) -> None:
    result, _ = search_and_statements
    assert parsed_items(result, [1]) == validated_items(result, [1])
    for positions in ([2, 1, 0], [0, 1, 2, 3], []):
        assert parsed_items(result, positions) == validated_items(result, positions)


def test_a_cached_article_is_not_read_again(search_and_statements: Search) -> None:
    result, statements = search_and_statements
    parsed_items(result, [0, 2])
    assert len(statements) == 1
    parsed_items(result, [2, 0])
    assert len(statements) == 1
    parsed_items(result, [2, 1, 0])
    assert len(statements) == 2


def test_large_and_explained_articles_are_not_cached(search_and_statements: Search) -> None:
    result, statements = search_and_statements
    for _ in range(2):
        statements.clear()
        parsed_items(result, [3])
        assert len(statements) == 1
        assert [item.matched for item in parsed_items(result, [0], explain=True)] == [[]]
    assert [item.matched for item in parsed_items(result, [0])] == [None]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("serve", "fields", "is_read", "json"),
    [
        ("full", ("lead",), True, b'{"lead":"Ships in the harbour of Amsel."}'),
        ("digest", ("lead",), True, b'{"lead":null}'),
        ("none", ("lead",), False, b'{"lead":null}'),
        ("full", ("title",), False, b'{"title":"Ships"}'),
    ],
)
def test_texts_are_read_only_for_leads_that_are_shown(
    search_and_statements: Search, serve: ServeText, fields: tuple[str, ...], json: bytes, *, is_read: bool
) -> None:
    result, statements = search_and_statements
    assert listed_items(result, [0], ArticlePage(), serve, fields) == [json]
    assert ["revision.text " in statement for statement in statements] == [is_read]


def test_the_json_has_the_declared_fields(search_and_statements: Search) -> None:
    """Exactly those, in the same order, and serialized as the model would do it."""
    result, _ = search_and_statements
    listed_json = listed_items(result, [0, 1], ArticlePage(), "full", None)
    for item, json in zip(built_items(result, [0, 1]), listed_json, strict=True):
        assert list(item) == list(ArticleItem.model_fields)
        assert json.decode() == ArticleItem.model_validate(item).model_dump_json(by_alias=True)
