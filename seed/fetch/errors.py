"""Errors of fetching; `str()` is the reason, without the requested URL."""

from app.errors import DatelineError


class NotFetchedError(DatelineError):
    """The URL yields nothing, and another attempt would not change that."""

    at: str | None = None
    """URL of the redirect that failed, None for the first URL."""

    def __str__(self) -> str:
        reason = super().__str__()
        return reason if self.at is None else f"leads to {self.at}: {reason}"


class ForbiddenError(NotFetchedError):
    """The URL leads to an address that Dateline does not fetch from."""


class TooManyRedirectsError(NotFetchedError):
    """The URL is redirected too often or in a circle."""


class UnreachedError(NotFetchedError):
    """A temporary failure; `after` is the number of seconds that the host asks us to wait, None if it does not say."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after
