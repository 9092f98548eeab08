"""From a host to its addresses, asked once and within a time."""

import queue
import socket
import threading
from collections.abc import Callable

from seed.fetch.errors import NotFetchedError, UnreachedError

Resolve = Callable[[str, int], tuple[str, ...]]
"""A host and a port -> its addresses in the order in which to try them; raises OSError."""


def system_addresses(host: str, port: int) -> tuple[str, ...]:
    """What the operating system says, each address once; an address in any notation is its own."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def addresses(host: str, port: int, *, resolve: Resolve, seconds: float) -> tuple[str, ...]:
    """The addresses of a host; raises UnreachedError if they come too late, NotFetchedError if there are none.

    The system's own lookup takes as long as it likes: a thread that nobody waits for is given up with it.
    """
    answers: queue.SimpleQueue[tuple[str, ...] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, ValueError) as error:  # ValueError: a name that no DNS could hold
            answers.put(error)

    threading.Thread(target=look_up, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise UnreachedError(f"the addresses of {host} were not found within {seconds:.0f} s") from None
    if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN:
        raise UnreachedError(f"the addresses of {host} cannot be found now ({answer.strerror})")
    if isinstance(answer, Exception) or not answer:
        raise NotFetchedError(f"{host} has no address ({answer or 'none found'})")
    return answer
