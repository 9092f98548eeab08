"""robots.txt according to RFC 9309."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seed.fetch.robots import MAX_ROBOTS_BYTES, Robots, Rule, matches_path, normalize_path, parse_robots

EXAMPLE = b"""User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: dateline
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot"""
"""RFC 9309 5.1 and 5.2, with our name instead of foobot."""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/example/page.html", True), ("/example/allowed.gif", True), ("/example/other", False), ("/", False)],
)
def test_our_own_group_is_taken(path: str, allowed: bool) -> None:
    assert parse_robots(EXAMPLE).allows(path) is allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/a.gif", False), ("/a.gif?b", True), ("/example/", False), ("/publications/a", True), ("/", True)],
)
def test_without_one_it_is_everybodys(path: str, allowed: bool) -> None:
    assert parse_robots(EXAMPLE.replace(b"dateline", b"foobot")).allows(path) is allowed


GROUPS = {
    "nothing": ("", "/a", True),
    "no group": ("Disallow: /\n", "/a", True),
    "ours in capitals": ("USER-AGENT: DateLine/2.0 (x)\nDISALLOW: /a\n", "/a", False),
    "a longer name": ("User-agent: datelinebot\nDisallow: /\n", "/a", True),
    "two groups of ours": ("User-agent: dateline\nDisallow: /a\n\nUser-agent: dateline\nDisallow: /b\n", "/b", False),
    "two names": ("User-agent: other\nUser-agent: dateline\nDisallow: /a\n", "/a", False),
    "a name, then ours": ("User-agent: other\nDisallow: /a\nUser-agent: dateline\nDisallow: /b\n", "/a", True),
    "ours is empty": ("User-agent: *\nDisallow: /\nUser-agent: dateline\nDisallow:\n", "/a", True),
    "a name without a word": ("User-agent: 7\nDisallow: /\n", "/a", True),
    "a site map between": ("User-agent: dateline\nSitemap: http://a/\nUser-agent: b\nDisallow: /a\n", "/a", False),
    "a comment": ("# no\nUser-agent: * # all\nDisallow: /a # b\n", "/a", False),
    "a mark before": ("\ufeffUser-agent: *\nDisallow: /a\n", "/a", False),
    "ends of lines": ("User-agent: *\rDisallow: /a\r\nDisallow: /b", "/b", False),
    "the longest": ("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "/a/b/c", True),
    "the longest, the other way": ("User-agent: *\nAllow: /a\nDisallow: /a/b\n", "/a/b/c", False),
    "as long": ("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", True),
    "a query": ("User-agent: *\nDisallow: /*?\n", "/a?b", False),
    "escaped there": ("User-agent: *\nDisallow: /%7eada/%c3%a9\n", "/~ada/%C3%A9", False),
    "escaped here": ("User-agent: *\nDisallow: /\u00e9~\n", "/%c3%a9%7E", False),
    "a slash that is escaped": ("User-agent: *\nDisallow: /a%2fb\n", "/a/b", True),
}


@pytest.mark.parametrize("what", GROUPS)
def test_groups_and_rules(what: str) -> None:
    content, path, allowed = GROUPS[what]
    assert parse_robots(content.encode()).allows(path) is allowed


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("/a", "/abc", True),
        ("/a", "/b", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*.php", "/x.php?y", True),
        ("/*.php$", "/x.php?y", False),
        ("/*.php$", "/x.php/y.php", True),
        ("*", "/", True),
        ("*$", "/a", True),
        ("/a*b*c", "/axxbxxc", True),
        ("/a*b*c", "/axxcxxb", False),
        ("/a*a$", "/a", False),
        ("/$", "/", True),
    ],
)
def test_a_pattern_covers_the_beginning_of_a_path(pattern: str, path: str, covered: bool) -> None:
    assert matches_path(pattern, path) is covered


@pytest.mark.parametrize(
    ("content", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 2.5\n", 2.5),
        ("User-agent: *\nCrawl-delay: soon\n", 0),
        ("User-agent: *\nCrawl-delay: 9\nUser-agent: dateline\nDisallow: /\n", 0),
        ("User-agent: a\nCrawl-delay: 9\nUser-agent: dateline\nCrawl-delay: 3\n", 3),
    ],
)
def test_a_delay_is_that_of_the_group(content: str, delay: float) -> None:
    assert parse_robots(content.encode()).delay == delay


def test_content_after_the_limit_is_not_read() -> None:
    beginning = b"User-agent: *\nDisallow: /a\n"
    content = beginning + b"#" * (MAX_ROBOTS_BYTES - len(beginning)) + b"\nDisallow: /b\n"
    assert parse_robots(content) == Robots((Rule("/a", allowed=False),))


def test_what_is_closed_allows_nothing() -> None:
    assert not Robots(closed="It burns.").allows("/")


@given(st.binary(max_size=60) | st.text(alphabet="uUser-agnt:*\ndisalow/%2fF$# ", max_size=120).map(str.encode))
def test_any_bytes_are_rules(content: bytes) -> None:
    assert parse_robots(content).allows("/a") in {True, False}


@given(st.text(max_size=20))
def test_a_normal_path_stays_normal(path: str) -> None:
    assert normalize_path(normalize_path(path)) == normalize_path(path)
