"""Sources side by side as they go out."""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from app.search.aggregations.source_comparison import Compared, compare
from app.search.index.snapshot import Snapshot
from app.search.query.aggregation_filters import ComparisonPage
from app.search.query.search import Result
from app.wire.base import NEXT, VERSION, Empty, EntityRef, Out, SourceRef
from app.wire.facets import days_of


class OnlyEntity(EntityRef):
    """An entity that one source names and no other does, in the articles of a result."""

    articles: int = Field(description="Articles of the result that name it, all of this source.", examples=[1])


class SpeakerOut(EntityRef):
    """An entity to which a source attributes statements, in the articles of a result."""

    statements: int = Field(description="Statements of it in the source's articles of the result.", examples=[4])


class ComparisonItem(SourceRef):
    """A source as it stands in a result."""

    articles: int = Field(description="Articles of it in the result; 0 if it is silent.", examples=[1])
    coverage: int = Field(
        description="Articles of it printed in the asked days, whatever the other filters; without days all, undated "
        "ones too.",
        examples=[1],
    )
    share: float | None = Field(description="`articles` of `coverage`; null where that is 0.", examples=[1.0])
    first_day: str | None = Field(
        description="First printed day of its articles in the result.", examples=["2015-10-07"]
    )
    last_day: str | None = Field(description="Last printed day of its articles in the result.", examples=["2015-10-07"])
    only: list[OnlyEntity] = Field(
        description="Up to five entities that its articles of the result name and no other source's do, by articles "
        "and then id."
    )
    speakers: list[SpeakerOut] = Field(
        description="The five entities to which its articles of the result attribute most statements; ties by id."
    )


class ComparisonList(Out):
    """A page of sources, those with most articles in the result first, ties by id; silent ones follow."""

    total: int = Field(description="Sources that have articles in the corpus.", examples=[4])
    sources_with_articles: int = Field(description="Those that have articles in the result.", examples=[3])
    items: list[ComparisonItem] = Field(description="The sources of this page.")
    next: str | None = NEXT
    empty: Empty | None = Field(description="Null unless no article matches.")
    corpus_version: int = VERSION


def comparison_items(result: Result, asked: ComparisonPage, ordinals: Sequence[int]) -> list[ComparisonItem]:
    """Return these sources, in this order, as they stand in a result."""
    return [_item(result.snapshot, compared) for compared in compare(result, asked, ordinals)]


def _item(snapshot: Snapshot, compared: Compared) -> ComparisonItem:
    label, articles = snapshot.labels.source[compared.ordinal], len(compared.positions)
    first, last = days_of(snapshot, compared.positions)
    return ComparisonItem(
        id=label.id,
        name=label.name,
        articles=articles,
        coverage=compared.coverage,
        share=articles / compared.coverage if compared.coverage else None,
        first_day=first,
        last_day=last,
        only=[OnlyEntity(**_entity(snapshot, ordinal), articles=count) for ordinal, count in compared.only],
        speakers=[SpeakerOut(**_entity(snapshot, ordinal), statements=count) for ordinal, count in compared.speakers],
    )


def _entity(snapshot: Snapshot, ordinal: int) -> dict[str, Any]:
    label = snapshot.labels.entity[ordinal]
    return {"id": label.id, "name": label.name, "type": label.type}
