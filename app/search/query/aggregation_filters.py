"""The questions that count: what a result of articles holds over time, source by source, entity by entity."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.search.query.filters import ArticleFilters
from app.search.query.parameters import Digits, EntityTypes, Interval, Name, Paging, SuggestType


class EntityPage(ArticleFilters, Paging):
    """Entities within a result of articles."""

    name: Name | None = Field(
        None,
        description="Only entities with a name that holds these words, each from its beginning.",
        examples=["sergei"],
    )
    type: EntityTypes = Field([])
    sort: Literal["articles", "lift"] = Field(
        "articles",
        description="`articles` those of most articles first, `lift` those first that are most unusually frequent in "
        "the result beside the corpus; ties by id.",
        examples=["articles"],
    )


class RelatedPage(ArticleFilters, Paging):
    """The entities that a result names together with one."""

    type: EntityTypes = Field([])
    sort: Literal["articles", "npmi", "lift"] = Field(
        "articles",
        description="`articles` those first that share most articles with it, `npmi` those that belong to it most, "
        "`lift` those that are most unusually frequent beside it; ties by id.",
        examples=["npmi"],
    )


class NetworkFilters(ArticleFilters):
    """Entities that the articles of a result name together."""

    type: EntityTypes = Field([])
    nodes: Digits = Field(
        30,
        ge=1,
        le=200,
        description="How many entities to take, those of most articles first, 1 to 200.",
        examples=[30],
    )
    edges: Digits = Field(
        100,
        ge=0,
        le=2000,
        description="How many pairs of these to list, those of most articles first, 0 to 2000.",
        examples=[100],
    )


class TimelineFilters(ArticleFilters):
    """A search whose articles are counted over time."""

    interval: Interval = Field(
        "month",
        description="How long a bucket is: `day`, `week` (ISO 8601, from Monday), `month` or `year`.",
        examples=["week"],
    )
    by: Literal["source", "actor"] | None = Field(
        None, description="Whether to count each of the most frequent sources or actors apart.", examples=["source"]
    )
    top: Digits = Field(5, ge=1, le=20, description="How many sources or actors `by` counts, 1 to 20.", examples=[5])


class ComparisonPage(ArticleFilters, Paging):
    """Sources, side by side in a result of articles."""

    limit: Digits = Field(50, ge=1, le=200, description="How many sources a page holds, 1 to 200.", examples=[50])


class SuggestFilters(ArticleFilters):
    """The beginning of a name, and the articles within which whoever bears it is counted."""

    prefix: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        description="The beginning of a name or of a word in it, as far as it is typed. Case and accents fold; in four "
        "letters or more one typo is forgiven.",
        examples=["put"],
    )
    type: Annotated[list[SuggestType], Field(max_length=8)] = Field(
        [],
        description="Only entities of this type, or only sources; repeated means any of them.",
        examples=[["person"]],
    )
    limit: Digits = Field(10, ge=1, le=50, description="How many to suggest, 1 to 50.", examples=[10])
