"""Where Dateline goes: public web addresses, and what the operator lets it into.

Addresses come from lists, feeds and redirects, that is from anybody; without a guard they could have this machine ask
its own network for things, and load the answers (server-side request forgery, OWASP A10:2021).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

import httpx

from seed.fetch.errors import ForbiddenError

DEFAULT_PORTS = {"http": 80, "https": 443}

LONGEST_URL = 2_000
"""Characters; what is longer could not be stored as the address of an article either."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)

Network = IPv4Network | IPv6Network

KINDS: Mapping[str, tuple[str, ...]] = {
    "an unspecified": ("0.0.0.0/8", "::/128"),
    "a loopback": ("127.0.0.0/8", "::1/128"),
    "a private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "a shared": ("100.64.0.0/10",),
    "a link-local": ("169.254.0.0/16", "fe80::/10"),
    "a multicast": ("224.0.0.0/4", "ff00::/8"),
    "an IPv4-mapped": ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96"),
    "a NAT64": ("64:ff9b::/96", "64:ff9b:1::/48"),
    "a 6to4": ("2002::/16", "192.88.99.0/24"),
    "a Teredo": ("2001::/32",),
    "a documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    "a reserved": ("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "2001::/23"),
}
"""What they are called, and their networks; the first that holds an address names it."""

_NETWORKS: tuple[tuple[str, Network], ...] = tuple(
    (kind, ip_network(network)) for kind, networks in KINDS.items() for network in networks
)

_UNICAST = IPv6Network("2000::/3")
"""All that was ever given out for hosts of the public network (RFC 4291 2.4)."""


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


def special_kind(text: str) -> str | None:
    """What an address is if it is no public host's: `a loopback`, `a private` …; None for a public one."""
    address = ip_address(text)
    for kind, network in _NETWORKS:
        if address in network:
            return kind
    return None if isinstance(address, IPv4Address) or address in _UNICAST else "a reserved"
