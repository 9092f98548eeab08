"""The comparison of sources as response fields."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from app.search.aggregations.source_comparison import SourceComparison
from app.search.index.snapshot import Snapshot
from app.wire.base import NEXT_FIELD, VERSION_FIELD, EmptyExplanation, EntityRef, SearchOut, SourceRef, TotalOut
from app.wire.facets import first_and_last_day


class ExclusiveEntity(EntityRef):
    """An entity that only one source names in the articles of a result."""

    articles: int = Field(
        description="Number of articles in the result that name it, all of them by this source.", examples=[1]
    )


class SpeakerOut(EntityRef):
    """An entity to which the articles of a source in a result attribute statements."""

    statements: int = Field(
        description="Number of statements by this speaker in the source's articles in the result.", examples=[4]
    )


class ComparisonItem(SourceRef):
    """A source and its articles in a result."""

    articles: int = Field(description="Number of its articles in the result, 0 included.", examples=[1])
    coverage: int = Field(
        description="Number of articles that the source printed in the requested days, whatever the other filters; "
        "without days, all its articles, undated ones included.",
        examples=[1],
    )
    share: float | None = Field(
        description="`articles` divided by `coverage`; null if `coverage` is 0.", examples=[1.0]
    )
    first_day: str | None = Field(
        description="First printed day of its articles in the result.", examples=["2015-10-07"]
    )
    last_day: str | None = Field(description="Last printed day of its articles in the result.", examples=["2015-10-07"])
    exclusive_entities: list[ExclusiveEntity] = Field(
        description="Up to five entities that no other source names in the result, by number of articles and then id."
    )
    speakers: list[SpeakerOut] = Field(
        description="The five entities to which its articles in the result attribute the most statements; ties are "
        "ordered by id."
    )


class ComparisonList(SearchOut, TotalOut):
    """A page of sources, by number of articles in the result and then id; sources without any come last."""

    total: int = Field(description="Number of sources that have articles in the corpus.", examples=[4])
    sources_with_articles: int = Field(description="Number of sources that have articles in the result.", examples=[3])
    items: list[ComparisonItem] = Field(description="The sources on this page.")
    next: str | None = NEXT_FIELD
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD


def comparison_items(snapshot: Snapshot, comparisons: Iterable[SourceComparison]) -> list[ComparisonItem]:
    """Return sources with their articles in a result."""
    return [comparison_item(snapshot, compared) for compared in comparisons]


def comparison_item(snapshot: Snapshot, compared: SourceComparison) -> ComparisonItem:
    """Return a source with its articles in a result."""
    label, articles = snapshot.labels.source[compared.ordinal], len(compared.positions)
    first, last = first_and_last_day(snapshot, compared.positions)
    return ComparisonItem(
        id=label.id,
        name=label.name,
        articles=articles,
        coverage=compared.coverage,
        share=articles / compared.coverage if compared.coverage else None,
        first_day=first,
        last_day=last,
        exclusive_entities=[
            ExclusiveEntity(**_entity_fields(snapshot, ordinal), articles=count) for ordinal, count in compared.only
        ],
        speakers=[
            SpeakerOut(**_entity_fields(snapshot, ordinal), statements=count) for ordinal, count in compared.speakers
        ],
    )


def _entity_fields(snapshot: Snapshot, ordinal: int) -> dict[str, Any]:
    label = snapshot.labels.entity[ordinal]
    return {"id": label.id, "name": label.name, "type": label.type}
