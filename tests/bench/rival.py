"""The alternative: an ordinary SQLite schema with its indexes and full-text index, and SQL."""

import json
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from app.models import ACTOR_TYPES, EntityType
from app.sqlite_driver import DRIVER
from seed.records import RawArticle
from tests.bench.corpus import SOURCES, CorpusEntity, iso
from tests.bench.engines import Answer
from tests.bench.questions import PAGE, Question, Search, depth

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

FILLED = "filled"
"""Name of the file that says that an engine has all articles in this folder."""

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


def indexed_fields(number: int, article: RawArticle) -> dict[str, Any]:
    """Return the fields of an article that search engines index: number, content, source, actor, place and day."""
    entities = article.entities or ()
    return {
        "number": number,
        # No phrase begins in the title and ends in the text.
        "content": f"{article.title} zzbetween {article.text}",
        "source": article.source,
        "actor": [entity.id for entity in entities if entity.type in ACTOR_TYPES],
        "place": [entity.id for entity in entities if entity.type is EntityType.PLACE],
        "day": date.fromisoformat(article.published.on or "").toordinal(),
    }


def opened(database: Path) -> sqlite3.Connection:
    """Open a database for reading."""
    connection: sqlite3.Connection = DRIVER.connect(f"file:{database}?mode=ro", uri=True)
    return connection


class Sql:
    """SQL in this process: total, page and three facets, without HTTP."""

    name = "sql"

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Ask a database that `build` made."""
        self.connection = connection
        self.connection.execute("PRAGMA cache_size=-65536")
        size = self.connection.execute("SELECT count(*) FROM article").fetchone()[0]
        query = f"SELECT published, id FROM article {NEWEST} LIMIT 1 OFFSET ?"  # noqa: S608 - nothing from outside
        self.after: tuple[str, int] = self.connection.execute(query, (depth(size) - 1,)).fetchone()
        """Day and id of the article before the deep page."""

    def ask(self, question: Question, search: Search) -> Answer:
        """Return the answer to a search."""
        started = time.perf_counter()
        total = self._answer(question, search)
        return Answer(total, time.perf_counter() - started)

    def _answer(self, question: Question, search: Search) -> int:
        """Return the total; fetch everything else that the question requests."""
        where, values = _where(question, search)
        execute = self.connection.execute
        if question.export:
            return len(execute(PAGE_SQL.format(where, NEWEST, -1), values).fetchall())
        total = int(execute(f"SELECT count(*) FROM article WHERE {where}", values).fetchone()[0])  # noqa: S608
        if question.relevance:
            execute(BY_RANK, (question.query(search),)).fetchall()
        else:
            before = f"{where} AND (published, id) < (?, ?)" if question.deep else where
            after = self.after if question.deep else ()
            execute(PAGE_SQL.format(before, NEWEST, PAGE), [*values, *after]).fetchall()
        execute(SOURCE_FACET.format(where), values).fetchall()
        for types in (ACTOR_TYPES, {EntityType.PLACE}):
            type_list = ", ".join(f"'{type_.value}'" for type_ in sorted(types))
            execute(ENTITY_FACET.format(type_list, where), values).fetchall()
        return total


def _where(question: Question, search: Search) -> tuple[str, list[str | int]]:
    """Return the filters as a condition of SQL, and its values."""
    values: list[str | int] = list(search.actor_ids)
    conditions = ["id IN (SELECT article_id FROM article_entity WHERE entity_id = ?)"] * len(values)
    if search.source_id:
        conditions.append("source_id = ?")
        values.append(search.source_id)
    if search.days:
        conditions.append("published BETWEEN ? AND ?")
        values += map(iso, search.days)
    if search.words:
        conditions.append("id IN (SELECT rowid FROM article_fts WHERE article_fts MATCH ?)")
        values.append(question.query(search))
    return " AND ".join(conditions) or "1", values
