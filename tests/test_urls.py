"""Which page a URL names. The values here are frozen: a change would move the ids of every collection."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.urls import PLAIN, canonical_url, escaped, url_key

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

NO_PAGES = {
    "": "url is ''; wanted is an http or https URL with a host",
    "news.example/storm": "url is 'news.example/storm'; wanted is an http or https URL with a host",
    "ftp://news.example/storm": "url is 'ftp://news.example/storm'; wanted is an http or https URL with a host",
    "https:///storm": "url is 'https:///storm'; wanted is an http or https URL with a host",
    "mailto:ada@news.example": "url is 'mailto:ada@news.example'; wanted is an http or https URL with a host",
    "https://[::1/storm": "url is 'https://[::1/storm'; wanted is an http or https URL (Invalid IPv6 URL)",
    "https://news.example:harbour/": "url is 'https://news.example:harbour/'; wanted is an http or https URL "
    "(Port could not be cast to integer value as 'harbour')",
    "https://news.example:99999/": "url is 'https://news.example:99999/'; wanted is an http or https URL "
    "(Port out of range 0-65535)",
}


@pytest.mark.parametrize(("url", "page"), URLS.items())
def test_a_url_names_a_page(url: str, page: str) -> None:
    """Scheme, case of the host, tracking and AMP are dress; whatever may name another page stays."""
    assert canonical_url(url) == page


@pytest.mark.parametrize("page", sorted(set(URLS.values())))
def test_a_page_names_itself(page: str) -> None:
    """What is canonical stays as it is."""
    assert canonical_url(f"https://{page}") == page


@pytest.mark.parametrize(("url", "reason"), NO_PAGES.items())
def test_what_is_no_url_says_so(url: str, reason: str) -> None:
    """The message names the value and what was wanted."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        canonical_url(url)


@pytest.mark.parametrize(
    "url", ["https://a..é.example/", f"https://{'é' * 70}.example/", "https://news.example/\ud800"]
)
def test_a_host_or_path_that_cannot_be_written_is_refused(url: str) -> None:
    """Whatever the codec says, the message names the field."""
    with pytest.raises(ValueError, match=r"^url is .*; wanted is an http or https URL \("):
        canonical_url(url)


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_is_refused(text: str) -> None:
    """Nothing but ValueError comes out."""
    with suppress(ValueError):
        assert canonical_url(f"https://news.example/{text}").startswith("news.example")


@given(st.text("ab9_.-~!$&'()*+,;=:@%é /", max_size=30))
def test_a_plain_step_is_one_that_escaping_leaves(step: str) -> None:
    """To look first is only faster."""
    if PLAIN.fullmatch(step):
        assert escaped(step) == step


def test_the_key_of_a_page_begins_with_its_kind() -> None:
    assert url_key("https://www.news.example/storm?amp") == "url:news.example/storm"
