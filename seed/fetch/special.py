"""The addresses that are no public host's, after the IANA special-purpose registries (RFC 6890 and its updates).

A table of our own: what `ipaddress` calls private or global differs from one release of Python to the next.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

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


def special_kind(text: str) -> str | None:
    """What an address is if it is no public host's: `a loopback`, `a private` …; None for a public one."""
    address = ip_address(text)
    for kind, network in _NETWORKS:
        if address in network:
            return kind
    return None if isinstance(address, IPv4Address) or address in _UNICAST else "a reserved"
