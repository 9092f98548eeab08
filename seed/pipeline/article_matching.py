"""Record linkage: match the records of a batch to articles in the database and to articles that the batch adds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlmodel import col

from app.models import Article, ArticleKey, Removal, Revision
from seed.pipeline.bulk import chunked
from seed.pipeline.identity import ArticleKeys, public_id
from seed.pipeline.merge import Content
from seed.pipeline.rows import content_of_row

# Texts veto nothing, because the text of an article changes.
VETO_KINDS = {"id": (), "url": ("id",), "text": ("id",), "title": ("id", "url")}
"""For each kind of matching key, the stronger kinds of key in which a difference vetoes the match."""


class ArticleMatcher:
    """The candidate articles of a batch: their keys, the newest content of each, and which of them are removed."""

    def __init__(self, connection: Connection, batch: Iterable[ArticleKeys]) -> None:
        self._connection = connection
        self._article_of_key: dict[str, str] = {}
        self._kinds_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._days_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._title_keys: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.contents: dict[str, Content] = {}
        self.removals: dict[str, Row[Any]] = {}
        records = [(keys, keys.all) for keys in batch]
        blocking_keys = {key for keys, all_ in records for key in (*all_, keys.title_prefix)}
        self._load_candidates(select(ArticleKey), ArticleKey.key, blocking_keys)
        # Another article may have the day-specific key of a text that already has an article; most texts have none.
        repeated = {str(keys.text_on_day) for keys, _ in records if keys.text in self._article_of_key}
        self._load_candidates(select(ArticleKey), ArticleKey.key, repeated)
        new = {public_id(keys.id_key) for keys, all_ in records if self._article_of_key.keys().isdisjoint(all_)}
        self._unused_ids = new - {row.id for row in self._rows(select(Article), Article.id, new)}

    def _rows(self, query: Select[Any], column: str, values: Iterable[str]) -> Iterable[Row[Any]]:
        """Yield the rows that have one of these values in a column."""
        for chunk in chunked(values):
            yield from self._connection.execute(query.where(col(column).in_(chunk)))

    def _load_candidates(self, query: Select[Any], column: str, values: Iterable[str]) -> None:
        self._load_articles({row.article_id for row in self._rows(query, column, values)})

    def _load_articles(self, articles: set[str]) -> None:
        new = articles - self.contents.keys()
        for row in self._rows(select(ArticleKey), ArticleKey.article_id, new):
            self._add_key(row.key, row.article_id)
        for removal in self._rows(select(Removal), Removal.article_id, new):
            self.removals[removal.article_id] = removal
        newest = select(Revision).join(Article, col(Article.revision_id) == Revision.id)
        for revision in self._rows(newest, Article.id, new):
            self.contents[revision.article_id] = content_of_row(revision)

    def _add_key(self, key: str, article: str) -> None:
        self._article_of_key[key] = article
        # Only kinds and days are kept: an article may have too many keys to search them for each of its records.
        self._kinds_of_article[article].add(_kind(key))
        if _kind(key) == "title":
            title_prefix, _, day = key.rpartition(":")
            self._title_keys[f"{title_prefix}:"][key] = article
            self._days_of_article[article].add(day)

    def match(self, keys: ArticleKeys) -> str | None:
        """Return the article of the strongest known key, unless a stronger key of the record vetoes the match."""
        for key in (keys.id, keys.url, keys.text, keys.text_on_day, keys.title):
            article = self._article_of_key.get(key) if key else None
            if key and article is not None and not self._is_vetoed(article, key, keys):
                return article
        article = self._match_title(keys)
        return None if article is None or self._is_vetoed(article, keys.title, keys) else article

    def _is_vetoed(self, article: str, key: str, keys: ArticleKeys) -> bool:
        """Return whether the article has another key of a stronger kind that the record has, too.

        The same text may be on several pages, but printed again on another day it is another publication.
        """
        kinds = {kind for kind in VETO_KINDS[_kind(key)] if getattr(keys, kind)}
        if kinds & self._kinds_of_article[article]:
            return True
        return _kind(key) == "text" and self._differs_in_day(article, keys.day)

    def _differs_in_day(self, article: str, day: str) -> bool:
        """Return whether record and article both state a day, and neither day contains the other."""
        stated = self._days_of_article[article] - {""}
        return bool(day and stated) and not any(day.startswith(one) or one.startswith(day) for one in stated)

    def _match_title(self, keys: ArticleKeys) -> str | None:
        """Return the article of this source and title, if it is the only one and record or article states no day."""
        if not keys.is_undated and keys.title_prefix not in self._article_of_key:
            return None
        key = col(ArticleKey.key)
        stored = select(ArticleKey).where(key >= keys.title_prefix, key < keys.title_prefix + "\U0010ffff")
        self._load_articles({row.article_id for row in self._connection.execute(stored)})
        candidates = self._title_keys.get(keys.title_prefix, {})
        # An undated article that has since been given a day is the article of that day only.
        if len(set(candidates.values())) != 1 or not (keys.is_undated or candidates.keys() == {keys.title_prefix}):
            return None
        return next(iter(candidates.values()))

    def new_id(self, keys: ArticleKeys) -> str:
        """Return an unused public id for an article first seen with these keys."""
        attempt = 0
        while self._is_used(article := public_id(keys.id_key, attempt)):
            attempt += 1
        return article

    def _is_used(self, article: str) -> bool:
        if article in self.contents or article in self._unused_ids:
            return article in self.contents
        return self._connection.scalar(select(col(Article.id)).where(col(Article.id) == article)) is not None

    def existing_revisions(self, contents: Mapping[str, Content]) -> dict[str, int]:
        """Return, by article, the newest stored revision with the given content, where there is one."""
        rows = self._rows(select(Revision).order_by(col(Revision.id)), Revision.article_id, contents)
        return {row.article_id: row.id for row in rows if content_of_row(row) == contents[row.article_id]}

    def add_keys(self, article: str, keys: ArticleKeys) -> list[str]:
        """Link the keys that are not linked yet to an article, and return them."""
        all_keys = (keys.id, keys.url, self._text_key(article, keys), keys.title)
        new = [key for key in all_keys if key and key not in self._article_of_key]
        for key in new:
            self._add_key(key, article)
        return new

    def _text_key(self, article: str, keys: ArticleKeys) -> str | None:
        """Return the first variant of the text key that is the article's or unused.

        Through it, other articles with the same text can refer to this one.
        """
        if not keys.text or self._article_of_key.get(keys.text, article) == article:
            return keys.text
        if self._article_of_key.get(str(keys.text_on_day), article) == article:
            return keys.text_on_day
        return f"{keys.text_on_day}:{article}"


def _kind(key: str) -> str:
    return key.partition(":")[0]
