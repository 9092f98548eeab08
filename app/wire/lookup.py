"""Articles that were asked for by id or URL, as they go out."""

from typing import Literal

from pydantic import Field
from sqlmodel import Session

from app.search.index.snapshot import Snapshot
from app.search.query.filters import ArticleLookup
from app.search.sql.lookup import look_up
from app.wire.articles import unsearched_items
from app.wire.schemas import VERSION, ArticleItem, Out


class LookedUp(Out):
    """What was asked and the article it names."""

    asked: str = Field(description="The id or URL as it was given.", examples=["https://example.org/report"])
    by: Literal["id", "url"] = Field(description="Which of the two it is.", examples=["url"])
    article: ArticleItem | None = Field(description="The article; null if none is served under it.")


class LookupList(Out):
    """What each id and then each URL names, in the order of asking."""

    items: list[LookedUp] = Field(description="One for each id and URL that was asked.")
    corpus_version: int = VERSION


def lookup_list(session: Session, snapshot: Snapshot, asked: ArticleLookup) -> LookupList:
    """Return what ids and URLs name, with two statements however many they are."""
    found = look_up(session, snapshot, asked)
    positions = list(dict.fromkeys(one.position for one in found if one.position is not None))
    items = dict(zip(positions, unsearched_items(session, snapshot, positions), strict=True))
    return LookupList.model_validate(
        {
            "items": [
                {"asked": one.asked, "by": one.by, "article": None if one.position is None else items[one.position]}
                for one in found
            ],
            "corpus_version": snapshot.version,
        }
    )
