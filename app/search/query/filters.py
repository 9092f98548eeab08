"""The question: one model a resource. Syntax only; what names and days mean is decided in `matching`."""

from typing import Annotated

from pydantic import Field

from app.models import Precision
from app.search.query.parameters import (
    Day,
    Digits,
    FacetName,
    Name,
    Names,
    Paging,
    Places,
    Question,
    Sort,
    Sparse,
    Text,
    TimeSort,
    Url,
    Version,
)


class ArticleFilters(Question):
    """The filters that every view of articles shares."""

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


class FeedPage(ArticleFilters, Paging):
    """A search that is followed as a feed, newest first."""

    limit: Digits = Field(
        50, ge=1, le=1000, description="How many articles a page of the feed holds, 1 to 1,000.", examples=[50]
    )


class SimilarArticles(Question):
    """The articles most like one."""

    limit: Digits = Field(10, ge=1, le=50, description="How many articles are shown, 1 to 50.", examples=[5])


class OneArticle(Sparse, Places):
    """One article, as which version served it, and how it is shown."""

    as_of: Version | None = Field(
        None,
        description="A corpus version: the article is answered as that version served it. Without it, the newest.",
        examples=[1],
    )


class ArticleLookup(Question):
    """Articles asked for by what is known of them: their ids or where they were published."""

    ids: Annotated[list[Name], Field(max_length=100)] = Field(
        [], description="Public ids; with the URLs 1 to 100 in all.", examples=[["2v8k0q4m1xsc"]]
    )
    urls: Annotated[list[Url], Field(max_length=100)] = Field(
        [],
        description="URLs; scheme, tracking and AMP dress do not matter, nor does which of its URLs an article has.",
        examples=[["https://example.org/report?utm_source=feed"]],
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
