"""Restrict fetching to public web addresses and those that the operator allows.

URLs come from lists, feeds and redirects, which anybody may write; without a guard they could make this machine send
requests into its own network and load the responses (server-side request forgery, OWASP A10:2021).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

import httpx

from app.errors import SettingsError
from seed.fetch.errors import ForbiddenError

PORT_BY_SCHEME = {"http": 80, "https": 443}

MAX_URL_LENGTH = 2_000
"""Maximum length of a URL in characters; a longer one could not be stored as the URL of an article either."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)

IPNetwork = IPv4Network | IPv6Network

SPECIAL_NETWORKS: Mapping[str, tuple[str, ...]] = {
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
"""Special-purpose networks by kind; the first one that contains an address names its kind."""

_NETWORKS: tuple[tuple[str, IPNetwork], ...] = tuple(
    (kind, ip_network(network)) for kind, networks in SPECIAL_NETWORKS.items() for network in networks
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All addresses ever assigned to public unicast hosts (RFC 4291 2.4)."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`hosts` and `networks` are always allowed, everything else only if its addresses are public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPNetwork, ...] = ()
    ports: frozenset[int] = frozenset(PORT_BY_SCHEME.values())

    @classmethod
    def of(cls, allowed: Iterable[str], ports: Iterable[int]) -> "Guard":
        """Build a guard from the settings; raise SettingsError naming an entry that is neither host nor network."""
        hosts: set[str] = set()
        networks: list[IPNetwork] = []
        for entry in allowed:
            network = _parse_network(entry)
            if network is not None:
                networks.append(network)
            elif _HOST.fullmatch(entry):
                hosts.add(entry.lower())
            else:
                raise SettingsError(
                    f"DATELINE_FETCH_ALLOW holds {entry!r}: expected hosts and networks such as 10.1.0.0/16"
                )
        return cls(frozenset(hosts), tuple(networks), frozenset(ports))

    def check_url(self, text: str) -> httpx.URL:
        """Return the URL to request, without fragment; raise ForbiddenError with the reason if it is not allowed."""
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, UnicodeError) as error:
            raise ForbiddenError(f"is not a URL ({error})") from None
        if url.scheme not in PORT_BY_SCHEME or not host_of(url):
            raise ForbiddenError("expected an http or https URL with a host")
        if len(text) > MAX_URL_LENGTH:
            raise ForbiddenError(f"is longer than {MAX_URL_LENGTH} characters")
        if url.userinfo:
            raise ForbiddenError("contains a user name or password: expected a URL without them")
        if port_of(url) not in self.ports:
            raise ForbiddenError(f"port {port_of(url)} is not one of {_join_ports(self.ports)} (DATELINE_FETCH_PORTS)")
        return url.copy_with(fragment=None)

    def check_addresses(self, host: str, addresses: Iterable[str]) -> tuple[str, ...]:
        """Return the addresses of a host; raise ForbiddenError if one is not public, as then none can be trusted."""
        checked = tuple(addresses)
        if host not in self.hosts:
            for address in checked:
                self._check_address(host, address)
        return checked

    def _check_address(self, host: str, address: str) -> None:
        kind = special_purpose(address)
        if kind is not None and not any(ip_address(address) in network for network in self.networks):
            where = f"is {kind} address" if host == address else f"resolves to {address}, which is {kind} address"
            raise ForbiddenError(f"{host} {where} (DATELINE_FETCH_ALLOW)")


def host_of(url: httpx.URL) -> str:
    """Return the host to look up: ASCII, lowercase, an IPv6 address without brackets."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def port_of(url: httpx.URL) -> int:
    """Return the port of the URL or the default port of its scheme."""
    return PORT_BY_SCHEME[url.scheme] if url.port is None else url.port


def _parse_network(entry: str) -> IPNetwork | None:
    try:
        return ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _join_ports(ports: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def special_purpose(text: str) -> str | None:
    """Return the kind of a special-purpose address, such as `a loopback`; None for a public one."""
    address = ip_address(text)
    for kind, network in _NETWORKS:
        if address in network:
            return kind
    return None if isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST else "a reserved"
