"""Ids and URLs -> the positions of the articles that they name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from app.errors import InvalidParameter, InvalidRequestError
from app.labels import article_number
from app.search.index.snapshot import Snapshot
from app.search.query.clauses import MOST_WRONG
from app.search.query.filters import ArticleLookup
from app.search.sql import rows
from app.urls import url_key

MOST = 100
"""Articles that are looked up at once: a full page of a list."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked, by which of the two, and where the article stands; None if none is served."""

    asked: str
    by: Literal["id", "url"]
    position: int | None


def look_up(session: Session, snapshot: Snapshot, asked: ArticleLookup) -> list[Found]:
    """Return what each id and then each URL finds, in the order of asking; raises InvalidRequestError."""
    count = len(asked.ids) + len(asked.urls)
    if not 1 <= count <= MOST:
        raise InvalidRequestError(InvalidParameter("ids+urls", f"{count} values", f"1 to {MOST} ids and URLs in all"))
    keys = _keys(asked.urls)
    known = rows.articles_under(session, keys)
    by_url = [(url, known.get(key, "")) for url, key in zip(asked.urls, keys, strict=True)]
    return [
        *(Found(id_, "id", snapshot.position_of(article_number(id_))) for id_ in asked.ids),
        *(Found(url, "url", snapshot.position_of(article_number(id_))) for url, id_ in by_url),
    ]


def _keys(urls: Sequence[str]) -> list[str]:
    keys: list[str] = []
    wrong: list[InvalidParameter] = []
    for url in urls:
        try:
            keys.append(url_key(url))
        except ValueError:
            wrong.append(InvalidParameter("urls", url, "an http or https URL with a host"))
    if wrong:
        raise InvalidRequestError(*wrong[:MOST_WRONG])
    return keys
