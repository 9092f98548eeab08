"""The query parameters of aggregations: counts of a result over time, by source, and by entity."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from app.models import EntityType
from app.search.query.filters import MAX_INLINE_VALUES, ArticleFilters
from app.search.query.parameters import (
    EntityTypes,
    FacetName,
    FieldSelection,
    Interval,
    Name,
    Paging,
    PlainInteger,
    SampleOptions,
    SuggestType,
    require_digits,
)

# More than any corpus has.
MAX_NODES = MAX_SERIES = 1_000_000
"""Maximum number of entities of a network, and of series of a timeline, that an export may be limited to."""


class EntityExport(ArticleFilters, SampleOptions):
    """The entities that the articles of a result name."""

    name: Name | None = Field(
        None,
        description="Only entities with a name that contains all these words; the beginning of a word is enough. If "
        "there are none, those that the filter `actor` would find, whatever their type.",
        examples=["sergei"],
    )
    type: EntityTypes = Field([])
    sort: Literal["articles", "lift"] = Field(
        "articles",
        description="`articles` sorts by number of articles in the result, `lift` by how much more frequent an entity "
        "is in the result than in the whole corpus; highest first, ties by id.",
        examples=["articles"],
    )


class EntityTable(FieldSelection, EntityExport):
    """The entities that the articles of a result name, streamed as a table."""


class EntityPage(EntityExport, Paging):
    """A page of the entities that the articles of a result name."""


class PlaceExport(ArticleFilters, SampleOptions):
    """The places that the articles of a result name."""


class RelatedPage(ArticleFilters, Paging):
    """The entities that the articles of a result name together with a given entity."""

    type: EntityTypes = Field([])
    sort: Literal["articles", "npmi", "lift"] = Field(
        "articles",
        description="`articles` sorts by number of articles shared with the given entity, `npmi` by strength of the "
        "association with it (normalized pointwise mutual information), `lift` by how much more frequent an entity is "
        "in those articles than in the whole corpus; highest first, ties by id.",
        examples=["npmi"],
    )


class NetworkScope(ArticleFilters, SampleOptions):
    """The entities that the articles of a result name together."""

    type: EntityTypes = Field([])


class NetworkFilters(NetworkScope):
    """The entities that the articles of a result name together, as far as a picture can show them."""

    nodes: PlainInteger = Field(
        30,
        ge=1,
        le=200,
        description="Maximum number of entities, 1 to 200: those with the most articles.",
        examples=[30],
    )
    edges: PlainInteger = Field(
        100,
        ge=0,
        le=2000,
        description="Maximum number of pairs of these entities, 0 to 2,000: those with the most articles in common.",
        examples=[100],
    )


class NetworkExport(NetworkScope):
    """The entities that the articles of a result name together, all by default."""

    nodes: Annotated[int, Field(ge=1, le=MAX_NODES), BeforeValidator(require_digits)] | None = Field(
        None,
        description="Maximum number of entities, 1 to 1,000,000: those with the most articles. By default, all.",
        examples=[500],
    )
    edges: Annotated[int, Field(ge=0, le=2000), BeforeValidator(require_digits)] | None = Field(
        None,
        description="Maximum number of pairs of these entities, 0 to 2,000: those with the most articles in common, in "
        "that order. By default, all, in the order of their ids.",
        examples=[100],
    )


class NetworkTable(FieldSelection, NetworkExport):
    """The pairs of entities that the articles of a result name together, streamed as a table."""


class TimelineOptions(ArticleFilters, SampleOptions):
    """A search whose articles are counted over time."""

    interval: Interval = Field(
        "month",
        description="The length of a bucket: `day`, `week` (ISO 8601, from Monday), `month` or `year`.",
        examples=["week"],
    )
    by: FacetName | None = Field(
        None,
        description="A facet: also count each of its most frequent values in a series of its own.",
        examples=["source"],
    )
    base: Literal["source"] | None = Field(
        None,
        description="`source`, with `by=source`: also count all articles of each source in each bucket, whatever the "
        "filters, as the base of its shares.",
        examples=["source"],
    )


class TimelineFilters(TimelineOptions):
    """A search whose articles are counted over time, in as many series as a picture can show."""

    top: PlainInteger = Field(
        5, ge=1, le=200, description="Maximum number of series that `by` adds, 1 to 200.", examples=[5]
    )


class TimelineTable(FieldSelection, TimelineOptions):
    """A search whose articles are counted over time, streamed as a table."""

    top: Annotated[int, Field(ge=1, le=MAX_SERIES), BeforeValidator(require_digits)] | None = Field(
        None,
        description="Maximum number of series that `by` adds, 1 to 1,000,000: those with the most articles. By "
        "default, all.",
        examples=[5],
    )


class ComparisonTable(FieldSelection, ArticleFilters):
    """The sources of a result, side by side, streamed as a table."""


class ComparisonPage(ArticleFilters, Paging):
    """The sources of a result, side by side."""

    limit: PlainInteger = Field(50, ge=1, le=200, description="Number of sources per page, 1 to 200.", examples=[50])


class SuggestFilters(ArticleFilters):
    """The beginning of a name, and the articles in which to count the entities and sources that it may mean."""

    @property
    def is_cheap(self) -> bool:
        """Whether it is a few set operations, whatever their size: without words, members and names of authors."""
        if self.q is not None or self.members or self.author or self.has_region or self.date_field != "published":
            return False
        return self.value_count <= MAX_INLINE_VALUES

    prefix: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        description="The beginning of a name, or of a word in it, as typed so far. Case and accents are ignored, words "
        "may be in another order and follow a title; with four or more letters, one typo is tolerated.",
        examples=["put"],
    )
    type: Annotated[list[SuggestType], Field(max_length=len(EntityType) + 1)] = Field(
        [],
        description="Only entities of this type, or only sources; repeated means any of the types.",
        examples=[["person"]],
    )
    limit: PlainInteger = Field(10, ge=1, le=50, description="Maximum number of suggestions, 1 to 50.", examples=[10])
