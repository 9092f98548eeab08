"""The alternative: an ordinary SQLite schema with its indexes and full-text index, and SQL."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

from app.models import ACTOR_TYPES, EntityType
from app.sqlite_driver import DRIVER
from seed.records import RawArticle
from tests.bench.client import Times
from tests.bench.corpus import SOURCES, CorpusEntity
from tests.bench.questions import MAX_DEPTH, PAGE, Question

SCHEMA = """
CREATE TABLE source (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE entity (id TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL);
CREATE TABLE article (
    id INTEGER PRIMARY KEY, source_id TEXT NOT NULL REFERENCES source(id), title TEXT NOT NULL, url TEXT NOT NULL,
    published TEXT, text TEXT NOT NULL, actors TEXT NOT NULL, places TEXT NOT NULL);
CREATE TABLE article_entity (
    article_id INTEGER NOT NULL REFERENCES article(id), entity_id TEXT NOT NULL REFERENCES entity(id),
    PRIMARY KEY (article_id, entity_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE article_fts USING fts5(
    title, text, content="article", content_rowid="id", tokenize='unicode61 remove_diacritics 2');
"""

INDEXES = """
CREATE INDEX article_published ON article(published);
CREATE INDEX article_source ON article(source_id, published);
CREATE INDEX entity_article ON article_entity(entity_id, article_id);
CREATE INDEX entity_type ON entity(type);
INSERT INTO article_fts(article_fts) VALUES ('rebuild');
ANALYZE;
"""

BATCH = 10_000

PAGE_SQL = "SELECT id, source_id, title, url, published, actors, places FROM article WHERE {} {} LIMIT {}"
NEWEST = "ORDER BY published DESC, id DESC"
SOURCE_FACET = "SELECT source_id, count(*) AS n FROM article WHERE {} GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10"
ENTITY_FACET = (
    "SELECT entity_id, count(*) AS n FROM article_entity JOIN entity ON entity.id = entity_id WHERE type IN ({}) "
    "AND article_id IN (SELECT id FROM article WHERE {}) GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10"
)
BY_RANK = (
    "SELECT article.id, source_id, article.title, url, published, actors, places FROM article_fts JOIN article "
    "ON article.id = article_fts.rowid WHERE article_fts MATCH ? ORDER BY rank LIMIT 20"
)


def build(database: Path, articles: Iterable[RawArticle], entities: Iterable[CorpusEntity]) -> None:
    """Create the database, without waiting for the disk, because nothing is measured here."""
    with closing(DRIVER.connect(str(database))) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + SCHEMA)
        names = ((f"outlet-{number:03}", f"outlet-{number:03}") for number in range(SOURCES))
        connection.executemany("INSERT INTO source VALUES (?, ?)", names)
        connection.executemany(
            "INSERT INTO entity VALUES (?, ?, ?)", ((entity.id, entity.name, entity.type.value) for entity in entities)
        )
        numbered = enumerate(articles, start=1)
        while batch := list(islice(numbered, BATCH)):
            connection.executemany("INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_row, batch))
            pairs = [(number, entity.id) for number, article in batch for entity in article.entities or ()]
            connection.executemany("INSERT OR IGNORE INTO article_entity VALUES (?, ?)", pairs)
        connection.executescript(INDEXES)
        connection.commit()


def _row(numbered: tuple[int, RawArticle]) -> tuple[Any, ...]:
    number, article = numbered
    actors = [entity.id for entity in article.entities or () if entity.type in ACTOR_TYPES]
    places = [entity.id for entity in article.entities or () if entity.type is EntityType.PLACE]
    content = article.title, article.url, article.published.on, article.text
    return number, article.source, *content, json.dumps(actors), json.dumps(places)


class Sql:
    """The questions as SQL in this process: total, page and three facets, without HTTP."""

    def __init__(self, database: Path) -> None:
        self.connection = DRIVER.connect(f"file:{database}?mode=ro", uri=True)
        self.connection.execute("PRAGMA cache_size=-65536")

    def deep(self, size: int) -> tuple[str, int]:
        """Return day and id of the article before the deep page."""
        query = f"SELECT published, id FROM article {NEWEST} LIMIT 1 OFFSET ?"  # noqa: S608 - nothing from outside
        row: tuple[str, int] = self.connection.execute(query, (depth(size) - 1,)).fetchone()
        return row

    def total(self, question: Question, turn: int = 0) -> int:
        """Return the number of articles that match."""
        where, values = question.where(turn)
        query = f"SELECT count(*) FROM article WHERE {where}"  # noqa: S608 - as above
        return int(self.connection.execute(query, values).fetchone()[0])

    def answer(self, question: Question, turn: int, after: tuple[str, int] | None) -> None:
        """Fetch everything that the question requests."""
        where, values = question.where(turn)
        execute = self.connection.execute
        if question.export:
            execute(PAGE_SQL.format(where, NEWEST, -1), values).fetchall()
            return
        self.total(question, turn)
        if question.relevance:
            execute(BY_RANK, (question.text(turn),)).fetchall()
        else:
            before = f"{where} AND (published, id) < (?, ?)" if after else where
            execute(PAGE_SQL.format(before, NEWEST, PAGE), [*values, *(after or ())]).fetchall()
        execute(SOURCE_FACET.format(where), values).fetchall()
        for types in (ACTOR_TYPES, {EntityType.PLACE}):
            type_list = ", ".join(f"'{type_.value}'" for type_ in sorted(types))
            execute(ENTITY_FACET.format(type_list, where), values).fetchall()


def depth(size: int) -> int:
    """Return the number of articles before the deep page of a corpus."""
    return max(1, min(MAX_DEPTH, size // 2))


def repeated(run: Callable[[int], object], *, max_requests: int, seconds: float) -> Times:
    """Return the times of repeated calls; `run` gets the number of its turn."""
    took: list[float] = []
    begun = time.perf_counter()
    turns: Iterator[int] = count()
    while not took or (len(took) < max_requests and time.perf_counter() - begun < seconds):
        turn = next(turns)
        started = time.perf_counter()
        run(turn)
        took.append(time.perf_counter() - started)
    return Times(tuple(took), 0)
