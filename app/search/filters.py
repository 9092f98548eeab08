"""The question: one model a resource. Syntax only; what names and days mean is decided in `matching`."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticKnownError

from app.models import EntityType, Precision


def _digits(value: object) -> object:
    """Refuse what is no plain number, where pydantic would read `1_0` and `+5`."""
    if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
        raise PydanticKnownError("int_parsing")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A search text: longer ones are no question but a document."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""A name, id or domain."""
Names = Annotated[list[Name], Field(max_length=50)]
"""Values of a repeatable parameter: 50 is more than any page can show and keeps a request bounded."""
Digits = Annotated[int, BeforeValidator(_digits)]
"""A number as clients write it: digits, with a minus at most."""
Day = Annotated[str, StringConstraints(min_length=1, max_length=10)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=500)]

FacetName = Literal["source", "actor", "place", "weapon", "language", "precision"]
Offsets = Literal["codepoints", "utf16"]
TimeSort = Literal["-published", "published"]
Sort = Literal["-published", "published", "relevance"]
Interval = Literal["day", "week", "month", "year"]


class ArticleFilters(BaseModel):
    """The filters that every view of articles shares."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    q: Text | None = Field(
        None,
        description='Words that must all occur in title or text; `"a phrase"`; `-word` excludes. Accents and case '
        "fold, there is no stemming, and nothing is a syntax error.",
        examples=['"cruise missiles" -tanks'],
    )
    from_: Day | None = Field(
        None,
        alias="from",
        description="First printed day, inclusive: `YYYY-MM-DD`, or a month `YYYY-MM` or year `YYYY`, which start "
        "with their first day.",
        examples=["2015-11"],
    )
    to: Day | None = Field(
        None,
        description="Last printed day, inclusive, in the same forms; a month or year ends with its last day.",
        examples=["2015-11-30"],
    )
    source: Names = Field(
        [], description="Id, name or domain of a source; repeated means any of them.", examples=[["rferl"]]
    )
    actor: Names = Field(
        [],
        description="Id, Wikidata id or name of an acting entity (person, organization, state, armed_group, media); "
        "repeated means all of them.",
        examples=[["putin"]],
    )
    any_actor: Names = Field([], description="As `actor`; repeated means any of them.", examples=[["obama", "kerry"]])
    place: Names = Field(
        [], description="Id, Wikidata id or name of a place; repeated means all of them.", examples=[["raqqa"]]
    )
    weapon: Names = Field(
        [],
        description="Id, Wikidata id or name of a weapon or platform; repeated means all of them.",
        examples=[["tu-160"]],
    )
    exclude_source: Names = Field(
        [], description="Id, name or domain of a source; none of them.", examples=[["redstate"]]
    )
    exclude_actor: Names = Field(
        [], description="Id, Wikidata id or name of an acting entity; none of them.", examples=[["hollande"]]
    )
    members: bool = Field(
        False,
        description="Whether an entity is also found by those who act for it: its ministries, forces and leaders, "
        "and a place by what lies in it, while their membership held on the article's day.",
        examples=[True],
    )
    language: Names = Field([], description="BCP 47 language tag; repeated means any of them.", examples=[["en"]])
    precision: Annotated[list[Precision], Field(max_length=5)] = Field(
        [],
        description="How much of the publication date is known: `minute`, `day`, `month`, `year` or `none`; repeated "
        "means any of them.",
        examples=[["day"]],
    )


class Paging(BaseModel):
    """Which part of a list is wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    limit: Digits = Field(20, ge=1, le=100, description="How many items a page holds, 1 to 100.", examples=[20])
    cursor: Cursor | None = Field(
        None,
        description="The `next` of the page before, with all other parameters unchanged.",
        examples=["WyItcHVibGlzaGVkIl0"],
    )


class Places(BaseModel):
    """In which unit places in a text are given."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    offsets: Offsets = Field(
        "codepoints",
        description="The unit of every `start` and `end`: Unicode code points, or `utf16` code units, in which "
        "JavaScript counts.",
        examples=["utf16"],
    )


class Sparse(BaseModel):
    """Which fields are wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    fields: Text | None = Field(
        None,
        description="Names of the fields that each article is shown with, separated by commas; the others are left "
        "out. Without it every field is there.",
        examples=["id,title,published"],
    )


class ArticleExport(ArticleFilters):
    """A search whose whole result is streamed."""

    sort: Sort = Field(
        "-published",
        description="`-published` newest first, `published` oldest first, `relevance` best match first (with `q`; "
        "of many matches the newest 10,000, then the others, newest first). "
        "Undated articles come last.",
        examples=["-published"],
    )


class ArticlePage(Sparse, Places, ArticleExport, Paging):
    """A search of which one page is shown."""

    facet: Annotated[list[FacetName], Field(max_length=6)] = Field(
        [], description="Which counts to give beside the page; repeatable.", examples=[["actor", "source"]]
    )
    explain: bool = Field(
        False,
        description="Whether each article says by which mentions the entities of the filters were found in it.",
        examples=[True],
    )
    highlight: bool = Field(
        False,
        description="Whether each article shows where it has the words of `q` and names the entities of the filters.",
        examples=[True],
    )
    facet_size: Digits = Field(
        10,
        ge=1,
        le=100,
        description="How many values a facet lists, 1 to 100; chosen values stay listed.",
        examples=[5],
    )


class SimilarArticles(BaseModel):
    """The articles most like one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Digits = Field(10, ge=1, le=50, description="How many articles are shown, 1 to 50.", examples=[5])


class OneArticle(Sparse, Places):
    """One article, as which version served it, and how it is shown."""

    as_of: Annotated[int, Field(ge=1), BeforeValidator(_digits)] | None = Field(
        None,
        description="A corpus version: the article is answered as that version served it. Without it, the newest.",
        examples=[1],
    )


class StatementPage(Places, ArticleFilters, Paging):
    """Statements, of the articles that satisfy the filters."""

    speaker: Names = Field(
        [],
        description="Id, Wikidata id or name of the acting entity that said it; repeated means any of them.",
        examples=[["shoigu"]],
    )
    about: Names = Field(
        [],
        description="Id, Wikidata id or name of an entity of any type that it names; repeated means all of them.",
        examples=[["raqqa"]],
    )
    sort: TimeSort = Field(
        "-published",
        description="`-published` newest article first, `published` oldest first; in an article, in order of place.",
        examples=["-published"],
    )


class SourcePage(Paging):
    """The list of sources."""


EntityTypes = Annotated[
    list[EntityType],
    Field(max_length=7, description="Only entities of this type; repeated means any of them.", examples=[["person"]]),
]


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


class RelatedPage(ArticleFilters, Paging):
    """The entities that a result names together with one."""

    type: EntityTypes = Field([])
    sort: Literal["articles", "npmi", "lift"] = Field(
        "articles",
        description="`articles` those first that share most articles with it, `npmi` those that belong to it most, "
        "`lift` those that are most unusually frequent beside it; ties by id.",
        examples=["npmi"],
    )


SuggestType = Literal["person", "organization", "state", "armed_group", "media", "place", "weapon", "source"]


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


class FeedPage(ArticleFilters, Paging):
    """A search that is followed as a feed, newest first."""

    limit: Digits = Field(
        50, ge=1, le=1000, description="How many articles a page of the feed holds, 1 to 1,000.", examples=[50]
    )


Url = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
"""A URL as long as any that browsers and sitemaps take."""


class ArticleLookup(BaseModel):
    """Articles asked for by what is known of them: their ids or where they were published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: Annotated[list[Name], Field(max_length=100)] = Field(
        [], description="Public ids; with the URLs 1 to 100 in all.", examples=[["2v8k0q4m1xsc"]]
    )
    urls: Annotated[list[Url], Field(max_length=100)] = Field(
        [],
        description="URLs; scheme, tracking and AMP dress do not matter, nor does which of its URLs an article has.",
        examples=[["https://example.org/report?utm_source=feed"]],
    )


class PublishPage(Paging):
    """The list of publishes."""


class ChangePage(Paging):
    """What changed since a corpus version."""

    limit: Digits = Field(100, ge=1, le=1000, description="How many changes a page holds, 1 to 1000.", examples=[100])
    since: Digits = Field(
        0,
        ge=0,
        description="The corpus version that is known already: all changes after it are listed. 0 lists all there are.",
        examples=[1],
    )


class VersionPage(Paging):
    """The versions of an article."""


class VersionsOf(VersionPage):
    """The same with the article, which its cursors hold for."""

    article: str
