"""Record linkage: match the records of a batch to articles in the database and to articles that the batch adds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import Connection, Row, Select, delete, select
from sqlmodel import col

from app.labels import exported_id_key, former_id_key, given_id
from app.models import Article, ArticleKey, Basis, Removal, Revision
from app.stores.store import connected_store
from seed.pipeline.bulk import chunked, insert_rows
from seed.pipeline.identity import ArticleKeys, article_keys, is_stated_title, key_of_source, public_id
from seed.pipeline.merge import Content
from seed.pipeline.rows import REVISION_QUERY, StoredRevision

# Texts veto nothing, because the text of an article changes. The same id of a source of another name does not, either.
VETO_KINDS = {"id": (), "url": ("id",), "text": ("id",), "title": ("id", "url"), "export": (), "formerly": ("id",)}
"""For each kind of matching key, the stronger kinds of key in which a difference vetoes the match."""

_KEY_QUERY = select(col(ArticleKey.key), col(ArticleKey.article_id))

_Columns = TypeVarTuple("_Columns")


class KnownRemoval(NamedTuple):
    """The removal of an article by the operator; `removed_at` is in UTC seconds."""

    article: str
    removed_at: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class KnownArticles:
    """What the database knows of the candidate articles of a batch, which are those that its records may match.

    `keys` has the article of each key, `contents` and `removals` are by article. `used_ids` are those of the public ids
    of new articles that articles without these keys already have. `exported_ids` are the public ids that the records
    have in exports.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, Content] = field(default_factory=dict)
    removals: Mapping[str, KnownRemoval] = field(default_factory=dict)
    used_ids: Set[str] = frozenset()
    exported_ids: Set[str] = frozenset()


def read_known_articles(connection: Connection, records: Sequence[ArticleKeys]) -> KnownArticles:
    """Read the candidate articles of records: those with one of their keys, and those with their source and title."""
    of_exports = [keys for keys in records if keys.public_id is not None]
    blocking_keys = {key for keys in records for key in (*keys.all, keys.title_prefix)}
    blocking_keys |= {key for keys in of_exports for key in keys.public_id_keys}
    articles, known = _read_candidates(connection, blocking_keys)
    # Another article may have the day-specific key of a text that already has an article; most texts have none.
    repeated = {str(keys.text_on_day) for keys in records if keys.text in known}
    more_articles, more_keys = _read_candidates(connection, repeated)
    articles |= more_articles
    known |= more_keys
    unmatched = [keys for keys in records if keys.id_key not in known]
    for prefix in _title_prefixes(records, unmatched, known):
        titles = _read_title_keys(connection, prefix)
        known |= titles
        # Several articles with the same source and title match no record, and there may be very many of them.
        if len(only := set(titles.values())) == 1 and not only <= articles:
            known |= _read_keys(connection, only)
            articles |= only
    exported = {id_ for keys in of_exports for id_ in keys.public_ids}
    used_ids = _read_used_ids(connection, {keys.id_key for keys in unmatched}, exported)
    # An article whose id is made from a key that it does not have here was loaded from an export.
    known_by_id = (exported | {public_id(keys.id_key) for keys in unmatched}) & used_ids - articles
    known |= _read_keys(connection, known_by_id)
    articles |= known_by_id
    newest = REVISION_QUERY.join(Article, col(Article.revision_id) == col(Revision.id))
    revisions = (StoredRevision(*row) for row in _rows(connection, newest, Article.id, articles))
    removal_query = select(col(Removal.article_id), col(Removal.removed_at), col(Removal.reason))
    removals = (KnownRemoval(*row) for row in _rows(connection, removal_query, Removal.article_id, articles))
    return KnownArticles(
        keys=known,
        contents={revision.article_id: revision.content for revision in revisions},
        removals={removal.article: removal for removal in removals},
        used_ids=used_ids,
        exported_ids=exported,
    )


def move_source_keys(connection: Connection, source: str, target: str) -> bool:
    """Rewrite the keys of a source whose records now get another id; return whether there are any.

    A key that exists already keeps its article.
    """
    moved = [
        (key, key_of_source(key, source, target), article)
        for kind in ("id", "title")
        for key, article in _read_key_range(connection, f"{kind}:{source}:")
    ]
    if moved:
        texts = _read_key_range(connection, "text:")
        moved += [(key, new, owner) for key, owner in texts if (new := key_of_source(key, source, target)) != key]
    known = {key for key, _ in _rows(connection, _KEY_QUERY, ArticleKey.key, {new for _, new, _ in moved})}
    moved = [row for row in moved if row[1] not in known]
    for keys in chunked(old for old, _, _ in moved):
        connection.execute(delete(ArticleKey).where(col(ArticleKey.key).in_(keys)))
    insert_rows(connection, ArticleKey, [(new, article) for _, new, article in moved])
    return bool(moved)


def _title_prefixes(
    records: Sequence[ArticleKeys], unmatched: Iterable[ArticleKeys], known: Mapping[str, str]
) -> set[str]:
    """Return the title prefixes by which one of the unmatched records may match: record or article states no day."""
    undated = {keys.title_prefix for keys in records if keys.is_undated}
    return {keys.title_prefix for keys in unmatched if keys.title_prefix in undated or keys.title_prefix in known}


def _read_candidates(connection: Connection, keys: Iterable[str]) -> tuple[set[str], dict[str, str]]:
    """Return the articles that have one of these keys, and the article of each of their keys."""
    articles = {article for _, article in _rows(connection, _KEY_QUERY, ArticleKey.key, keys)}
    return articles, _read_keys(connection, articles)


def _read_keys(connection: Connection, articles: Set[str]) -> dict[str, str]:
    if articles:
        connected_store(connection).complete_indexes(connection)
    return dict(_rows(connection, _KEY_QUERY, ArticleKey.article_id, articles))


def _read_title_keys(connection: Connection, prefix: str) -> dict[str, str]:
    """Return the article of each title key that is this prefix and a day."""
    return {key: article for key, article in _read_key_range(connection, prefix) if _title_prefix(key) == prefix}


def _read_key_range(connection: Connection, prefix: str) -> Iterator[Row[str, str]]:
    """Yield the keys that begin like this, with their articles."""
    key = col(ArticleKey.key)
    yield from connection.execute(_KEY_QUERY.where(key >= prefix, key < prefix + "\U0010ffff"))


def _read_used_ids(connection: Connection, keys: Set[str], exported: Set[str]) -> set[str]:
    """Return the ids in use among the exported ones and those that new articles with these keys would have.

    The former id of an article is in use, too: the article is still known under it.
    """
    query = select(col(Article.id))
    used: set[str] = set()
    if exported:
        former = {former_id_key(id_): id_ for id_ in exported}
        used.update(id_ for (id_,) in _rows(connection, query, Article.id, exported))
        used.update(former[key] for key, _ in _rows(connection, _KEY_QUERY, ArticleKey.key, former))
    attempt = 0
    while keys:
        ids = {key: public_id(key, attempt) for key in keys}
        used.update(id_ for (id_,) in _rows(connection, query, Article.id, set(ids.values())))
        keys = {key for key, id_ in ids.items() if id_ in used or id_ in exported}
        attempt += 1
    return used


def _rows(
    connection: Connection, query: Select[*_Columns], column: str, values: Iterable[str]
) -> Iterator[Row[*_Columns]]:
    """Yield the rows that have one of these values in a column."""
    store = connected_store(connection)
    for chunk in chunked(values):
        yield from connection.execute(query.where(store.among(col(column), chunk)))


class ArticleMatcher:
    """Matches records to known articles and to those that earlier records of the batch added, without a database."""

    def __init__(self, known: KnownArticles) -> None:
        self._used_ids = set(known.used_ids)
        self._contents = known.contents
        self._removals = known.removals
        self._exported_ids = known.exported_ids
        self._article_of_key: dict[str, str] = {}
        # Not the keys are kept: an article may have too many of them to search them for each of its records.
        self._kinds_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._days_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._titles_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._given_ids_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._public_ids_of_article: defaultdict[str, set[str]] = defaultdict(set)
        self._records_of_article: defaultdict[str, list[ArticleKeys]] = defaultdict(list)
        self._title_keys: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for key, article in known.keys.items():
            self._add_key(key, article)

    def _add_key(self, key: str, article: str) -> None:
        self._article_of_key[key] = article
        kind = _kind(key)
        self._kinds_of_article[article].add(kind)
        if kind == "id":
            self._given_ids_of_article[article].add(given_id(key))
        if kind == "export":
            self._public_ids_of_article[article].add(key.removeprefix("export:"))
        if kind == "title":
            title_prefix = _title_prefix(key)
            self._title_keys[title_prefix][key] = article
            self._days_of_article[article].add(key[len(title_prefix) :])
            self._titles_of_article[article].add(title_prefix)

    def match(self, keys: ArticleKeys) -> str | None:
        """Return the article of the strongest known key, unless a stronger key of the record vetoes the match."""
        for key, article in self._candidates(keys):
            if not self._is_vetoed(article, key, keys):
                return article
        only = self._match_title(keys)
        if keys.public_id not in {None, only}:
            # An export may have articles of this title with a day and without one, in any order.
            return None
        return None if only is None or self._is_vetoed(only, keys.title, keys) else only

    def _candidates(self, keys: ArticleKeys) -> Iterator[tuple[str, str]]:
        """Yield the keys of a record that are known, strongest first, each with its article.

        A public id alone identifies nothing: the article must have something else in common with the record.
        """
        find = self._article_of_key.get
        if keys.public_id is not None:
            known = [(key, find(key)) for key in keys.public_id_keys]
            known += [(former_id_key(id_), id_) for id_ in keys.public_ids if id_ in self._kinds_of_article]
            for key, owner in known:
                if owner is not None and self._is_similar(owner, keys):
                    yield key, owner
        for key in keys.ids:
            if (article := find(key)) is not None:
                yield key, article
        if keys.public_id is None and keys.id_key not in self._article_of_key:
            # The article was loaded from an export that does not have this key. A title is too weak to stand alone.
            id_ = public_id(keys.id_key)
            if id_ in self._kinds_of_article and (keys.id or keys.url or self._is_similar(id_, keys)):
                yield former_id_key(id_), id_
        for key in self._weaker_keys(keys):
            if (article := find(key)) is not None:
                yield key, article

    def _weaker_keys(self, keys: ArticleKeys) -> Iterable[str]:
        if keys.exported is not None:
            return keys.exported[len(keys.ids) :]
        return filter(None, (keys.url, *keys.other_urls, keys.text, keys.text_on_day, keys.title))

    def _is_similar(self, article: str, keys: ArticleKeys) -> bool:
        """Return whether an article has a key of a record, or its content or a record of it has the same title or so.

        Its keys do not tell: each leads to one article only, even if others have the same title, text or URL.
        """
        if any(self._article_of_key.get(key) == article for key in keys.all):
            return True
        content = self._contents.get(article)
        own = [] if content is None else [content_keys(content)]
        return any(_have_same_content(one, keys) for one in (*own, *self._records_of_article[article]))

    def _is_vetoed(self, article: str, key: str, keys: ArticleKeys) -> bool:
        """Return whether the article has another key of a stronger kind that the record has, too.

        The same text may be on several pages, but printed again on another day, or on another page below another title,
        it is another publication.
        """
        kind = _kind(key)
        if keys.public_id is not None and self._is_another(article, keys.public_ids):
            return True
        if keys.public_id not in {None, article} and kind == "text" and keys.exported is None:
            return True  # Where the export comes from, these are two articles with the same text.
        kinds = {stronger for stronger in VETO_KINDS[kind] if keys.has(stronger)}
        if any(given_id(id_key) in self._given_ids_of_article[article] for id_key in keys.ids):
            kinds.discard("id")
        if kinds & self._kinds_of_article[article]:
            return True
        return kind == "text" and (self._differs_in_day(article, keys.day) or self._is_another_page(article, keys))

    def _is_another(self, article: str, public_ids: Sequence[str]) -> bool:
        """Return whether an article has other public ids in exports than these, or will have its own one.

        Two articles of one export are never one, whatever they have in common: they are two where it comes from.
        """
        own = self._public_ids_of_article[article]
        if own or article not in self._exported_ids:
            return bool(own) and own.isdisjoint(public_ids)
        return article not in public_ids

    def _differs_in_day(self, article: str, day: str) -> bool:
        """Return whether record and article both state a day, and neither day contains the other."""
        stated = self._days_of_article[article] - {""}
        return bool(day and stated) and not any(day.startswith(one) or one.startswith(day) for one in stated)

    def _is_another_page(self, article: str, keys: ArticleKeys) -> bool:
        """Return whether record and article have both a page and a title, and neither of them in common.

        The page of a record is not that of the article: its URL would have matched first. A removed article must not
        return under another title.
        """
        titles = self._titles_of_article[article]
        if article in self._removals:
            return False
        are_known = keys.has("url") and "url" in self._kinds_of_article[article] and keys.states_title
        return are_known and any(map(is_stated_title, titles)) and keys.title_prefix not in titles

    def _match_title(self, keys: ArticleKeys) -> str | None:
        """Return the article of this source and title, if it is the only one and record or article states no day."""
        if not keys.is_undated and keys.title_prefix not in self._article_of_key:
            return None
        candidates = self._title_keys.get(keys.title_prefix, {})
        # An undated article that has since been given a day is the article of that day only.
        if len(set(candidates.values())) != 1 or not (keys.is_undated or candidates.keys() == {keys.title_prefix}):
            return None
        return next(iter(candidates.values()))

    def is_exported(self, article: str) -> bool:
        """Return whether an export has the article, in this batch or before."""
        return bool(self._public_ids_of_article[article])

    def add_article(self, keys: ArticleKeys) -> str:
        """Return an unused public id for an article first seen with these keys, which is used from now on.

        It is the one that an export gives to the article, unless another article has it.
        """
        attempt = 0
        article = keys.public_id or public_id(keys.id_key)
        while article in self._used_ids:
            article = public_id(keys.id_key, attempt)
            attempt += 1
        self._used_ids.add(article)
        return article

    def add_keys(self, article: str, keys: ArticleKeys) -> list[str]:
        """Link the keys that are not linked yet to an article, and return them."""
        if keys.exported is None:
            all_keys = [keys.id, keys.url, *keys.other_urls, self._text_key(article, keys), keys.title]
        else:
            all_keys = [*keys.exported]
        if keys.public_id is not None:
            all_keys += map(exported_id_key, keys.public_ids)
            self._records_of_article[article].append(keys)
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


def content_keys(content: Content) -> ArticleKeys:
    """Return the keys of the content of an article."""
    day = None if content.published.basis is Basis.INFERRED else content.published.on
    return article_keys(
        id=None, url=content.url, source=content.source_id, title=content.title, day=day, text=content.text
    )


def _have_same_content(one: ArticleKeys, other: ArticleKeys) -> bool:
    """Return whether two records have the same URL, the same text, or the same title on days that may be the same."""
    if (one.url and one.url == other.url) or (one.text and one.text == other.text):
        return True
    days = one.day, other.day
    return one.title_prefix == other.title_prefix and (days[0].startswith(days[1]) or days[1].startswith(days[0]))


def _title_prefix(key: str) -> str:
    """Return a title key without its day."""
    return key[: key.rindex(":") + 1]
