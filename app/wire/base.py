"""What goes out. Every field is always there, null if unknown. Offsets are code points unless asked otherwise."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.models import Basis, EntityType, LanguageBasis, MentionKind, Precision, StatementKind, TextKind

NEXT = Field(description="Cursor of the next page, or null on the last.", examples=["WyItcHVibGlzaGVkIl0"])

TOTAL = Field(description="Exact number of matches.", examples=[5])

VERSION = Field(description="The corpus version that was asked; it counts publishes.", examples=[1])


class Out(BaseModel):
    """The root of all answers: nothing more and nothing less than what is declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PublishedOut(Out):
    """When an article was printed, as far as known; nothing is padded."""

    on: str | None = Field(description="The printed day, month or year, as far as known.", examples=["2015-11-22"])
    at: str | None = Field(
        description="The instant in UTC, only where a time and a zone are stated.", examples=["2015-11-23T00:02:00Z"]
    )
    precision: Precision = Field(description="How much of the date is known.", examples=["minute"])
    zone: str | None = Field(description="The time zone as printed.", examples=["EST"])
    basis: Basis | None = Field(
        description="`stated` in the text, `inferred` from a dated fact, or `metadata` given beside it.",
        examples=["stated"],
    )
    evidence: str | None = Field(
        description="For an inferred date: the phrase and the fact it rests on.",
        examples=["“63rd birthday” of Vladimir Putin, born 1952-10-07"],
    )


class SourceRef(Out):
    """A source, in short."""

    id: str = Field(description="Id of the source.", examples=["rferl"])
    name: str = Field(description="Its name.", examples=["RFE/RL"])


class EntityRef(Out):
    """An entity, in short."""

    id: str = Field(description="Id of the entity.", examples=["vladimir-putin"])
    name: str = Field(description="Its name.", examples=["Vladimir Putin"])
    type: EntityType = Field(description="What it is.", examples=["person"])


class EntityCount(EntityRef):
    """An entity and how often one article names it."""

    count: int = Field(description="Mentions of it in this article.", examples=[12])


class Surface(Out):
    """A span of an article that names an entity."""

    field: Literal["title", "text"] = Field(description="Where the span lies.", examples=["text"])
    start: int = Field(description="First code point, or UTF-16 code unit.", examples=[120])
    end: int = Field(description="Code point, or unit, after the last.", examples=[125])
    text: str = Field(description="The span itself.", examples=["Putin"])
    kind: MentionKind = Field(description="How it names the entity.", examples=["surname"])


class Match(Out):
    """Why an article is in the result: the entity by which a value of a filter was found in it."""

    parameter: str = Field(description="The filter.", examples=["actor"])
    value: str = Field(description="Its value, as it was given.", examples=["russia"])
    entity: EntityRef = Field(description="The entity that the article names: the value's own or a member of it.")
    surfaces: list[Surface] | None = Field(description="Where it is named; null unless `explain` asks.")


class HighlightSpan(Out):
    """A span of a snippet that a value of a filter was found by."""

    start: int = Field(description="First code point, or UTF-16 code unit, in the field.", examples=[150])
    end: int = Field(description="Code point, or unit, after the last.", examples=[155])
    parameter: str = Field(description="The filter.", examples=["q"])
    value: str = Field(description="The word or phrase of `q`, or the value as it was given.", examples=["putin"])


class Highlight(Out):
    """A part of an article that shows why it was found. All places are places in the stored field."""

    field: Literal["title", "text"] = Field(description="Where the part lies.", examples=["text"])
    start: int = Field(description="First code point, or UTF-16 code unit.", examples=[120])
    end: int = Field(description="Code point, or unit, after the last.", examples=[300])
    text: str = Field(description="The part itself, cut where words end.", examples=["Putin said the strikes go on."])
    spans: list[HighlightSpan] = Field(description="Where in it the values lie, in order; they may overlap.")


class ArticleItem(Out):
    """An article as lists show it."""

    id: str = Field(description="Public id, stable across reloads.", examples=["2v8k0q4m1xsc"])
    url: str | None = Field(description="Where it was published.", examples=["https://example.org/report"])
    title: str = Field(description="Its title, verbatim.", examples=["Russian Warships Launch Missiles"])
    source: SourceRef = Field(description="Who published it.")
    authors: list[str] = Field(description="Its authors, as printed.", examples=[["Patrick Goodenough"]])
    published: PublishedOut = Field(description="When it was printed.")
    language: str | None = Field(description="BCP 47 tag.", examples=["en"])
    language_basis: LanguageBasis | None = Field(
        description="Whether the language was declared beside the text or detected in it; null if there is none.",
        examples=["metadata"],
    )
    text_kind: TextKind = Field(description="The publisher's full text, or a digest of it.", examples=["digest"])
    rights: str | None = Field(description="Terms of the text.", examples=["CC0-1.0"])
    entities: list[EntityCount] = Field(description="The ten entities it names most; ties by id.")
    matched: list[Match] | None = Field(
        description="By which entities the filters found it; null unless `members` or `explain` asks."
    )
    highlights: list[Highlight] | None = Field(
        description="Up to three parts that show the words and entities of the filters, those that show most; of a "
        "text that the operator withholds there are none. Null unless `highlight` asks."
    )


class MentionOut(Out):
    """A span that names an entity."""

    field: Literal["title", "text"] = Field(description="Where the span lies.", examples=["text"])
    start: int = Field(description="First code point, or UTF-16 code unit.", examples=[120])
    end: int = Field(description="Code point, or unit, after the last.", examples=[125])
    text: str = Field(description="The span itself.", examples=["Putin"])
    kind: MentionKind = Field(
        description="How it names the entity; bylines and credits are no reason to be found.", examples=["surname"]
    )
    type: EntityType = Field(description="What the named thing is.", examples=["person"])
    entity: str | None = Field(description="Id of the entity; null if ambiguous.", examples=["vladimir-putin"])
    rule: str = Field(description="The rule that found it.", examples=["lexicon"])
    confidence: float = Field(description="From 0 to 1.", examples=[0.95])


class StatementOut(Out):
    """A span that the article attributes to a speaker."""

    field: Literal["title", "text"] = Field(description="Where the span lies.", examples=["text"])
    start: int = Field(description="First code point, or UTF-16 code unit.", examples=[300])
    end: int = Field(description="Code point, or unit, after the last.", examples=[380])
    kind: StatementKind = Field(description="How much of the speaker's words is given.", examples=["quotation"])
    speaker: str | None = Field(description="Id of the speaker, if known.", examples=["sergei-shoigu"])
    speaker_name: str | None = Field(description="The words that name the speaker.", examples=["Shoigu"])
    cue: str | None = Field(description="The word that attributes.", examples=["said"])


class SameText(Out):
    """Another article that serves exactly the same text, as papers do that print what an agency sent."""

    id: str = Field(description="Public id of the article.", examples=["2v8k0q4m1xsc"])
    source: SourceRef = Field(description="Who published it.")


class ArticleDetail(ArticleItem):
    """One article with its text and all that was found in it."""

    urls: list[str] = Field(
        description="Every URL under which it was seen, one a page; its own first.",
        examples=[["https://example.org/report", "https://example.org/world/report"]],
    )
    same_text: list[SameText] = Field(
        description="The other articles that serve exactly this text now, by id, at most 100; none for a text of less "
        "than 200 code points."
    )
    same_text_total: int = Field(description="How many articles these are in all.", examples=[0])
    text: str | None = Field(
        description="The stored text; null where the operator withholds it.", examples=["The ships fired at dawn."]
    )
    text_withheld: bool = Field(description="Whether the operator withholds the text.", examples=[False])
    mentions: list[MentionOut] = Field(description="All mentions, in order of field and place.")
    statements: list[StatementOut] = Field(description="All statements, in order of field and place.")


class FacetValue(Out):
    """One value of a facet and the number of articles that have it."""

    id: str = Field(description="The value to filter by.", examples=["rferl"])
    name: str = Field(description="Its name.", examples=["RFE/RL"])
    count: int = Field(description="The total after choosing it.", examples=[3])
    chosen: bool = Field(description="Whether the request filters by it.", examples=[False])


class Facets(Out):
    """The asked facets, by count and then id; those not asked are null."""

    source: list[FacetValue] | None = Field(description="Sources, whatever the source filter.")
    actor: list[FacetValue] | None = Field(description="Acting entities within the result.")
    place: list[FacetValue] | None = Field(description="Places within the result.")
    weapon: list[FacetValue] | None = Field(description="Weapons within the result.")
    language: list[FacetValue] | None = Field(description="Languages, whatever the language filter.")
    precision: list[FacetValue] | None = Field(description="Date precisions, whatever the precision filter.")


class Without(Out):
    """What would be found with one value dropped."""

    parameter: str = Field(description="The dropped parameter; `from+to` is one.", examples=["actor"])
    value: str = Field(description="The dropped value as it was given.", examples=["putin"])
    total: int = Field(description="The total without it.", examples=[4])


class Empty(Out):
    """Why nothing was found."""

    without: list[Without] = Field(description="The total with each value dropped in turn, as they were given.")
    first_day: str | None = Field(description="First printed day of the corpus.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day of the corpus.", examples=["2015-11-22"])


class ArticleList(Out):
    """A page of articles."""

    total: int = TOTAL
    ranked: int | None = Field(
        description="How many of the total are in order of relevance, which come before the others, those newest "
        "first; null in another order.",
        examples=[5],
    )
    items: list[ArticleItem] = Field(description="The articles of this page.")
    next: str | None = NEXT
    facets: Facets | None = Field(description="The asked counts; null if none was asked.")
    empty: Empty | None = Field(description="Null unless nothing was found.")
    corpus_version: int = VERSION


class HealthOut(Out):
    """That the service is up."""

    status: Literal["ok"] = Field(description="Always `ok`; whatever is wrong is a problem.", examples=["ok"])
    version: str = Field(description="The release of Dateline that answers.", examples=["0.1.0"])
