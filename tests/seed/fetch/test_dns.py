"""Resolving hosts without a name server: IP addresses in any notation need none."""

import socket
import threading

import pytest

from seed.fetch.errors import NotFetchedError, UnreachedError
from seed.fetch.http_exchange import resolve_host, resolve_with_system


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("::1", "::1")],
)
def test_an_address_is_its_own(host: str, address: str) -> None:
    assert resolve_host(host, 80, resolve=resolve_with_system, seconds=5) == (address,)


FAILURES: dict[str, tuple[Exception, type[NotFetchedError], str]] = {
    "there is none": (
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        NotFetchedError,
        "quay.example has no address ([Errno -2] Name or service not known)",
    ),
    "not now": (
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        UnreachedError,
        "the addresses of quay.example cannot be found at present (Temporary failure in name resolution)",
    ),
    "no name": (
        UnicodeError("label too long"),
        NotFetchedError,
        "quay.example has no address (label too long)",
    ),
}


@pytest.mark.parametrize("what", FAILURES)
def test_a_host_that_is_not_found_says_why(what: str) -> None:
    error, kind, reason = FAILURES[what]

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        raise error

    with pytest.raises(kind) as raised:
        resolve_host("quay.example", 80, resolve=resolve, seconds=5)
    assert str(raised.value) == reason
    assert type(raised.value) is kind


def test_a_host_without_addresses_is_not_found() -> None:
    with pytest.raises(NotFetchedError, match=r"^quay\.example has no address \(none found\)$"):
        resolve_host("quay.example", 80, resolve=lambda *_: (), seconds=5)


def test_a_name_server_that_is_silent_is_given_up() -> None:
    over = threading.Event()

    def resolve(_host: str, _port: int) -> tuple[str, ...]:
        over.wait(10)
        return ("127.0.0.1",)

    with pytest.raises(UnreachedError, match=r"^the addresses of quay\.example were not found within 0 s$"):
        resolve_host("quay.example", 80, resolve=resolve, seconds=0.05)
    over.set()
