"""The exceptions of Dateline and their HTTP statuses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Self


class ErrorCode(StrEnum):
    """Why a parameter is refused: the one list of causes, with what each means."""

    meaning: str
    """What the code means, for the documentation."""

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Return the member with this value; the default lets type checkers accept a lookup by value alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    UNKNOWN = "unknown", "the value is the name or id of nothing that is known"
    AMBIGUOUS = "ambiguous", "the value names several entities, sources or authors; use the id of one of them"
    WRONG_TYPE = "wrong-type", "the value names an entity of another type, which another parameter accepts"
    INVALID_CHOICE = "invalid-choice", "the value is not one of those that the parameter accepts"
    MALFORMED = "malformed", "the value does not have the form of a value of this parameter"
    OUT_OF_RANGE = "out-of-range", "the value is a number or version outside the range of the parameter"
    TOO_LONG = "too-long", "the value has too many characters"
    TOO_MANY = "too-many", "there are more values, words or parameters than are allowed, or none"
    BLANK = "blank", "the value is empty or has nothing to search for"
    MISSING = "missing", "the parameter is required"
    REPEATED = "repeated", "the parameter occurs more than once but accepts one value"
    UNKNOWN_PARAMETER = "unknown-parameter", "the path or body has no parameter of this name"
    CONFLICT = "conflict", "the value contradicts another parameter, or the page that a cursor belongs to"


class Candidate(NamedTuple):
    """An entity or source that a refused value may mean; `type` is that of an entity, None for a source."""

    id: str
    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class ParameterProblem:
    """One error in a request: the parameter, its value, what was expected, and why the value is refused.

    `nearest` are values to use instead, `candidates` the entities and sources that may be meant.
    """

    parameter: str
    value: str | None
    wanted: str
    nearest: tuple[str, ...] = field(default=())
    code: ErrorCode = field(default=ErrorCode.MALFORMED, kw_only=True)
    candidates: tuple[Candidate, ...] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        value = "missing" if self.value is None else f"“{self.value}”"
        return f"{self.parameter} is {value}: expected {self.wanted}"


class DatelineError(Exception):
    """The base class of all refusals and failures of Dateline; `str()` is a sentence for the user."""


class SettingsError(DatelineError, ValueError):
    """A DATELINE_* variable is misspelled or invalid; the message names it, its value and what was expected."""


class InvalidRequestError(DatelineError):
    """The request is invalid; `errors` has one entry per cause. `unchecked` values were not checked after them."""

    def __init__(self, *errors: ParameterProblem, unchecked: int = 0) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors
        self.unchecked = unchecked


class TooLargeError(DatelineError):
    """The body of the request exceeds the limit."""


class NotFoundError(DatelineError):
    """Nothing is published under this id; `errors` has the nearest ids, if any are known."""

    def __init__(self, message: str, *errors: ParameterProblem) -> None:
        super().__init__(message)
        self.errors = errors


class MovedError(NotFoundError):
    """Nothing is published under this id any more; `article` is the id of the article now."""

    def __init__(self, former_id: str, article: str) -> None:
        super().__init__(f"The article {former_id!r} has the id {article!r} now.")
        self.article = article


class SplitError(DatelineError):
    """The id belonged to an entity that is several now; `split_into` are the ids of `count` of these, or of some."""

    def __init__(self, id_: str, split_into: Sequence[str], count: int) -> None:
        super().__init__(f"The entity {id_!r} is {count:,} entities now.")
        self.split_into = split_into


class RemovedError(DatelineError):
    """The article was removed; the message says when, by which corpus version and why."""


class DroppedError(DatelineError):
    """The revision that an earlier corpus version served is no longer stored."""


class CursorExpiredError(DatelineError):
    """A relevance cursor belongs to an earlier corpus version, whose order is no longer known."""


class UnavailableError(DatelineError):
    """The database cannot be served yet; the message names the command that fixes this."""


class NotInstalledError(DatelineError):
    """The response needs a package that is not installed on the server; the message names the command."""


class ReplacedError(UnavailableError):
    """Another database took the place of the one that a request was reading; the next request reads that one."""


class OutdatedIndexError(UnavailableError):
    """The stored index has the format of another release; the tables are all there to build it again."""


class DamagedError(DatelineError):
    """The database does not contain what was written to it; a backup is needed."""


class SearchTimeoutError(DatelineError):
    """A search exceeded its time limit; partial results are never returned."""


class BusyError(DatelineError):
    """Too many requests are waiting; `retry_after` is the number of seconds after which to try again."""

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__(f"The server is busy with other requests; try again in {retry_after} s.")
        self.retry_after = retry_after


class ClientLeftError(DatelineError):
    """The client has closed the connection: nobody waits for the response."""


STATUS: dict[type[DatelineError], int] = {
    InvalidRequestError: 422,
    TooLargeError: 413,
    NotFoundError: 404,
    SplitError: 410,
    RemovedError: 410,
    DroppedError: 410,
    CursorExpiredError: 410,
    UnavailableError: 503,
    DamagedError: 503,
    SearchTimeoutError: 503,
    BusyError: 503,
    NotInstalledError: 501,
}
"""The HTTP status of each exception."""
