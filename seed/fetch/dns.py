"""Resolve a host to its IP addresses, once per request and with a timeout."""

import queue
import socket
import threading
from collections.abc import Callable

from seed.fetch.errors import NotFetchedError, UnreachedError

Resolve = Callable[[str, int], tuple[str, ...]]
"""Returns the IP addresses of a host and port in the order in which to try them; raises OSError."""


def resolve_with_system(host: str, port: int) -> tuple[str, ...]:
    """Return the distinct addresses from the system's resolver; an address in any notation resolves to itself."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in entries))


def resolve_host(host: str, port: int, *, resolve: Resolve, seconds: float) -> tuple[str, ...]:
    """Return the addresses of a host; raise UnreachedError after the timeout, NotFetchedError if there are none.

    The system's resolver has no timeout of its own: a daemon thread runs it and is abandoned when time is up.
    """
    answers: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:  # ValueError: an invalid DNS name
            answers.put(error)

    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise UnreachedError(f"the addresses of {host} were not found within {seconds:.0f} s") from None
    if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN:
        raise UnreachedError(f"the addresses of {host} cannot be found at present ({answer.strerror})")
    if isinstance(answer, Exception) or not answer:
        raise NotFetchedError(f"{host} has no address ({answer or 'none found'})")
    return answer
