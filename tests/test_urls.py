"""Canonical URLs. The values here are frozen: a change would change ids in every collection."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.urls import PLAIN_SEGMENT, canonical_url, escape_segment, url_key

URLS = {
    "https://news.example/2015/storm": "news.example/2015/storm",
    "http://news.example/2015/storm": "news.example/2015/storm",
    "HTTPS://News.Example/Storm": "news.example/Storm",
    "https://www.news.example/storm": "news.example/storm",
    "https://www.example/storm": "www.example/storm",
    "https://news.example./storm": "news.example/storm",
    "https://news.example:443/storm": "news.example/storm",
    "http://news.example:80/storm": "news.example/storm",
    "http://news.example:8080/storm": "news.example:8080/storm",
    "https://news.example:80/storm": "news.example:80/storm",
    "https://reader:secret@news.example/storm": "news.example/storm",
    "https://news.example": "news.example",
    "https://news.example/": "news.example",
    "https://news.example/storm/": "news.example/storm",
    "https://news.example//storm//2": "news.example/storm/2",
    "https://news.example/storm#comments": "news.example/storm",
    "  https://news.example/storm\n": "news.example/storm",
    "https://news.example/storm?utm_source=feed&UTM_Medium=mail": "news.example/storm",
    "https://news.example/storm?fbclid=1&gclid=2&_ga=3&mc_cid=4&smid=5&CMPID=6&at_custom1=7": "news.example/storm",
    "https://news.example/storm?page=2&fbclid=1": "news.example/storm?page=2",
    "https://news.example/storm?id=7&attitude=3": "news.example/storm?attitude=3&id=7",
    "https://news.example/storm?b=2&a=1": "news.example/storm?a=1&b=2",
    "https://news.example/storm?a=2&a=1": "news.example/storm?a=1&a=2",
    "https://news.example/storm?print": "news.example/storm?print=",
    "https://news.example/storm?": "news.example/storm",
    "https://news.example/?q=a%20b": "news.example?q=a+b",
    "https://news.example/?q=a+b": "news.example?q=a+b",
    "https://news.example/?q=caf%e9": "news.example?q=caf%E9",
    "https://news.example/?q=café": "news.example?q=caf%C3%A9",
    "https://amp.news.example/storm": "news.example/storm",
    "https://www.amp.news.example/storm": "news.example/storm",
    "https://amp.example/storm": "amp.example/storm",
    "https://news.example/amp/storm": "news.example/storm",
    "https://news.example/storm/amp": "news.example/storm",
    "https://news.example/storm/AMP/": "news.example/storm",
    "https://news.example/storm/amp.html": "news.example/storm",
    "https://news.example/storm?amp": "news.example/storm",
    "https://news.example/storm?amp=1": "news.example/storm",
    "https://news.example/ampere": "news.example/ampere",
    "https://news.example/a/amp/b": "news.example/a/amp/b",
    "https://news.example/caf%C3%A9": "news.example/caf%C3%A9",
    "https://news.example/caf%c3%a9": "news.example/caf%C3%A9",
    "https://news.example/café": "news.example/caf%C3%A9",
    "https://news.example/caf%E9": "news.example/caf%E9",
    "https://news.example/caf%E8": "news.example/caf%E8",
    "https://news.example/%7Eada/a%2Fb": "news.example/~ada/a%2Fb",
    "https://news.example/a;b=1,2:3@4!": "news.example/a;b=1,2:3@4!",
    "https://bücher.example/storm": "xn--bcher-kva.example/storm",
    "https://BÜCHER.example/storm": "xn--bcher-kva.example/storm",
    "https://xn--bcher-kva.example/storm": "xn--bcher-kva.example/storm",
    "https://новости.example/": "xn--b1amnebsh.example",
    "https://192.0.2.7/storm": "192.0.2.7/storm",
    "https://[2001:DB8::1]:8443/storm": "[2001:db8::1]:8443/storm",
}

INVALID_URLS = {
    "": "url is '': expected an http or https URL with a host",
    "news.example/storm": "url is 'news.example/storm': expected an http or https URL with a host",
    "ftp://news.example/storm": "url is 'ftp://news.example/storm': expected an http or https URL with a host",
    "https:///storm": "url is 'https:///storm': expected an http or https URL with a host",
    "mailto:ada@news.example": "url is 'mailto:ada@news.example': expected an http or https URL with a host",
    "https://[::1/storm": "url is 'https://[::1/storm': expected an http or https URL (Invalid IPv6 URL)",
    "https://news.example:harbour/": "url is 'https://news.example:harbour/': expected an http or https URL "
    "(Port could not be cast to integer value as 'harbour')",
    "https://news.example:99999/": "url is 'https://news.example:99999/': expected an http or https URL "
    "(Port out of range 0-65535)",
}


@pytest.mark.parametrize(("url", "page"), URLS.items())
def test_a_url_has_a_canonical_form(url: str, page: str) -> None:
    """Scheme, case of the host, tracking and AMP are dropped; whatever may identify another page stays."""
    assert canonical_url(url) == page


@pytest.mark.parametrize("page", sorted(set(URLS.values())))
def test_a_canonical_url_is_stable(page: str) -> None:
    """It does not change again."""
    assert canonical_url(f"https://{page}") == page


@pytest.mark.parametrize(("url", "reason"), INVALID_URLS.items())
def test_an_invalid_url_is_refused(url: str, reason: str) -> None:
    """The message names the value and what was expected."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        canonical_url(url)


@pytest.mark.parametrize(
    "url", ["https://a..é.example/", f"https://{'é' * 70}.example/", "https://news.example/\ud800"]
)
def test_a_host_or_path_that_cannot_be_encoded_is_refused(url: str) -> None:
    """Whatever the codec raises, the message names the field."""
    with pytest.raises(ValueError, match=r"^url is .*: expected an http or https URL \("):
        canonical_url(url)


PARTS = st.sampled_from(["/", "amp", "amp.html", "AMP", "a-b", "x.html", "é", "%20", ";", "@", ":8", "..", "?a=1"])
HOSTS = st.sampled_from(["a.example", "www.a.example", "amp.a.example", "www.a", "amp.b", "A.example", "a..b", "a.b."])


@given(st.sampled_from(["http", "https", "HTTPS"]), HOSTS, st.lists(PARTS).map("".join))
def test_the_shorter_way_of_plain_urls_changes_nothing(scheme: str, host: str, path: str) -> None:
    """A fragment, which counts nowhere, keeps a URL from it."""
    url = f"{scheme}://{host}/{path}"
    with suppress(ValueError):
        assert canonical_url(url) == canonical_url(f"{url}#part")


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_is_refused(text: str) -> None:
    """Nothing but ValueError is raised."""
    with suppress(ValueError):
        assert canonical_url(f"https://news.example/{text}").startswith("news.example")


@given(st.text("ab9_.-~!$&'()*+,;=:@%é /", max_size=30))
def test_escaping_leaves_a_plain_segment_unchanged(segment: str) -> None:
    """Checking first is only faster."""
    if PLAIN_SEGMENT.fullmatch(segment):
        assert escape_segment(segment) == segment


def test_the_key_of_a_url_has_a_prefix() -> None:
    assert url_key("https://www.news.example/storm?amp") == "url:news.example/storm"
