"""The query parameters of articles, as models. Syntax only: `clauses` resolves names and days."""

from typing import Annotated

from pydantic import Field

from app.models import Precision, TextKind
from app.posting_fields import FACETS
from app.search.query.parameters import (
    MAX_VALUES,
    CitationStyle,
    CorpusVersion,
    DateField,
    Day,
    FacetName,
    FacetSize,
    FieldSelection,
    Kilometres,
    Name,
    NameList,
    OffsetOptions,
    Paging,
    ParameterModel,
    PlainInteger,
    SampleOptions,
    Sort,
    Text,
    Url,
)

MAX_INLINE_VALUES = 8
"""Number of values of filters up to which a search is cheap: each takes a look-up and an intersection."""

VALUE_FILTERS = (
    *("source", "actor", "any_actor", "place", "weapon", "exclude_source", "exclude_actor", "language"),
    *("country", "source_kind", "source_group", "exclude_source_group"),
)
"""The repeatable filters that cheap searches may have, but for `precision`, which has few values."""


class ArticleFilters(ParameterModel):
    """The filters that all views of articles share."""

    @property
    def is_cheap(self) -> bool:
        """Whether the response takes well under a millisecond: less than handing the work to a thread."""
        return False

    @property
    def value_count(self) -> int:
        """The number of names and other values of repeatable filters."""
        return sum(len(getattr(self, name)) for name in VALUE_FILTERS)

    @property
    def has_region(self) -> bool:
        """Whether places within a region are searched for, whose postings are joined."""
        return self.bbox is not None or self.near is not None

    q: Text | None = Field(
        None,
        description='Words that must all occur in the title or text. `"a phrase"` matches its words in sequence; '
        "`-word` or `NOT word` excludes articles with the word, phrase or group; `OR` or `|` matches either side and "
        "binds weaker than `AND`; brackets group. `fish*` matches words that begin so, with 3 letters or more; "
        '`NEAR(cruise missiles, 5)` or `"cruise missiles"~5` both words, in either order, with at most 5 words (1 to '
        "50) between them; `title:word` in the title only. Operators are capitals. Case and accents are ignored, words "
        "are not stemmed, and no query is a syntax error: see `understood` and `notes` in the response.",
        examples=['(putin OR shoigu) -"red line"'],
    )
    from_: Day | None = Field(
        None,
        alias="from",
        description="First printed day, inclusive: a day `YYYY-MM-DD`, a month `YYYY-MM` or a year `YYYY`, or in "
        "another form with one meaning, such as `20 Nov 2015`. `today`, `yesterday`, `-7d`, `-2w`, `-3m` and `-1y` "
        "count from today. A month or year starts on its first day.",
        examples=["2015-11"],
    )
    to: Day | None = Field(
        None,
        description="Last printed day, inclusive, in the forms of `from`. A month or year ends on its last day.",
        examples=["2015-11-30"],
    )
    tz: Name | None = Field(
        None,
        description="Time zone of the IANA database in which `today` and other days that count from it are taken; by "
        "default, UTC.",
        examples=["Europe/Berlin"],
    )
    date_field: DateField = Field(
        "published",
        description="What `from` and `to` are days of: `published`, the printed day; `loaded`, when the article was "
        "first served here; or `updated`, when what is served of it last changed. The latter two are days in UTC.",
        examples=["loaded"],
    )
    source: NameList = Field(
        [], description="Id, name or domain of a source; repeated means any of the sources.", examples=[["rferl"]]
    )
    actor: NameList = Field(
        [],
        description="Id, Wikidata id or name of an actor (person, organization, state, armed_group or media); repeated "
        "means all of the actors.",
        examples=[["putin"]],
    )
    any_actor: NameList = Field(
        [],
        description="Id, Wikidata id or name of an actor; repeated means any of the actors.",
        examples=[["obama", "kerry"]],
    )
    place: NameList = Field(
        [],
        description="Id, Wikidata id or name of a place; repeated means all of the places.",
        examples=[["raqqa"]],
    )
    weapon: NameList = Field(
        [],
        description="Id, Wikidata id or name of a weapon or platform; repeated means all of the weapons.",
        examples=[["tu-160"]],
    )
    exclude_source: NameList = Field(
        [],
        description="Id, name or domain of a source to exclude; repeated excludes each of the sources.",
        examples=[["redstate"]],
    )
    exclude_actor: NameList = Field(
        [],
        description="Id, Wikidata id or name of an actor to exclude; repeated excludes each of the actors.",
        examples=[["hollande"]],
    )
    country: NameList = Field(
        [],
        description="Country in which the source publishes, as its code of ISO 3166-1 or its English name, or `none` "
        "if it is unknown; repeated means any of the countries.",
        examples=[["ru"]],
    )
    source_kind: NameList = Field(
        [],
        description="What the source is: `agency`, `broadcaster`, `newspaper`, `online`, `government`, `ngo`, `party`, "
        "or `none` if it is unknown; repeated means any of them.",
        examples=[["agency"]],
    )
    source_group: NameList = Field(
        [],
        description="Id or name of a group of sources, or `none` for sources without one; repeated means any of the "
        "groups.",
        examples=[["none"]],
    )
    exclude_source_group: NameList = Field(
        [],
        description="Id or name of a group of sources to exclude; repeated excludes each of the groups.",
        examples=[["none"]],
    )
    members: bool = Field(
        False,
        description="Whether a filter also matches the members of its entities, such as the ministries, forces and "
        "leaders of a state or the places within a place. A member counts if its membership held on the article's day.",
        examples=[True],
    )
    language: NameList = Field(
        [],
        description="BCP 47 language tag, which also finds the tags that continue it, as `en` finds `en-US` (basic "
        "filtering of RFC 4647), or `none` for articles without a language; repeated means any of the languages.",
        examples=[["en"]],
    )
    precision: Annotated[list[Precision], Field(max_length=len(Precision))] = Field(
        [],
        description="How precise the publication date is: `minute`, `day`, `month`, `year` or `none`; repeated means "
        "any of them.",
        examples=[["day"]],
    )
    author: Annotated[list[Text], Field(max_length=MAX_VALUES)] = Field(
        [],
        description="Name of an author, as printed; repeated means any of the authors.",
        examples=[["Patrick Goodenough"]],
    )
    text_kind: Annotated[list[TextKind], Field(max_length=len(TextKind))] = Field(
        [],
        description="What the text is: `full`, an `extract` or a `digest`; repeated means any of them.",
        examples=[["digest"]],
    )
    bbox: Name | None = Field(
        None,
        description="`west,south,east,north` in degrees of WGS 84: articles that name a place whose point is in the "
        "box, borders included. A west above the east crosses the 180th meridian. Places whose coordinates are unknown "
        "are in no box.",
        examples=["35,32,43,38"],
    )
    near: Name | None = Field(
        None,
        description="`latitude,longitude` in degrees of WGS 84: articles that name a place whose point is at most `km` "
        "kilometres from there.",
        examples=["35.4,35.95"],
    )
    km: Kilometres | None = Field(
        None, description="The distance of `near` in kilometres, 0 to 20,038; by default 50.", examples=[100]
    )


class ArticleExport(ArticleFilters, SampleOptions):
    """A search whose whole result is streamed."""

    sort: Sort = Field(
        "-published",
        description="`-published` for newest first, `published` for oldest first, or `relevance` for the best match "
        "first, which needs a `q` that does not only exclude; `-loaded` or `-updated` for those first that were served "
        "or changed last. By words, `relevance` ranks all matches. If more than 10,000 articles match a `q` with a "
        "phrase, prefix or `title:`, it ranks the newest 10,000; the others follow, newest first. Undated articles "
        "come last.",
        examples=["-published"],
    )


class ArticleTable(FieldSelection, OffsetOptions, ArticleExport):
    """A search whose whole result is streamed as a table."""


class ArticlePage(FieldSelection, OffsetOptions, ArticleExport, Paging):
    """A search that returns one page of its result."""

    @property
    def is_cheap(self) -> bool:
        """Whether it is a few set operations, whatever their size.

        Words, regions, members and explanations take longer, and so do the names of authors, which are indexed on first
        use.
        """
        if self.q is not None or self.has_region or self.members or self.highlight or self.explain or self.author:
            return False
        if self.sample is not None or self.date_field != "published" or self.sort not in {"-published", "published"}:
            return False
        return "author" not in self.facet and self.value_count <= MAX_INLINE_VALUES

    facet: Annotated[list[FacetName], Field(max_length=len(FACETS))] = Field(
        [],
        description="A facet to return with the page; repeated returns each of the facets.",
        examples=[["actor", "source"]],
    )
    explain: bool = Field(
        False,
        description="Whether to list, for each article, the mentions that match the entity filters, and which terms of "
        "`q` it contains.",
        examples=[True],
    )
    highlight: bool = Field(
        False,
        description="Whether to show, for each article, where the words of `q` and the entities of the filters occur.",
        examples=[True],
    )
    facet_size: FacetSize = 10


class FeedPage(ArticleFilters, Paging):
    """A search that is read as a feed, newest first."""

    limit: PlainInteger = Field(
        50, ge=1, le=1000, description="Number of articles per page of the feed, 1 to 1,000.", examples=[50]
    )


class StyleOptions(ParameterModel):
    """How a citation is written."""

    style: CitationStyle = Field(
        "text",
        description="`csl` (CSL-JSON), `ris` or `bibtex`, as reference managers import them, or `text`.",
        examples=["ris"],
    )


class CitationFilters(StyleOptions, ArticleFilters):
    """A search to cite."""


class CitationOptions(StyleOptions):
    """An article to cite."""

    as_of: CorpusVersion | None = Field(
        None,
        description="A corpus version: the article is cited as that version served it. By default, the newest version "
        "is used.",
        examples=[1],
    )


class SimilarOptions(ParameterModel):
    """The articles most similar to one article."""

    limit: PlainInteger = Field(
        10, ge=1, le=50, description="Maximum number of articles to return, 1 to 50.", examples=[5]
    )


class ArticleOptions(FieldSelection, OffsetOptions):
    """One article, as a corpus version served it."""

    as_of: CorpusVersion | None = Field(
        None,
        description="A corpus version: the article is returned as that version served it. By default, the newest "
        "version is used.",
        examples=[1],
    )


class ArticleLookup(ParameterModel):
    """Articles to look up by id or by URL."""

    ids: Annotated[list[Name], Field(max_length=100)] = Field(
        [], description="Public ids of articles; 1 to 100 ids and URLs in total.", examples=[["2v8k0q4m1xsc"]]
    )
    urls: Annotated[list[Url], Field(max_length=100)] = Field(
        [],
        description="URLs of articles. Any URL of an article matches; the scheme, tracking parameters and AMP variants "
        "are ignored.",
        examples=[["https://example.org/report?utm_source=feed"]],
    )
