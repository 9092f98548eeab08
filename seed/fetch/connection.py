"""A connection that is made to the addresses that were checked, whatever the host's name leads to by now."""

import ssl
from collections.abc import Iterable, Sequence

import httpcore

from seed.fetch.clock import Budget

Options = Iterable[httpcore.SOCKET_OPTION]


class CheckedAddresses(httpcore.NetworkBackend):
    """Connects to these addresses, the first that answers; the name of the host is for TLS and HTTP only."""

    def __init__(self, addresses: Sequence[str], budget: Budget) -> None:
        self._addresses = addresses
        self._budget = budget
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore.NetworkStream:
        *others, last = self._addresses
        for address in others:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(last, port, timeout, local_address, socket_options)

    def _connect(
        self, address: str, port: int, timeout: float | None, local: str | None, options: Options | None
    ) -> httpcore.NetworkStream:
        seconds = within(self._budget, timeout, httpcore.ConnectTimeout)
        stream = self._network.connect_tcp(address, port, seconds, local, options)
        return BudgetedStream(stream, self._budget)


class BudgetedStream(httpcore.NetworkStream):
    """A stream that ends with its budget: no other timeout ends what comes one byte at a time."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, within(self._budget, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, within(self._budget, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = within(self._budget, timeout, httpcore.ConnectTimeout)
        return BudgetedStream(self._stream.start_tls(ssl_context, server_hostname, seconds), self._budget)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def within(budget: Budget, timeout: float | None, error: type[httpcore.TimeoutException]) -> float:
    """The seconds that the next step may take; raises `error` if none are left."""
    left = budget.left()
    if left <= 0:
        raise error(f"{budget.seconds:g} s were over")
    return left if timeout is None else min(left, timeout)
