"""Which article a record is, asked of the database and of what the batch at hand has added."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlmodel import col

from app.models import Article, ArticleKey, Removal, Revision
from seed.pipeline.bulk import in_parts
from seed.pipeline.identity import Keys, public_id
from seed.pipeline.merge import Content
from seed.pipeline.rows import content_of_row

DENYING = {"id": (), "url": ("id",), "text": ("id",), "title": ("id", "url")}
"""The kinds of key in which a record may be another article, though this kind says it is the same.

Texts are in none of them, for the text of an article changes.
"""


class KnownArticles:
    """The articles that a batch touches: their keys, what the newest revision of each says, and which are removed."""

    def __init__(self, connection: Connection, batch: Iterable[Keys]) -> None:
        self._connection = connection
        self._article_of: dict[str, str] = {}
        self._kinds_of: defaultdict[str, set[str]] = defaultdict(set)
        self._days_of: defaultdict[str, set[str]] = defaultdict(set)
        self._titles: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.contents: dict[str, Content] = {}
        self.removals: dict[str, Row[Any]] = {}
        every = [(sought, sought.all) for sought in batch]
        asked = {key for sought, all_ in every for key in (*all_, sought.titled)}
        self._read({row.article_id for row in self._rows(select(ArticleKey), ArticleKey.key, asked)})
        # Of a text that an article has others may have keys, too; most texts are of none.
        shared = {str(sought.text_on_day) for sought, _ in every if sought.text in self._article_of}
        self._read({row.article_id for row in self._rows(select(ArticleKey), ArticleKey.key, shared)})
        self._free = {public_id(sought.naming) for sought, all_ in every if self._article_of.keys().isdisjoint(all_)}
        self._free -= {row.id for row in self._rows(select(Article), Article.id, self._free)}

    def _rows(self, query: Select[Any], column: str, values: Iterable[str]) -> Iterable[Row[Any]]:
        """Yield the rows that have one of these values."""
        for some in in_parts(values):
            yield from self._connection.execute(query.where(col(column).in_(some)))

    def _read(self, articles: set[str]) -> None:
        fresh = articles - self.contents.keys()
        for row in self._rows(select(ArticleKey), ArticleKey.article_id, fresh):
            self._put(row.key, row.article_id)
        for removal in self._rows(select(Removal), Removal.article_id, fresh):
            self.removals[removal.article_id] = removal
        newest = select(Revision).join(Article, col(Article.revision_id) == Revision.id)
        for revision in self._rows(newest, Article.id, fresh):
            self.contents[revision.article_id] = content_of_row(revision)

    def _put(self, key: str, article: str) -> None:
        self._article_of[key] = article
        # An article may have more keys than can be looked through for each record of it.
        self._kinds_of[article].add(_kind(key))
        if _kind(key) == "title":
            titled, _, day = key.rpartition(":")
            self._titles[f"{titled}:"][key] = article
            self._days_of[article].add(day)

    def identify(self, sought: Keys) -> str | None:
        """Return the article that the strongest known key points to, unless a stronger key of the record denies it."""
        for key in (sought.id, sought.url, sought.text, sought.text_on_day, sought.title):
            article = self._article_of.get(key) if key else None
            if key and article is not None and not self._denied(article, key, sought):
                return article
        article = self._only_one_titled(sought)
        return None if article is None or self._denied(article, sought.title, sought) else article

    def _denied(self, article: str, by: str, sought: Keys) -> bool:
        """Whether the article has another key of a kind in which the record's own denies what `by` says.

        The same text may be on several pages, but printed again on another day it is another publication.
        """
        kinds = {kind for kind in DENYING[_kind(by)] if getattr(sought, kind)}
        if kinds & self._kinds_of[article]:
            return True
        return _kind(by) == "text" and self._is_of_another_day(article, sought.day)

    def _is_of_another_day(self, article: str, day: str) -> bool:
        """Whether both state days, and none of the article's is that day or a part of it, or the other way round."""
        stated = self._days_of[article] - {""}
        return bool(day and stated) and not any(day.startswith(one) or one.startswith(day) for one in stated)

    def _only_one_titled(self, sought: Keys) -> str | None:
        """Return the one article of this source and title, if there is just one and either side states no day."""
        if not sought.undated and sought.titled not in self._article_of:
            return None
        key = col(ArticleKey.key)
        stored = select(ArticleKey).where(key >= sought.titled, key < sought.titled + "\U0010ffff")
        self._read({row.article_id for row in self._connection.execute(stored)})
        found = self._titles.get(sought.titled, {})
        # One that has been given a day since is the report of that day, and of no other.
        if len(set(found.values())) != 1 or not (sought.undated or found.keys() == {sought.titled}):
            return None
        return next(iter(found.values()))

    def new_id(self, sought: Keys) -> str:
        """Return the public id for an article first seen under these keys."""
        attempt = 0
        while self._taken(article := public_id(sought.naming, attempt)):
            attempt += 1
        return article

    def _taken(self, article: str) -> bool:
        if article in self.contents or article in self._free:
            return article in self.contents
        return self._connection.scalar(select(col(Article.id)).where(col(Article.id) == article)) is not None

    def stored(self, contents: Mapping[str, Content]) -> dict[str, int]:
        """Return the newest revision that has the content given for its article, for those articles that have one."""
        rows = self._rows(select(Revision).order_by(col(Revision.id)), Revision.article_id, contents)
        return {row.article_id: row.id for row in rows if content_of_row(row) == contents[row.article_id]}

    def add_keys(self, article: str, sought: Keys) -> list[str]:
        """Let those keys that were never seen point to the article, and return them."""
        every = (sought.id, sought.url, self._text_key(article, sought), sought.title)
        fresh = [key for key in every if key and key not in self._article_of]
        for key in fresh:
            self._put(key, article)
        return fresh

    def _text_key(self, article: str, sought: Keys) -> str | None:
        """Return the key of the record's text that is the article's or nobody's: by it others of the text name it."""
        if not sought.text or self._article_of.get(sought.text, article) == article:
            return sought.text
        if self._article_of.get(str(sought.text_on_day), article) == article:
            return sought.text_on_day
        return f"{sought.text_on_day}:{article}"


def _kind(key: str) -> str:
    return key.partition(":")[0]
