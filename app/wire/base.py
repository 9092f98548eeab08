"""The response models that several endpoints share. Every field is always present, null if unknown."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.errors import ErrorCode, ParameterProblem
from app.models import Basis, EntityType, PlacePrecision, Precision

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


class CoordinatesOut(Out):
    """Where an entity is."""

    lat: float = Field(description="Latitude in degrees of WGS 84.", examples=[35.4011])
    lon: float = Field(description="Longitude in degrees of WGS 84.", examples=[35.9487])
    precision: PlacePrecision = Field(
        description="What the point stands for: a `settlement`; a `point`, such as a base or a crossing; the middle of "
        "an `area` or of a `country`; or the settlement that the place is `near` or part of.",
        examples=["point"],
    )
    source: str | None = Field(
        description="Where they were read: a data set and the id in it; null if the lexicon does not say.",
        examples=["airportsdata OSLK"],
    )
    credit: str | None = Field(
        description="Whom to credit for them; null if the lexicon does not say.",
        examples=["airportsdata (https://github.com/mborsetti/airportsdata), MIT"],
    )


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


class FacetValue(Out):
    """One value of a facet and the number of articles that have it."""

    id: str = Field(description="The value to filter by.", examples=["rferl"])
    name: str = Field(description="Name of the value.", examples=["RFE/RL"])
    count: int = Field(description="Total after filtering by this value.", examples=[3])
    chosen: bool = Field(description="Whether the request filters by this value.", examples=[False])


class TotalWithout(Out):
    """The total of the search without one of its values, or without one term of `q`."""

    parameter: str = Field(
        description="The dropped parameter; `from+to` counts as one, and so does `near+km`.", examples=["actor"]
    )
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


class HealthOut(Out):
    """A report that the service works."""

    status: Literal["ok"] = Field(description="Always `ok`; a failure is reported as a problem.", examples=["ok"])
    version: str = Field(description="The release of Dateline that is running.", examples=["0.1.0"])


class ReadingHealthOut(HealthOut):
    """A report of a service that can choose between several hosts of its database."""

    database_host: str = Field(description="The host that this process reads.", examples=["standby.example:5432"])
