"""The query parameters of statements, as models. Syntax only: `clauses` resolves names and days."""

from typing import Annotated, Literal

from pydantic import Field

from app.models import StatementKind
from app.search.query.filters import ArticleFilters
from app.search.query.parameters import (
    STATEMENT_FACETS,
    FacetSize,
    FieldSelection,
    NameList,
    OffsetOptions,
    Paging,
    StatementFacet,
    Text,
    TimeSort,
)


class StatementFilters(ArticleFilters):
    """Statements in the articles that match the filters."""

    speaker: NameList = Field(
        [],
        description="Id, Wikidata id or name of the actor who made the statement; repeated means any of the actors.",
        examples=[["shoigu"]],
    )
    about: NameList = Field(
        [],
        description="Id, Wikidata id or name of an entity of any type that the statement names; repeated means all of "
        "the entities.",
        examples=[["raqqa"]],
    )
    any_about: NameList = Field(
        [],
        description="Id, Wikidata id or name of an entity of any type that the statement names; repeated means any of "
        "the entities.",
        examples=[["raqqa", "aleppo"]],
    )
    said: Text | None = Field(
        None,
        description="Words of the statement itself, written like `q`: all of them must occur in its span.",
        examples=['"no ground operation"'],
    )
    kind: Annotated[list[StatementKind], Field(max_length=len(StatementKind))] = Field(
        [],
        description="Whether all (`quotation`), some (`partial`) or none (`paraphrase`) of the speaker's words are "
        "quoted; repeated means any of them.",
        examples=[["quotation"]],
    )


class StatementExport(OffsetOptions, StatementFilters):
    """A search of statements in an order."""

    sort: TimeSort = Field(
        "-published",
        description="`-published` for the newest article first, `published` for the oldest first. The statements of an "
        "article are in order of appearance.",
        examples=["-published"],
    )


class StatementTable(FieldSelection, StatementExport):
    """A search of statements whose whole result is streamed as a table."""


class StatementPage(StatementExport, Paging):
    """A search of statements that returns one page of its result."""

    facet: Annotated[list[StatementFacet], Field(max_length=len(STATEMENT_FACETS))] = Field(
        [],
        description="A facet to return with the page; repeated returns each of the facets.",
        examples=[["speaker", "kind"]],
    )
    facet_size: FacetSize = 10


class StatementCountPage(StatementFilters, Paging):
    """The speakers of a search of statements, or the pairs of a speaker and an entity."""

    by: Literal["speaker", "pair"] = Field(
        "speaker",
        description="What to count statements by: `speaker`, or `pair` for each speaker together with each entity that "
        "the statement names.",
        examples=["pair"],
    )
