"""The few exceptions of Dateline and the HTTP status each one stands for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class InvalidParameter:
    """One thing wrong with a request: which parameter, the value it had, and what was wanted."""

    parameter: str
    value: str | None
    wanted: str
    nearest: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        given = "missing" if self.value is None else f"“{self.value}”"
        return f"{self.parameter} is {given}, wanted is {self.wanted}"


class DatelineError(Exception):
    """Anything Dateline refuses or cannot do; `str()` is a sentence for the reader."""


class InvalidRequestError(DatelineError):
    """The request cannot be understood as it stands; `errors` says why, one entry a cause."""

    def __init__(self, *errors: InvalidParameter) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.errors = errors


class TooLargeError(DatelineError):
    """The body of the request is longer than is read."""


class NotFoundError(DatelineError):
    """Nothing is published under this id."""


class RemovedError(DatelineError):
    """The article was removed; the message says when, by which corpus version and why."""


class DroppedError(DatelineError):
    """What an earlier corpus version served is no longer stored."""


class CursorExpiredError(DatelineError):
    """A relevance cursor was drawn from an order that is no longer known."""


class UnavailableError(DatelineError):
    """The database cannot be served yet; the message names the command that mends it."""


class DamagedError(DatelineError):
    """The database no longer says what was written into it; a backup is needed."""


class SearchTimeoutError(DatelineError):
    """A text search took longer than its limit; nothing partial is given."""


STATUS: dict[type[DatelineError], int] = {
    InvalidRequestError: 422,
    TooLargeError: 413,
    NotFoundError: 404,
    RemovedError: 410,
    DroppedError: 410,
    CursorExpiredError: 410,
    UnavailableError: 503,
    DamagedError: 503,
    SearchTimeoutError: 503,
}
"""The HTTP status of each exception."""
