"""Where Dateline goes: public web addresses, and what the operator lets it into.

Addresses come from lists, feeds and redirects, that is from anybody; without a guard they could have this machine ask
its own network for things, and load the answers (server-side request forgery, OWASP A10:2021).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

import httpx

from seed.fetch.failures import ForbiddenError
from seed.fetch.special import Network, special_kind

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2_000
"""Characters; what is longer could not be stored as the address of an article either."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Guard:
    """`hosts` and `networks` may be reached wherever they lie, everything else only if its addresses are public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset(DEFAULT_PORTS.values())

    @classmethod
    def of(cls, allowed: Iterable[str], ports: Iterable[int]) -> "Guard":
        """Read the settings; raises ValueError naming what is neither a host nor a network."""
        hosts: set[str] = set()
        networks: list[Network] = []
        for entry in allowed:
            network = _network(entry)
            if network is not None:
                networks.append(network)
            elif _HOST.fullmatch(entry):
                hosts.add(entry.lower())
            else:
                raise ValueError(f"DATELINE_FETCH_ALLOW holds {entry!r}: wanted hosts and networks such as 10.1.0.0/16")
        return cls(frozenset(hosts), tuple(networks), frozenset(ports))

    def checked(self, text: str) -> httpx.URL:
        """The address as it is asked for, without its fragment; raises ForbiddenError naming what is wrong with it."""
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, UnicodeError) as error:
            raise ForbiddenError(f"is no URL ({error})") from None
        if url.scheme not in DEFAULT_PORTS or not host_of(url):
            raise ForbiddenError("wanted an http or https URL with a host")
        if len(text) > LONGEST_URL:
            raise ForbiddenError(f"is longer than {LONGEST_URL} characters")
        if url.userinfo:
            raise ForbiddenError("holds a user name or password: wanted a URL without")
        if port_of(url) not in self.ports:
            raise ForbiddenError(f"port {port_of(url)} is not one of {_listed(self.ports)} (DATELINE_FETCH_PORTS)")
        return url.copy_with(fragment=None)

    def permitted(self, host: str, addresses: Iterable[str]) -> tuple[str, ...]:
        """The addresses of a host; raises ForbiddenError if one of them is not public, as then none can be trusted."""
        found = tuple(addresses)
        if host not in self.hosts:
            for address in found:
                self._check(host, address)
        return found

    def _check(self, host: str, address: str) -> None:
        kind = special_kind(address)
        if kind is not None and not any(ip_address(address) in network for network in self.networks):
            where = f"is {kind} address" if host == address else f"leads to {address}, which is {kind} address"
            raise ForbiddenError(f"{host} {where} (DATELINE_FETCH_ALLOW)")


def host_of(url: httpx.URL) -> str:
    """The host as it is looked up: in ASCII and small letters, an IPv6 address without its brackets."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def port_of(url: httpx.URL) -> int:
    """The port, stated or that of the scheme."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _listed(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))
