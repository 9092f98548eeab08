"""Suggestions as they go out."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from app.labels import EntityLabel
from app.models import EntityType
from app.search.aggregations.suggest import Suggestion
from app.search.index.snapshot import Snapshot
from app.wire.schemas import VERSION, Out


class SuggestionOut(Out):
    """An entity or source that may be meant."""

    kind: Literal["entity", "source"] = Field(description="Whether it is an entity or a source.", examples=["entity"])
    id: str = Field(description="Its id, the value to filter by.", examples=["vladimir-putin"])
    name: str = Field(description="Its name.", examples=["Vladimir Putin"])
    type: EntityType | None = Field(description="What an entity is; null for a source.", examples=["person"])
    matched: str = Field(description="The name of it that begins so, or in which a word does.", examples=["Putin"])
    typo: bool = Field(description="Whether the name begins so only but for a typo.", examples=[False])
    articles: int = Field(description="Articles of the result that have it.", examples=[5])


class SuggestionList(Out):
    """What may be meant: without a typo first, then by articles, then by id."""

    items: list[SuggestionOut] = Field(description="The suggestions.")
    corpus_version: int = VERSION


def suggestion_list(snapshot: Snapshot, suggestions: Iterable[Suggestion]) -> SuggestionList:
    """Return suggestions."""
    return SuggestionList(items=[_suggestion(one) for one in suggestions], corpus_version=snapshot.version)


def _suggestion(one: Suggestion) -> SuggestionOut:
    type_ = one.label.type if isinstance(one.label, EntityLabel) else None
    return SuggestionOut(
        kind="source" if type_ is None else "entity",
        id=one.label.id,
        name=one.label.name,
        type=type_,
        matched=one.matched,
        typo=one.typo,
        articles=one.articles,
    )
