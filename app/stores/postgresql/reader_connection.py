"""Connections of readers: few waits for the server, none of them longer than a request may take."""

import select
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg import generators
from psycopg.pq import ExecStatus
from psycopg.waiting import Ready

from app.deadline import current_deadline

# The server ends a statement by itself at its limit, and a busy one within tenths of a second.
HANG_SECONDS = 1.0
"""Seconds after the end of a request for which its server may be silent; then it hangs."""

_FAILURES = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)

Value = TypeVar("Value")


class ReaderConnection(psycopg.Connection[Any]):
    """A connection that nobody writes with; it closes itself if its server hangs, such as one that was stopped."""

    on_hang: Callable[[], None]
    """Called when the server hangs."""

    _is_ending = False
    """Whether the server has not confirmed yet that the last transaction has ended."""

    _begun: Callable[[str | None], None] | None = None
    """What to do when the server confirms that a transaction has begun; None if it has, or if there is none."""

    def begin(self, statements: str, begun: Callable[[str | None], None]) -> None:
        """Send the statements that begin a transaction without waiting for the server, which works meanwhile.

        Before the first use of the transaction, `begun` is called with the first value of the last of them, None
        without rows; it may raise.
        """
        with self.lock:
            self._confirm_end()
            self._send(statements)
            self._begun = begun

    def end(self) -> None:
        """End the transaction without waiting for the server: whatever is next does that.

        Commit, as nothing was written: at a rollback, the driver drops the statements that it has prepared.
        """
        with suppress(psycopg.Error), self.lock:
            if self._begun is not None:
                self._begun = None
                self._receive()
            self._confirm_end()
            self._send("COMMIT")
            self._is_ending = True

    def cursor(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - one of the driver's kinds
        """Return a cursor; raise as `confirm_begin` does."""
        self.confirm_begin()
        return super().cursor(*arguments, **options)

    def confirm_begin(self) -> None:
        """Wait until the transaction has begun; raise what its beginning raises."""
        if self._begun is None:
            return
        begun, self._begun = self._begun, None
        with self.lock:
            results = self._receive()
        for result in results:
            if result.status in _FAILURES:
                raise psycopg.errors.error_from_result(result, encoding="utf-8")
        value = results[-1].get_value(0, 0) if results[-1].ntuples else None
        begun(None if value is None else value.decode())

    def _send(self, statements: str) -> None:
        """Send statements, which are short."""
        self.pgconn.send_query(statements.encode())
        self.pgconn.flush()

    def _receive(self) -> list[Any]:
        """Return the results of what was sent."""
        results: list[Any] = self._wait_limited(generators.fetch_many(self.pgconn))
        return results

    def rollback(self) -> None:
        """Roll the transaction back, unless it ends already."""
        if not self._is_ending:
            super().rollback()

    def is_usable(self) -> bool:
        """Return whether a transaction can begin.

        What else arrives on an unused connection is its end, or a reason for it.
        """
        with suppress(psycopg.Error), self.lock:
            self._confirm_end()
            poll = select.poll()
            poll.register(self.pgconn.socket, select.POLLIN)
            return not poll.poll(0)
        return False

    def wait(self, gen: Generator[Any, Any, Value], *arguments: Any, **options: Any) -> Value:  # noqa: ANN401 - the driver's
        """Wait for the server, at most until it has not answered some time after the end of the request.

        Raise OperationalError and close the connection if it hangs.
        """
        self._confirm_end()
        return self._wait_limited(gen, *arguments, **options)

    def _confirm_end(self) -> None:
        """Wait until the last transaction has ended; raise the error of the driver if it did not end well."""
        if self._is_ending:
            self._is_ending = False
            self._receive()

    def _wait_limited(self, gen: Generator[Any, Any, Value], *arguments: Any, **options: Any) -> Value:  # noqa: ANN401 - the driver's
        deadline = current_deadline()
        if deadline is None:
            return super().wait(gen, *arguments, **options)
        end = time.monotonic() + max(0.0, deadline.remaining) + HANG_SECONDS
        return super().wait(self._limited(gen, end), *arguments, **options)

    def _limited(self, gen: Generator[Any, Any, Value], end: float) -> Generator[Any, Any, Value]:
        """Go on as the driver does, until a moment of the monotonic clock; it looks at the clock ten times a second."""
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == Ready.NONE and time.monotonic() > end:
                    self.pgconn.finish()
                    self.on_hang()
                    raise psycopg.OperationalError("the server hangs: it has not answered in time")
                wanted = gen.send(ready)
        except StopIteration as stop:
            value: Value = stop.value
            return value
