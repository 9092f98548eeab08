"""The errors for names that do not resolve to one owner, with those that may be meant."""

from collections.abc import Sequence
from dataclasses import replace

from app.errors import Candidate, ErrorCode, ParameterProblem
from app.labels import EntityLabel, SourceLabel
from app.search.names.nearest import MAX_NEAREST_NAMES

# A local name can have hundreds of owners; a reader chooses among what fits a screen.
MAX_CANDIDATES = 20
"""Maximum number of owners of an ambiguous name that an error lists."""


def ambiguous(
    parameter: str, value: str, owners: Sequence[EntityLabel | SourceLabel], count: int | None = None
) -> ParameterProblem:
    """Return the error for a name with several owners; `count` says how many, if these are only some."""
    wanted = f"the id of one of the {count or len(owners):,} that “{value}” names"
    problem = ParameterProblem(parameter, value, wanted, code=ErrorCode.AMBIGUOUS)
    return _with_candidates(problem, owners[:MAX_CANDIDATES])


def unknown(
    parameter: str, value: str, wanted: str, nearest: Sequence[EntityLabel | SourceLabel] = ()
) -> ParameterProblem:
    """Return the error for a name without an owner, with the owners of the nearest names."""
    return _with_candidates(ParameterProblem(parameter, value, wanted, code=ErrorCode.UNKNOWN), nearest)


def unknown_id(
    value: str, wanted: str, result: int | ParameterProblem, labels: Sequence[EntityLabel | SourceLabel]
) -> ParameterProblem:
    """Return the error for an unknown id, with the owner or the error that the value is resolved to as a name."""
    if isinstance(result, int):
        return unknown("id", value, wanted, [labels[result]])
    return replace(result, wanted=wanted, code=ErrorCode.UNKNOWN)


def unknown_list(
    parameter: str, value: str, wanted: str, labels: Sequence[EntityLabel | SourceLabel]
) -> ParameterProblem:
    """Return the error for a list of names where one is expected, with the owner of each."""
    return _with_candidates(ParameterProblem(parameter, value, wanted, code=ErrorCode.MALFORMED), labels)


def _with_candidates(problem: ParameterProblem, labels: Sequence[EntityLabel | SourceLabel]) -> ParameterProblem:
    return replace(problem, nearest=tuple(label.id for label in labels), candidates=tuple(map(_candidate, labels)))


def _candidate(label: EntityLabel | SourceLabel) -> Candidate:
    return Candidate(label.id, label.name, label.type if isinstance(label, EntityLabel) else None)


def wrong_type(parameter: str, value: str, wanted: str, others: Sequence[EntityLabel]) -> ParameterProblem:
    """Return an error that says which parameter to use; there are no nearest names, since no other spelling helps."""
    nouns = " or ".join(dict.fromkeys(label.type.noun for label in others))
    uses = [f"{label.type.parameter}={label.id}" for label in others[:MAX_NEAREST_NAMES]]
    wanted = f"{wanted}; “{value}” is {nouns}: use {' or '.join(uses)}"
    candidates = tuple(map(_candidate, others[:MAX_NEAREST_NAMES]))
    return ParameterProblem(parameter, value, wanted, code=ErrorCode.WRONG_TYPE, candidates=candidates)
