"""Which URLs and addresses Dateline fetches from."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.fetch.errors import ForbiddenError
from seed.fetch.guard import Guard, host_of, port_of
from seed.fetch.http_exchange import resolve_with_system

PUBLIC = "93.184.215.14"

URLS = {
    "http://harbour.example": ("harbour.example", 80, "http://harbour.example"),
    " https://Harbour.Example/A?b#c ": ("harbour.example", 443, "https://harbour.example/A?b"),
    "https://harbour.example.:443/": ("harbour.example", 443, "https://harbour.example./"),
    "http://b\u00fccher.example/\u00e9 a": ("xn--bcher-kva.example", 80, "http://xn--bcher-kva.example/%C3%A9%20a"),
    "http://[2A00::1]/": ("2a00::1", 80, "http://[2A00::1]/"),
    "http://harbour.example:443/": ("harbour.example", 443, "http://harbour.example:443/"),
}


@pytest.mark.parametrize("url", URLS)
def test_an_address_is_taken_as_it_is_asked_for(url: str) -> None:
    host, port, asked = URLS[url]
    found = Guard().check_url(url)
    assert (host_of(found), port_of(found)) == (host, port)
    assert found == asked
    assert Guard().check_url(str(found)) == found


REFUSED = {
    "": "expected an http or https URL with a host",
    "harbour.example": "expected an http or https URL with a host",
    "ftp://harbour.example/": "expected an http or https URL with a host",
    "javascript:alert(1)": "expected an http or https URL with a host",
    "http:///path": "expected an http or https URL with a host",
    "http://a:b@harbour.example/": "contains a user name or password: expected a URL without them",
    "http://harbour.example@10.0.0.1/": "contains a user name or password: expected a URL without them",
    "http://harbour.example\\@10.0.0.1/": "contains a user name or password: expected a URL without them",
    "http://harbour.example:0/": "port 0 is not one of 80, 443 (DATELINE_FETCH_PORTS)",
    "http://harbour.example:22/": "port 22 is not one of 80, 443 (DATELINE_FETCH_PORTS)",
    "http://harbour.example/" + "a" * 2000: "is longer than 2000 characters",
}


@pytest.mark.parametrize("url", REFUSED)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ForbiddenError) as raised:
        Guard().check_url(url)
    assert str(raised.value) == REFUSED[url]


@pytest.mark.parametrize("url", ["http://a\nb/", "http://[::1", "http://a:b/", "http://\u2603\ufe0f.example/"])
def test_what_is_no_url_says_so(url: str) -> None:
    with pytest.raises(ForbiddenError, match=r"^is not a URL \("):
        Guard().check_url(url)


@given(st.text(alphabet="aZ0.:/@[]%#?\\\u00e9\u2603\ud800 \n\0-_", max_size=30).map("http://".__add__))
def test_any_text_is_taken_or_refused(text: str) -> None:
    with suppress(ForbiddenError):
        assert host_of(Guard().check_url(text))


def test_ports_can_be_added() -> None:
    assert port_of(Guard.of([], [8080]).check_url("http://harbour.example:8080/")) == 8080


ALLOWED = ["10.1.0.0/16", "Quay.Example", "fd00::/8", "127.0.0.1", "[::1]", "192.168.0.7/24"]
REACHED = [
    ("harbour.example", PUBLIC, True),
    ("harbour.example", "10.1.2.3", True),
    ("harbour.example", "10.2.2.3", False),
    ("harbour.example", "fd12::1", True),
    ("harbour.example", "127.0.0.1", True),
    ("harbour.example", "::ffff:127.0.0.1", False),
    ("harbour.example", "127.0.0.2", False),
    ("harbour.example", "192.168.0.9", True),
    ("::1", "::1", True),
    ("quay.example", "169.254.1.1", True),
    ("pier.quay.example", "169.254.1.1", False),
]


@pytest.mark.parametrize(("host", "address", "reached"), REACHED)
def test_allowed_hosts_and_networks_are_reached(host: str, address: str, reached: bool) -> None:
    guard = Guard.of(ALLOWED, [80])
    if reached:
        assert guard.check_addresses(host, [PUBLIC, address]) == (PUBLIC, address)
    else:
        with pytest.raises(ForbiddenError, match=rf"^{host} resolves to {address}, which is "):
            guard.check_addresses(host, [PUBLIC, address])


@pytest.mark.parametrize("entry", ["http://a/", "a/b", "10.0.0.0/40", "a b", "*.example", "a:80"])
def test_what_is_neither_host_nor_network_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="expected hosts and networks") as raised:
        Guard.of([entry], [80])
    assert repr(entry) in str(raised.value)


DISGUISED = {
    "http://2130706433/": "a loopback",
    "http://0x7f000001/": "a loopback",
    "http://0x7f.1/": "a loopback",
    "http://127.1/": "a loopback",
    "http://017700000001/": "a loopback",
    "http://0300.0250.1/": "a private",
    "http://0/": "an unspecified",
    "http://127.0.0.1./": "a loopback",
    "http://127\u30020\uff0e0\uff611/": "a loopback",
    "http://127.0.0.1#@harbour.example/": "a loopback",
    "HTTP://169.254.169.254/latest/meta-data/": "a link-local",
    "http://100.100.100.200/": "a shared",
    "http://255.255.255.255/": "a reserved",
    "http://[::]/": "an unspecified",
    "http://[0:0:0:0:0:0:0:1]/": "a loopback",
    "http://[::ffff:7f00:1]/": "an IPv4-mapped",
    "http://[::127.0.0.1]/": "an IPv4-mapped",
    "http://[::ffff:0:127.0.0.1]/": "an IPv4-mapped",
    "http://[64:ff9b::7f00:1]/": "a NAT64",
    "http://[64:ff9b:1::a00:1]/": "a NAT64",
    "http://[2002:7f00:1::]/": "a 6to4",
    "http://[2001:0:7f00:1::]/": "a Teredo",
    "http://[fe80::1%1]/": "a link-local",
    "http://[fd00:ec2::254]/": "a private",
    "http://[ff02::1]/": "a multicast",
    "http://[100::1]/": "a reserved",
}
"""Addresses as an attacker writes them; none of them needs a name server."""


@pytest.mark.parametrize("url", DISGUISED)
def test_an_address_in_disguise_is_what_it_leads_to(url: str) -> None:
    """The system's own reading is the one that would be connected to."""
    found = Guard().check_url(url)
    with pytest.raises(ForbiddenError, match=f"{DISGUISED[url]} address"):
        Guard().check_addresses(host_of(found), resolve_with_system(host_of(found), port_of(found)))


NOWHERE = [
    "http://0177.0.0.1/",  # Some programs read it as 127.0.0.1, others as 177.0.0.1.
    "http://\uff11\uff12\uff17.0.0.1/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://loc\u00adalhost/",
    "http://\u24dbocalhost/",
    "http://\t127.0.0.1/",
    "http:/127.0.0.1/",
    "http:127.0.0.1/",
    "//127.0.0.1/",
    "http://harbour.example\\@127.0.0.1/",
    "http://harbour.example:80@127.0.0.1/",
    "http://127.0.0.1%2f@harbour.example/",
]


@pytest.mark.parametrize("url", NOWHERE)
def test_what_could_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenError):
        Guard().check_url(url)
