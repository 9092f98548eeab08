"""Articles as the API declares them: in lists, alone, and with what shows why they match.

Offsets are Unicode code points unless the request selects UTF-16 code units.
"""

from typing import Literal

from pydantic import Field

from app.models import DetailName, EntityType, LanguageBasis, MentionKind, StatementKind, TextKind
from app.search.query.parameters import Offsets
from app.wire.base import (
    NEXT_FIELD,
    VERSION_FIELD,
    EmptyExplanation,
    EntityRef,
    FacetValue,
    Out,
    PublishedOut,
    SearchOut,
    SourceRef,
    TotalOut,
)


class EntityCount(EntityRef):
    """An entity and how often one article names it."""

    count: int = Field(description="Number of times the article mentions it.", examples=[12])


class Surface(Out):
    """A span of an article that names an entity."""

    field: Literal["title", "text"] = Field(description="The field that contains the span.", examples=["text"])
    start: int = Field(
        description="Start of the span, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[120]
    )
    end: int = Field(description="End of the span, exclusive, in the same unit.", examples=[125])
    text: str = Field(description="The text of the span.", examples=["Putin"])
    kind: MentionKind = Field(description="How the span names the entity.", examples=["surname"])


class Match(Out):
    """Why an article is in the result: the entity through which it matches a value of a filter."""

    parameter: str = Field(description="The parameter of the filter.", examples=["actor"])
    value: str = Field(description="The value of the filter, as requested.", examples=["russia"])
    entity: EntityRef = Field(
        description="The entity that the article names: the one that the value names, or a member of it."
    )
    surfaces: list[Surface] | None = Field(
        description="Where the article names the entity; null unless `explain` is true."
    )


class HighlightSpan(Out):
    """A span of a snippet that matches a value of a filter."""

    start: int = Field(
        description="Start of the span, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[150]
    )
    end: int = Field(description="End of the span, exclusive, in the same unit.", examples=[155])
    parameter: str = Field(description="The parameter of the filter.", examples=["q"])
    value: str = Field(
        description="The matching word, phrase, prefix or NEAR group of `q`, or the value of another filter, as "
        "requested.",
        examples=["putin"],
    )


class Highlight(Out):
    """A snippet of an article that shows why the article matches; all offsets count from the start of the field."""

    field: Literal["title", "text"] = Field(description="The field that contains the snippet.", examples=["text"])
    start: int = Field(
        description="Start of the snippet, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[120]
    )
    end: int = Field(description="End of the snippet, exclusive, in the same unit.", examples=[300])
    text: str = Field(
        description="The text of the snippet, cut at word boundaries.", examples=["Putin said the strikes go on."]
    )
    spans: list[HighlightSpan] = Field(
        description="The spans of the snippet that match, in order of position; they may overlap."
    )


class TermOut(Out):
    """A word, phrase, prefix or NEAR group of `q`, and whether an article contains it."""

    value: str = Field(description="The term, as requested.", examples=["cruise missiles"])
    occurs: bool = Field(description="Whether the article contains it.", examples=[True])


class ArticleItem(Out):
    """An article as lists show it."""

    id: str = Field(description="Public id, stable across reloads.", examples=["2v8k0q4m1xsc"])
    url: str | None = Field(description="URL under which it was published.", examples=["https://example.org/report"])
    title: str = Field(description="Its title, verbatim.", examples=["Russian Warships Launch Missiles"])
    source: SourceRef = Field(description="The source that published it.")
    authors: list[str] = Field(description="Its authors, as printed.", examples=[["Patrick Goodenough"]])
    published: PublishedOut = Field(description="When it was printed.")
    language: str | None = Field(description="Its language, as a BCP 47 tag.", examples=["en"])
    language_basis: LanguageBasis | None = Field(
        description="Whether the language was declared (`metadata`) or `detected` in the text; null if it is unknown.",
        examples=["metadata"],
    )
    text_kind: TextKind = Field(
        description="Whether the text is the publisher's full text, an extract of it (a teaser, a summary, the "
        "beginning) or a digest in other words.",
        examples=["digest"],
    )
    rights: str | None = Field(description="License or terms of the text.", examples=["CC0-1.0"])
    lead: str | None = Field(
        description="First sentence of its text, at most 300 characters; null if the text has no words or the operator "
        "withholds it.",
        examples=["Four vessels of the Russian fleet fired 26 cruise missiles across to Syria."],
    )
    entities: list[EntityCount] = Field(description="The ten entities that it mentions most; ties are ordered by id.")
    matched: list[Match] | None = Field(
        description="The entities through which it matches the filters; null unless `members` or `explain` is true."
    )
    terms: list[TermOut] | None = Field(
        description="The terms of `q`, excluded ones too, and whether the article contains each; null unless `explain` "
        "is true and there is a `q`."
    )
    highlights: list[Highlight] | None = Field(
        description="Up to three snippets that show as many words and entities of the filters as possible; none from a "
        "text that the operator withholds. Null unless `highlight` is true."
    )


class MentionOut(Out):
    """A span that names an entity."""

    field: Literal["title", "text"] = Field(description="The field that contains the span.", examples=["text"])
    start: int = Field(
        description="Start of the span, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[120]
    )
    end: int = Field(description="End of the span, exclusive, in the same unit.", examples=[125])
    text: str = Field(description="The text of the span.", examples=["Putin"])
    kind: MentionKind = Field(
        description="How the span names the entity; no search finds an article through a byline or a credit.",
        examples=["surname"],
    )
    type: EntityType = Field(description="Type of the entity.", examples=["person"])
    entity: str | None = Field(
        description="Id of the entity; null if the mention is ambiguous.", examples=["vladimir-putin"]
    )
    rule: str = Field(description="The rule that detected the mention.", examples=["lexicon"])
    confidence: float = Field(description="Confidence of the rule, from 0 to 1.", examples=[0.95])


class StatementOut(Out):
    """A span that the article attributes to a speaker."""

    field: Literal["title", "text"] = Field(description="The field that contains the span.", examples=["text"])
    start: int = Field(
        description="Start of the span, inclusive: a code point of the field, or a UTF-16 code unit.", examples=[300]
    )
    end: int = Field(description="End of the span, exclusive, in the same unit.", examples=[380])
    kind: StatementKind = Field(
        description="Whether all, some or none of the speaker's words are quoted.", examples=["quotation"]
    )
    speaker: str | None = Field(description="Id of the speaker, if known.", examples=["sergei-shoigu"])
    speaker_name: str | None = Field(description="The words that name the speaker.", examples=["Shoigu"])
    cue: str | None = Field(description="The words that attribute the statement.", examples=["said"])


class GivenEntityOut(Out):
    """An entity that came with the record of an article, as it came."""

    id: str | None = Field(description="Its id in the record.", examples=["ada-byrne"])
    name: str = Field(description="Its name in the record.", examples=["Ada Byrne"])
    type: EntityType = Field(description="Its type.", examples=["person"])
    wikidata: str | None = Field(description="Its Wikidata id in the record.", examples=["Q7747"])
    mentions: list[list[int]] = Field(
        description="Start and end of each span of the text that names it, as in `mentions` of the article.",
        examples=[[[0, 9]]],
    )


class SameText(Out):
    """Another article with exactly the same text, such as an agency report that several newspapers printed."""

    id: str = Field(description="Public id of the article.", examples=["2v8k0q4m1xsc"])
    source: SourceRef = Field(description="The source that published it.")


class ArticleDetail(ArticleItem):
    """One article with its text and everything that was found in it."""

    record_id: str | None = Field(
        description="The id that the loaded file gave to the article, unique within its source; null if it gave none.",
        examples=["gazette-4711"],
    )
    printed_time: str | None = Field(
        description="The time of day as printed, in the zone of the date, which may be unknown; null if none is known.",
        examples=["19:02:00"],
    )
    urls: list[str] = Field(
        description="Every URL under which the article was seen, one per page; `url` comes first.",
        examples=[["https://example.org/report", "https://example.org/world/report"]],
    )
    same_text: list[SameText] = Field(
        description="The other articles that are served with exactly this text, by id, at most 100; none for a text of "
        "fewer than 200 code points."
    )
    same_text_total: int = Field(description="Total number of other articles with exactly this text.", examples=[0])
    text: str | None = Field(
        description="The stored text; null if the operator withholds it.", examples=["The ships fired at dawn."]
    )
    text_withheld: bool = Field(description="Whether the operator withholds the text.", examples=[False])
    mentions: list[MentionOut] = Field(description="All mentions, in order of field and position.")
    statements: list[StatementOut] = Field(description="All statements, in order of field and position.")
    given_entities: list[GivenEntityOut] | None = Field(
        description="The entities that came with the record, from which the mentions are then; null if they were "
        "extracted."
    )
    details: dict[DetailName, str] = Field(
        description="What an archive says of the article besides its other fields, such as edition, section and page, "
        "as printed there; empty if nothing is known.",
        examples=[{"edition": "Late Edition", "section": "World", "page": "A4"}],
    )
    offsets: Offsets = Field(
        description="The unit of all offsets: Unicode code points or UTF-16 code units.", examples=["codepoints"]
    )
    record_keys: list[str] = Field(
        description="Everything by which a load recognizes the article, for a load into another Dateline: ids, URLs, "
        "texts, titles and days of its records, and other public ids.",
        examples=[["title:gazette:ferry resumes:2019-03-04"]],
    )


class Facets(Out):
    """The requested facets, their values by count and then id; facets that were not requested are null."""

    source: list[FacetValue] | None = Field(description="Sources; the source filter is ignored.")
    country: list[FacetValue] | None = Field(description="Countries of the sources; the country filter is ignored.")
    source_kind: list[FacetValue] | None = Field(description="Kinds of the sources; their filter is ignored.")
    source_group: list[FacetValue] | None = Field(description="Groups of sources; their filter is ignored.")
    actor: list[FacetValue] | None = Field(description="Actors within the result.")
    place: list[FacetValue] | None = Field(description="Places within the result.")
    weapon: list[FacetValue] | None = Field(description="Weapons within the result.")
    language: list[FacetValue] | None = Field(
        description="Languages, each with the tags that continue it, as `en` with `en-US`, and `none`; the language "
        "filter is ignored."
    )
    precision: list[FacetValue] | None = Field(description="Precisions of dates; the precision filter is ignored.")
    author: list[FacetValue] | None = Field(description="Authors; the author filter is ignored.")
    text_kind: list[FacetValue] | None = Field(description="Kinds of texts; their filter is ignored.")


class ArticleList(SearchOut, TotalOut):
    """A page of articles."""

    ranked: int | None = Field(
        description="How many of the total are ordered by relevance; the others follow them, newest first. Null unless "
        "`sort` is `relevance`.",
        examples=[5],
    )
    items: list[ArticleItem] = Field(description="The articles on this page.")
    next: str | None = NEXT_FIELD
    facets: Facets | None = Field(description="The requested facets; null if none was requested.")
    distinct: dict[str, int] | None = Field(
        description="The number of different values of each requested facet, `none` not included; null if none was "
        "requested.",
        examples=[{"source": 4}],
    )
    overlapping: list[str] | None = Field(
        description="The requested facets in which an article may count for several values, so that their counts may "
        "add up to more than the total; null if none was requested.",
        examples=[["actor"]],
    )
    empty: EmptyExplanation | None = Field(description="Why no article matches; null if one does.")
    corpus_version: int = VERSION_FIELD
