"""Lookup of articles by id or URL: which of them are served, and at which positions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from app.errors import ErrorCode, InvalidRequestError, ParameterProblem
from app.labels import article_number, former_id_key
from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleLookup
from app.search.query.parameters import MAX_ERRORS
from app.search.sql import rows
from app.search.sql.rows import ArticleRow
from app.urls import url_key

MAX_LOOKUPS = 100
"""Maximum number of ids and URLs per request: a full page of a list."""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """An id or URL of the request (`value`), and its article; None if none is served."""

    value: str
    by: Literal["id", "url"]
    article: ArticleRow | None


def look_up(
    session: Session, snapshot: Snapshot, lookup: ArticleLookup, lead_kinds: Collection[str] = ()
) -> list[LookupResult]:
    """Return the result for each id and then for each URL, in the order of the request; raise InvalidRequestError.

    The articles have the leads of the texts of some kinds.
    """
    count = len(lookup.ids) + len(lookup.urls)
    if not 1 <= count <= MAX_LOOKUPS:
        wanted = f"1 to {MAX_LOOKUPS} ids and URLs in total"
        raise InvalidRequestError(ParameterProblem("ids+urls", f"{count} values", wanted, code=ErrorCode.TOO_MANY))
    keys = _url_keys(lookup.urls)
    ids_by_key = rows.articles_under(session, keys)
    by_url = [(url, ids_by_key.get(key, "")) for url, key in zip(lookup.urls, keys, strict=True)]
    served = {id_: snapshot.ids.revision_of(article_number(id_)) for id_ in (*lookup.ids, *(id_ for _, id_ in by_url))}
    former_ids = {former_id_key(id_): id_ for id_ in lookup.ids if served[id_] is None}
    for key, current_id in rows.articles_under(session, list(former_ids)).items():
        served[former_ids[key]] = snapshot.ids.revision_of(article_number(current_id))
    revisions = list(dict.fromkeys(revision for revision in served.values() if revision is not None))
    found = rows.revisions(session, snapshot, revisions, lead_kinds)
    articles: dict[int | None, ArticleRow] = {row.id: row for row in found}
    return [
        *(LookupResult(id_, "id", articles.get(served[id_])) for id_ in lookup.ids),
        *(LookupResult(url, "url", articles.get(served[id_])) for url, id_ in by_url),
    ]


def _url_keys(urls: Sequence[str]) -> list[str]:
    keys: list[str] = []
    errors: list[ParameterProblem] = []
    for url in urls:
        try:
            keys.append(url_key(url))
        except ValueError:
            errors.append(ParameterProblem("urls", url, "an http or https URL with a host"))
    if errors:
        raise InvalidRequestError(*errors[:MAX_ERRORS])
    return keys
