"""Why an address gave nothing; `str()` is the reason, without the address that was asked for."""

from app.errors import DatelineError


class NotFetchedError(DatelineError):
    """The address gave nothing, and another attempt would not change that."""

    at: str | None = None
    """Where it was redirected before it failed."""

    def __str__(self) -> str:
        reason = super().__str__()
        return reason if self.at is None else f"leads to {self.at}: {reason}"


class ForbiddenError(NotFetchedError):
    """The address leads where Dateline does not go."""


class TooManyRedirectsError(NotFetchedError):
    """The address leads on and on."""


class UnreachedError(NotFetchedError):
    """Nothing came of it this time; `after` is how many seconds the host asked to be left alone, None if it did not."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after
