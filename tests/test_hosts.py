"""Hosts, host patterns and public URLs: what is valid, and its normal form."""

import pytest

from app.hosts import is_host_in, normal_host_pattern, normal_public_url, parse_authority


@pytest.mark.parametrize(
    ("text", "scheme", "normal"),
    [
        ("example.org", "http", "example.org"),
        ("EXAMPLE.Org.", "http", "example.org"),
        ("example.org:80", "http", "example.org"),
        ("example.org:80", "https", "example.org:80"),
        ("example.org:443", "https", "example.org"),
        ("example.org:", "http", "example.org"),
        ("example.org:00080", "http", "example.org"),
        ("example.org:65535", "ws", "example.org:65535"),
        ("xn--bcher-kva.example", "http", "xn--bcher-kva.example"),
        ("my_service:8000", "http", "my_service:8000"),
        ("127.0.0.1:8000", "http", "127.0.0.1:8000"),
        ("[::1]:8000", "http", "[::1]:8000"),
        ("[0:0:0:0:0:0:0:1]", "http", "[::1]"),
        ("[2001:DB8::A]", "http", "[2001:db8::a]"),
        ("a" * 63 + ".example", "http", "a" * 63 + ".example"),
    ],
)
def test_a_valid_authority_has_one_form(text: str, scheme: str, normal: str) -> None:
    assert parse_authority(text, scheme).text == normal


HOSTILE = (
    "evil.com/",
    "a b",
    "a@b",
    "user:secret@example.org",
    "example.org:0",
    "example.org:65536",
    "example.org:999999",
    "example.org:-1",
    "example.org:+80",
    "example.org:８０",
    "example.org:80:80",
    "example.org:http",
    "a" * 10_240,
    "a." * 5_120,
    "a" * 64 + ".example",
    "a" * 250 + ".org",
    "::1",
    "[::1",
    "[::1]]",
    "[::1]x",
    "[]",
    "[fe80::1%eth0]",
    "[::1%<b>]",
    "[example.org]",
    "-a.example",
    "a-.example",
    ".",
    "..",
    ".example.org",
    "example..org",
    "example.org..",
    "<script>alert(1)</script>",
    'example.org"><b>',
    "example.org'",
    "example.org?x",
    "example.org#x",
    "example.org\\@evil.com",
    "example.org,evil.com",
    "http://example.org",
    "*",
    "*.example.org",
    "%65xample.org",
    "bücher.example",
    "example.org\n",
    "example.org\x00",
    "example.org\t",
    "\u212a.example",
    "",
    ":80",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_authority(text, "http")


@pytest.mark.parametrize(
    ("pattern", "normal"),
    [
        ("example.org", "example.org"),
        ("Example.ORG.", "example.org"),
        ("*.Example.org", "*.example.org"),
        ("*", "*"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("::1", "[::1]"),
        ("[::1]", "[::1]"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_a_pattern_is_a_host_or_all_its_subdomains(pattern: str, normal: str) -> None:
    assert normal_host_pattern(pattern) == normal


NO_PATTERNS = (
    """example.org:80 https://example.org example.org/ a.*.org *example.org *. ** *.::1 *.[::1] .example.org"""
)


@pytest.mark.parametrize("pattern", [*NO_PATTERNS.split(), "", "a b", "ü" * 70])
def test_other_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        normal_host_pattern(pattern)


@pytest.mark.parametrize(
    ("host", "is_in"),
    [
        ("example.org", True),
        ("a.example.net", True),
        ("a.b.example.net", True),
        ("example.net", False),
        ("anexample.net", False),
        ("example.org.evil.com", False),
        ("evilexample.org", False),
        ("[::1]", True),
        ("", False),
    ],
)
def test_a_host_matches_itself_or_a_pattern_of_its_parents(host: str, is_in: bool) -> None:
    assert is_host_in(host, ("example.org", "*.example.net", "[::1]")) is is_in
    assert is_host_in(host, ("*",))
    assert not is_host_in(host, ())


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/", "https://example.org"),
        ("HTTPS://Example.ORG:443/news/", "https://example.org/news"),
        ("http://example.org:443/a/b", "http://example.org:443/a/b"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        (
            "https://bücher.example:8443/новости",
            "https://xn--bcher-kva.example:8443/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8",
        ),
        ("https://example.org/%D0%BC", "https://example.org/%D0%BC"),
        ("https://example.org/~a/b.c", "https://example.org/~a/b.c"),
    ],
)
def test_a_public_url_has_one_form(url: str, normal: str) -> None:
    assert normal_public_url(url) == normal


NO_PUBLIC_URLS = """
    example.org //example.org ftp://example.org https:// https:///news https://user@example.org javascript:alert(1)
    https://user:pw@example.org https://example.org? https://example.org/?a=1 https://example.org# https://example.org:0/
    https://example.org//news https://example.org/../x https://example.org/./x https://example.org/x/..
    https://example.org/%zz https://example.org/<b> https://example.org/" https://example.org/a\\b
    https://example.org:99999 https://[::1 https://*.example.org https://[v1.x]
"""
SPACED = (" https://a", "https://example.org/a b", "https://example.org\n", "https://exa\tmple.org", "https://a/\u2028")


@pytest.mark.parametrize("url", [*NO_PUBLIC_URLS.split(), *SPACED, ""])
def test_other_public_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        normal_public_url(url)
