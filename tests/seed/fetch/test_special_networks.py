"""Which addresses are not public."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.fetch.guard import special_purpose

KINDS = {
    "0.0.0.0": "an unspecified",  # noqa: S104 - an address to refuse, not to bind
    "0.1.2.3": "an unspecified",
    "::": "an unspecified",
    "127.0.0.1": "a loopback",
    "127.255.255.254": "a loopback",
    "::1": "a loopback",
    "10.1.2.3": "a private",
    "172.16.0.1": "a private",
    "172.31.255.255": "a private",
    "192.168.178.1": "a private",
    "fd00::1": "a private",
    "fec0::1": "a private",
    "100.64.0.1": "a shared",
    "169.254.169.254": "a link-local",
    "fe80::1": "a link-local",
    "fe80::1%1": "a link-local",
    "224.0.0.1": "a multicast",
    "ff02::1": "a multicast",
    "::ffff:127.0.0.1": "an IPv4-mapped",
    "::ffff:93.184.215.14": "an IPv4-mapped",
    "::127.0.0.1": "an IPv4-mapped",
    "::ffff:0:10.0.0.1": "an IPv4-mapped",
    "64:ff9b::7f00:1": "a NAT64",
    "64:ff9b:1::a00:1": "a NAT64",
    "2002:7f00:1::": "a 6to4",
    "192.88.99.1": "a 6to4",
    "2001::1": "a Teredo",
    "192.0.2.1": "a documentation",
    "198.51.100.1": "a documentation",
    "203.0.113.1": "a documentation",
    "2001:db8::1": "a documentation",
    "3fff::1": "a documentation",
    "192.0.0.1": "a reserved",
    "198.19.0.1": "a reserved",
    "240.0.0.1": "a reserved",
    "255.255.255.255": "a reserved",
    "2001:20::1": "a reserved",
    "100::1": "a reserved",
    "5f00::1": "a reserved",
    "4000::1": "a reserved",
}


@pytest.mark.parametrize("address", KINDS)
def test_a_special_address_is_named_by_its_kind(address: str) -> None:
    assert special_purpose(address) == KINDS[address]


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2a00:1450::1"])
def test_a_public_address_is_not_special(address: str) -> None:
    assert special_purpose(address) is None


@given(st.integers(0, 2**32 - 1).map(IPv4Address) | st.integers(0, 2**128 - 1).map(IPv6Address))
def test_nothing_that_python_calls_private_is_public(address: IPv4Address | IPv6Address) -> None:
    local = address.is_private or address.is_multicast or address.is_reserved or address.is_loopback
    assert special_purpose(str(address)) is not None or not local
