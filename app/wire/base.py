"""The response models that several endpoints share. Every field is always present, null if unknown.

Offsets are Unicode code points unless the request selects UTF-16 code units.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.errors import ErrorCode, ParameterProblem
from app.models import Basis, EntityType, LanguageBasis, MentionKind, Precision, StatementKind, TextKind

NEXT_FIELD = Field(description="Cursor of the next page; null on the last page.", examples=["WyItcHVibGlzaGVkIl0"])

TOTAL_FIELD = Field(description="Exact number of matches.", examples=[5])

VERSION_FIELD = Field(description="The corpus version that answered; it counts publishes.", examples=[1])


class Out(BaseModel):
    """The base of all response models; it forbids undeclared fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TotalOut(Out):
    """The base of responses with a total."""

    total: int = TOTAL_FIELD


class RangeOut(Out):
    """A range of days."""

    from_: str | None = Field(alias="from", description="First day; null if it is open.", examples=["2015-11-01"])
    to: str | None = Field(description="Last day; null if it is open.", examples=["2015-11-30"])


class SampledOut(Out):
    """A random sample of a result."""

    of: int = Field(description="Number of articles of which it is a sample.", examples=[5000])
    size: int = Field(description="Number of articles in the sample.", examples=[100])
    seed: str = Field(description="The word that selects the sample.", examples=["word"])


class SearchOut(Out):
    """The base of responses that are computed from a search."""

    understood: str | None = Field(
        description="How `q` was read, with all operators and brackets; null without `q`.",
        examples=['(putin OR shoigu) AND NOT "red line"'],
    )
    notes: list[str] = Field(
        description="Sentences on what was ignored in the request, or read otherwise than it may have been meant.",
        examples=[["“or” was read as a word; the operator is OR, in capitals."]],
    )
    resolved: RangeOut | None = Field(
        description="The first and last day of the range, however `from` and `to` were written; null without a range."
    )
    sampled: SampledOut | None = Field(
        description="The random sample that everything but `total` is of; null unless `sample` was requested."
    )
    undated: int | None = Field(
        description="Number of matches that the range of days leaves out because they have no date; null without a "
        "range.",
        examples=[None],
    )
    coarser: int | None = Field(
        description="Number of matches that the range of days leaves out because only their month or year is known, "
        "which overlaps the range but is not within it; null without a range.",
        examples=[None],
    )


class PublishedOut(Out):
    """When an article was printed, as precisely as known; missing parts are never filled in."""

    on: str | None = Field(description="The printed day, month or year, as far as known.", examples=["2015-11-22"])
    at: str | None = Field(
        description="The instant in UTC; null unless a time and a time zone are stated.",
        examples=["2015-11-23T00:02:00Z"],
    )
    precision: Precision = Field(description="How much of the date is known.", examples=["minute"])
    zone: str | None = Field(description="The time zone, as printed.", examples=["EST"])
    basis: Basis | None = Field(
        description="Where the date comes from: `stated` in the text, `inferred` from a dated fact, or provided as "
        "`metadata`.",
        examples=["stated"],
    )
    evidence: str | None = Field(
        description="For an inferred date, the phrase and the fact it is based on.",
        examples=["“63rd birthday” of Vladimir Putin, born 1952-10-07"],
    )


class SourceRef(Out):
    """A reference to a source."""

    id: str = Field(description="Id of the source.", examples=["rferl"])
    name: str = Field(description="Name of the source.", examples=["RFE/RL"])


class EntityRef(Out):
    """A reference to an entity."""

    id: str = Field(description="Id of the entity.", examples=["vladimir-putin"])
    name: str = Field(description="Name of the entity.", examples=["Vladimir Putin"])
    type: EntityType = Field(description="Type of the entity.", examples=["person"])


class Candidate(Out):
    """An entity or source that a refused value may mean."""

    id: str = Field(description="Its id, the value to filter by.", examples=["vladimir-putin"])
    name: str = Field(description="Its name.", examples=["Vladimir Putin"])
    type: EntityType | None = Field(description="Type of an entity; null for a source.", examples=["person"])


class ProblemError(Out):
    """One error in a request."""

    parameter: str = Field(description="The parameter that is wrong.", examples=["actor"])
    value: str | None = Field(description="Its value in the request.", examples=["Putni"])
    code: ErrorCode = Field(
        description="Why it is refused: " + "; ".join(f"`{code}`: {code.meaning}" for code in ErrorCode) + ".",
        examples=["unknown"],
    )
    wanted: str = Field(description="What was expected.", examples=["the id, Wikidata id or name of an actor"])
    nearest: list[str] = Field(description="The nearest known values.", examples=[["vladimir-putin"]])
    candidates: list[Candidate] = Field(
        description="The entities and sources that may be meant, with their names, the nearest first. For "
        "`wrong-type`, those that the value names."
    )


def problem_error(problem: ParameterProblem) -> ProblemError:
    """Return one error in a request as a field of a response."""
    return ProblemError(
        parameter=problem.parameter,
        value=problem.value,
        code=problem.code,
        wanted=problem.wanted,
        nearest=list(problem.nearest),
        candidates=[Candidate.model_validate(candidate._asdict()) for candidate in problem.candidates],
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
        description="Whether the text is the publisher's full text or a digest of it.", examples=["digest"]
    )
    rights: str | None = Field(description="License or terms of the text.", examples=["CC0-1.0"])
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


class SameText(Out):
    """Another article with exactly the same text, such as an agency report that several newspapers printed."""

    id: str = Field(description="Public id of the article.", examples=["2v8k0q4m1xsc"])
    source: SourceRef = Field(description="The source that published it.")


class ArticleDetail(ArticleItem):
    """One article with its text and everything that was found in it."""

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


class FacetValue(Out):
    """One value of a facet and the number of articles that have it."""

    id: str = Field(description="The value to filter by.", examples=["rferl"])
    name: str = Field(description="Name of the value.", examples=["RFE/RL"])
    count: int = Field(description="Total after filtering by this value.", examples=[3])
    chosen: bool = Field(description="Whether the request filters by this value.", examples=[False])


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


class TotalWithout(Out):
    """The total of the search without one of its values, or without one term of `q`."""

    parameter: str = Field(description="The dropped parameter; `from+to` counts as one.", examples=["actor"])
    value: str = Field(description="The dropped value or term, as requested.", examples=["putin"])
    total: int = Field(description="The total without it.", examples=[4])
    remaining: str | None = Field(
        description="The query `q` without the term; null for a value, which is dropped as a whole.",
        examples=["airstrikes OR bombing"],
    )


class EmptyExplanation(Out):
    """Why nothing matches."""

    without: list[TotalWithout] = Field(
        description="The total without each value in turn, in the order of the values; after `q` that without each of "
        "its terms, if there are several."
    )
    first_day: str | None = Field(description="First printed day in the corpus.", examples=["2015-09-30"])
    last_day: str | None = Field(description="Last printed day in the corpus.", examples=["2015-11-22"])


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


class HealthOut(Out):
    """A report that the service works."""

    status: Literal["ok"] = Field(description="Always `ok`; a failure is reported as a problem.", examples=["ok"])
    version: str = Field(description="The release of Dateline that is running.", examples=["0.1.0"])
