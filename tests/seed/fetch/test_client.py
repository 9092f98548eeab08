"""Fetching from a real server: documents, refusals and their reasons, and politeness."""

import gzip
import time
from collections.abc import Callable
from email.utils import formatdate
from hashlib import sha256

import httpx
import pytest

from app import __version__
from seed.fetch.client import FetchResult
from seed.fetch.clock import Clock
from seed.fetch.errors import NotFetchedError
from seed.fetch.guard import Guard
from seed.fetch.http_exchange import Exchange, Limits, user_agent
from seed.records import FetchedDocument, Visit
from tests.seed.fetch.conftest import START, Clients, Names, Waiting
from tests.seed.fetch.site import Asked, Page, Send, Site, answer, conditional, in_turn, redirect


def document_of(found: FetchResult) -> FetchedDocument:
    """Return the fetched document, which must not be None."""
    assert found.document is not None
    return found.document


def reason_of(fetch: Callable[[str], FetchResult], url: str) -> str:
    """Return why a URL could not be fetched."""
    with pytest.raises(NotFetchedError) as raised:
        fetch(url)
    return str(raised.value)


def test_a_document_comes_with_all_that_is_known_of_it(client: Clients, site: Site) -> None:
    site.pages["/a?b=c"] = answer("Ferry", content_type='Text/Plain; Charset="UTF-8"', etag='"1"', last_modified="Mon")
    url = site.url("/a?b=c#top")
    found = client().fetch(url)
    final, now = site.url("/a?b=c"), int(START) + 1
    assert found.document == FetchedDocument(url, final, "text/plain", "utf-8", b"Ferry", now)
    assert found.visit == Visit(final, '"1"', "Mon", now, 200, sha256(b"Ferry").hexdigest())


def test_a_host_sees_who_asks_and_nothing_else(client: Clients, site: Site) -> None:
    site.pages["/"] = answer("Ferry", set_cookie="a=b")
    fetch = client().fetch
    fetch(site.url("/"))
    fetch(site.url("/"))
    headers = dict(site.requests[-1].headers)
    assert "json" in headers.pop("accept")
    assert headers == {
        "host": f"harbour.example:{site.port}",
        "user-agent": f"Dateline/{__version__} (+https://dateline.example/about)",
        "accept-encoding": "gzip",
        "connection": "close",
    }
    assert user_agent(None) == f"Dateline/{__version__}"


def test_what_is_declared_may_be_left_out(client: Clients, site: Site) -> None:
    site.pages["/"] = answer("Ferry", etag="caf\xe9")
    found = client().fetch(site.url("/"))
    document = document_of(found)
    assert (document.content_type, document.charset) == ("", None)
    assert (found.visit.etag, found.visit.last_modified) == (None, None)


def test_gzip_is_unpacked(client: Clients, site: Site) -> None:
    site.pages["/"] = answer(gzip.compress(b"Ferry " * 1000), content_encoding="GZip")
    assert document_of(client().fetch(site.url("/"))).body == b"Ferry " * 1000


# Redirects


def test_redirects_are_followed_one_by_one(client: Clients, site: Site, names: Names) -> None:
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = redirect(site.url("/c", "quay.example"), 301)
    site.pages["/c"] = redirect("d?e#f", 307)
    site.pages["/d?e"] = answer("Ferry")
    found = document_of(client().fetch(site.url("/a")))
    assert (found.url, found.final_url) == (site.url("/a"), site.url("/d?e", "quay.example"))
    assert site.paths == ["/a", "/b", "/c", "/d?e"]
    assert names.requests == ["harbour.example"] * 3 + ["quay.example"] * 3  # once a request, robots.txt included


@pytest.mark.parametrize(("hops", "reason"), [(5, None), (6, "is redirected more than 5 times")])
def test_at_most_five_redirects_are_followed(client: Clients, site: Site, hops: int, reason: str | None) -> None:
    for hop in range(hops):
        site.pages[f"/{hop}"] = redirect(f"/{hop + 1}")
    site.pages[f"/{hops}"] = answer("Ferry")
    fetch = client().fetch
    if reason is None:
        assert document_of(fetch(site.url("/0"))).body == b"Ferry"
    else:
        assert reason_of(fetch, site.url("/0")) == reason


def test_circular_redirects_are_refused(client: Clients, site: Site) -> None:
    site.pages["/a"], site.pages["/b"] = redirect("/b"), redirect("/a#x")
    assert reason_of(client().fetch, site.url("/a")) == f"is redirected in a circle: back to {site.url('/a')}"


TARGETS = {
    "http://metadata.example/": "port 80 is not one of {port} (DATELINE_FETCH_PORTS)",
    "http://metadata.example:{port}/latest": "metadata.example resolves to 169.254.169.254, "
    "which is a link-local address",
    "http://10.0.0.1:{port}/": "10.0.0.1 is a private address",
    "http://2130706434:{port}/": "2130706434 resolves to 127.0.0.2, which is a loopback address",
    "http://[::ffff:7f00:1]:{port}/": "::ffff:7f00:1 is an IPv4-mapped address",
    "http://a@harbour.example:{port}/": "contains a user name or password: expected a URL without them",
    "file:/etc/passwd": "expected an http or https URL with a host",
    "gopher://harbour.example:{port}/": "expected an http or https URL with a host",
    "http://harbour.example:22/": "port 22 is not one of {port} (DATELINE_FETCH_PORTS)",
    "http://harbour.example:{port}/{long}": "is longer than 2000 characters",
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_redirect_to_a_forbidden_place_is_refused(client: Clients, site: Site, names: Names, target: str) -> None:
    names.addresses = {
        "metadata.example": ("169.254.169.254",),
        "10.0.0.1": ("10.0.0.1",),
        "2130706434": ("127.0.0.2",),
        "::ffff:7f00:1": ("::ffff:7f00:1",),
    }
    address = target.format(port=site.port, long="a" * 2000)
    site.pages["/a"] = redirect(address)
    reason = reason_of(client().fetch, site.url("/a"))
    wanted = f"leads to {address[:200]}: {TARGETS[target].format(port=site.port)}"
    assert reason.removesuffix(" (DATELINE_FETCH_ALLOW)") == wanted
    assert site.paths == ["/a"]


def test_a_redirect_to_no_url_is_refused(client: Clients, site: Site) -> None:
    site.pages["/a"] = redirect("http://[::1")
    assert reason_of(client().fetch, site.url("/a")).startswith("is redirected to an invalid URL (")


def test_a_redirect_that_leads_nowhere_is_no_document(client: Clients, site: Site) -> None:
    site.pages["/a"] = answer(status=302)
    assert reason_of(client().fetch, site.url("/a")) == "answered 302 Found"


# The guard


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(client: Clients, site: Site) -> None:
    """A name server that answers differently the second time changes nothing."""
    answers = [("127.0.0.1",), ("127.0.0.1",), ("10.0.0.1",)]
    site.pages["/"] = answer("Ferry")
    exchange = Exchange(Guard.of(["127.0.0.1"], [site.port]), "Dateline", resolve=lambda *_: answers.pop(0))
    fetch = type(client())(exchange, clock=Clock(sleep=lambda _: None)).fetch
    assert document_of(fetch(site.url("/"))).body == b"Ferry"
    assert answers == [("10.0.0.1",)]  # one for robots.txt, one for the page
    assert "10.0.0.1, which is a private address" in reason_of(fetch, site.url("/"))


def test_a_name_that_leads_elsewhere_behind_its_robots_txt_is_refused(client: Clients, site: Site) -> None:
    """Access to robots.txt does not permit access to the page."""
    answers = [("127.0.0.1",), ("169.254.169.254",)]
    site.pages["/"] = answer("Ferry")
    exchange = Exchange(Guard.of(["127.0.0.1"], [site.port]), "Dateline", resolve=lambda *_: answers.pop(0))
    fetch = type(client())(exchange, clock=Clock(sleep=lambda _: None)).fetch
    assert "169.254.169.254, which is a link-local address" in reason_of(fetch, site.url("/"))
    assert [asked.path for asked in site.requests] == ["/robots.txt"]


def test_one_private_address_among_public_ones_is_enough(client: Clients, site: Site, names: Names) -> None:
    names.addresses = {"mixed.example": ("93.184.215.14", "192.168.1.1")}
    assert "192.168.1.1, which is a private address" in reason_of(client().fetch, site.url("/", "mixed.example"))
    assert site.requests == []


def test_without_permission_nothing_local_is_requested(client: Clients, site: Site) -> None:
    reason = reason_of(client(guard=Guard.of([], [site.port])).fetch, site.url("/"))
    assert reason == "harbour.example resolves to 127.0.0.1, which is a loopback address (DATELINE_FETCH_ALLOW)"
    assert site.requests == []


def test_a_host_that_is_let_in_may_lie_anywhere(client: Clients, site: Site) -> None:
    site.pages["/"] = answer("Ferry")
    guard = Guard.of(["harbour.example"], [site.port])
    assert document_of(client(guard=guard).fetch(site.url("/"))).body == b"Ferry"


# robots.txt


def test_robots_txt_is_requested_once_per_host(client: Clients, site: Site) -> None:
    site.pages["/robots.txt"] = answer("User-agent: dateline\nDisallow: /private\nUser-agent: *\nDisallow: /\n")
    site.pages["/a"] = site.pages["/b"] = answer("Ferry")
    fetch = client().fetch
    fetch(site.url("/a"))
    fetch(site.url("/b"))
    wanted = "the robots.txt of harbour.example does not allow it"
    assert reason_of(fetch, site.url("/private/c")) == wanted
    fetch(site.url("/a", "quay.example"))
    assert [asked.path for asked in site.requests] == ["/robots.txt", "/a", "/b", "/robots.txt", "/a"]


@pytest.mark.parametrize("target", ["/private", "http://quay.example:{port}/private"])
def test_a_redirect_is_subject_to_robots_too(client: Clients, site: Site, target: str) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /private\n")
    site.pages["/a"] = redirect(target.format(port=site.port))
    assert reason_of(client().fetch, site.url("/a")).endswith("does not allow it")
    assert site.paths == ["/a"]


ALLOWING: dict[str, Page] = {
    "none": answer(status=404),
    "forbidden": answer(status=403),
    "redirected to itself": redirect("/robots.txt"),
    "redirected to nowhere": answer(status=301),
    "redirected to another": redirect("/elsewhere.txt"),
    "empty": answer(),
    "a page": answer("<html><body>Not found</body></html>"),
}


@pytest.mark.parametrize("robots", ALLOWING)
def test_robots_that_are_not_there_allow_everything(client: Clients, site: Site, robots: str) -> None:
    """RFC 9309 2.3.1.2 and 2.3.1.3."""
    site.pages.update({"/robots.txt": ALLOWING[robots], "/a": answer("Ferry")})
    site.pages["/elsewhere.txt"] = answer("User-agent: *\nDisallow: /b\n")
    assert document_of(client().fetch(site.url("/a"))).body == b"Ferry"


def broken_off(_asked: Asked, send: Send) -> None:
    """Send less than announced."""
    send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nUser-agent: *")


CLOSED: dict[str, tuple[Page, str]] = {
    "an error": (
        answer(status=500),
        "its robots.txt is unavailable (answered 500 Internal Server Error, 3",
    ),
    "too many requests": (
        answer(status=429),
        "its robots.txt is unavailable (answered 429 Too Many Requests, 3",
    ),
    "broken off": (broken_off, "its robots.txt is unavailable (the connection failed"),
    "a private place": (redirect("http://10.0.0.1:{port}/"), "leads to http://10.0.0.1:"),
}


@pytest.mark.parametrize("robots", CLOSED)
def test_robots_that_cannot_be_had_allow_nothing(client: Clients, site: Site, names: Names, robots: str) -> None:
    """RFC 9309 2.3.1.4."""
    names.addresses = {"10.0.0.1": ("10.0.0.1",)}
    page, wanted = CLOSED[robots]
    site.pages["/robots.txt"] = redirect(f"http://10.0.0.1:{site.port}/") if "private" in robots else page
    fetch = client().fetch
    assert reason_of(fetch, site.url("/a")).startswith(wanted)
    before = len(site.requests)
    assert reason_of(fetch, site.url("/b")).startswith(wanted)
    assert len(site.requests) == before
    assert site.paths == []


def test_of_long_robots_the_beginning_counts(client: Clients, site: Site) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /a\n" + "#" * 600_000 + "\nDisallow: /b\n")
    site.pages["/b"] = answer("Ferry")
    fetch = client().fetch
    assert reason_of(fetch, site.url("/a")) == "the robots.txt of harbour.example does not allow it"
    assert document_of(fetch(site.url("/b"))).body == b"Ferry"


def test_of_many_hosts_the_last_are_kept(client: Clients, site: Site) -> None:
    rules = client().robots
    rules.max_sites = 2
    for host in ("a.example", "b.example", "b.example", "c.example", "b.example", "a.example"):
        rules.rules_for(httpx.URL(site.url("/", host)))
    assert [asked.headers["host"][0] for asked in site.requests] == ["a", "b", "c", "a"]


# Politeness


def test_a_host_gets_a_pause_between_two_requests(client: Clients, site: Site, waiting: Waiting) -> None:
    site.pages["/a"] = site.pages["/b"] = answer("Ferry")
    fetch = client().fetch
    fetch(site.url("/a"))
    assert waiting.waits == [1.0]  # after robots.txt
    fetch(site.url("/a", "quay.example"))
    assert waiting.waits == [1.0, 1.0]  # the same there, none for the other host
    waiting.seconds += 0.75
    fetch(site.url("/b"))
    assert waiting.waits == [1.0, 1.0]


def test_a_host_can_request_a_longer_pause(client: Clients, site: Site, waiting: Waiting) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 7\n")
    site.pages["/a"] = answer("Ferry")
    client().fetch(site.url("/a"))
    assert waiting.waits == [7.0]


def test_a_host_that_wants_too_long_a_pause_is_skipped(client: Clients, site: Site, waiting: Waiting) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nCrawl-delay: 3600\n")
    wanted = "the robots.txt of harbour.example requires 3600 s between requests: at most 60 s are accepted"
    assert reason_of(client().fetch, site.url("/a")) == wanted
    assert (waiting.waits, site.paths) == ([], [])


# Attempts


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_temporary_failures_are_retried(client: Clients, site: Site, waiting: Waiting, status: int) -> None:
    site.pages["/a"] = in_turn(answer(status=status), answer(status=status), answer("Ferry"))
    assert document_of(client().fetch(site.url("/a"))).body == b"Ferry"
    assert waiting.waits == [1.0, 1.0, 2.0]


@pytest.mark.parametrize(("status", "reason"), [(404, "answered 404 Not Found"), (418, "answered 418 I'm a teapot")])
def test_definitive_failures_are_not_retried(client: Clients, site: Site, status: int, reason: str) -> None:
    site.pages["/a"] = answer("No.", status=status)
    assert reason_of(client().fetch, site.url("/a")) == reason
    assert site.paths == ["/a"]


@pytest.mark.parametrize(("status", "reason"), [(304, "304 Not Modified"), (204, "204 No Content"), (299, "299")])
def test_an_answer_that_was_not_asked_for_is_refused(client: Clients, site: Site, status: int, reason: str) -> None:
    site.pages["/a"] = answer(status=status)
    assert reason_of(client().fetch, site.url("/a")) == f"answered {reason}"


AFTER = {"7": 7.0, formatdate(START + 10, usegmt=True): 9.0, "soon": 1.0, "0": 1.0}


@pytest.mark.parametrize("after", AFTER)
def test_a_host_says_when_to_come_again(client: Clients, site: Site, waiting: Waiting, after: str) -> None:
    """At least the usual delay passes; the date is ten seconds after the first request, one of which was waited."""
    site.pages["/a"] = in_turn(answer(status=503, retry_after=after), answer("Ferry"))
    client().fetch(site.url("/a"))
    assert sum(waiting.waits) == 1.0 + AFTER[after]


def test_a_host_that_wants_to_be_left_alone_for_long_is(client: Clients, site: Site, waiting: Waiting) -> None:
    site.pages["/a"] = answer(status=429, retry_after="86400")
    reason = reason_of(client().fetch, site.url("/a"))
    assert reason == "answered 429 Too Many Requests, and would require a wait of 86400 s"
    assert (waiting.waits, site.paths) == ([1.0], ["/a"])


BROKEN: dict[str, Page] = {
    "nothing": lambda _asked, _send: None,
    "half a body": broken_off,
    "half a chunk": lambda _asked, send: send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nFerry"),
    "no HTTP": lambda _asked, send: send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n" + b"x" * 1000),
    "endless headers": lambda _asked, send: send(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000),
}


@pytest.mark.parametrize("page", BROKEN)
def test_an_answer_that_breaks_off_is_asked_for_again(client: Clients, site: Site, page: str) -> None:
    site.pages["/a"] = BROKEN[page]
    reason = reason_of(client().fetch, site.url("/a"))
    assert reason.startswith("the connection failed (")
    assert reason.endswith("), 3 times in a row")
    assert len(reason) < 300
    assert site.paths == ["/a"] * 3
    site.pages["/a"] = in_turn(BROKEN[page], answer("Ferry"))
    assert document_of(client().fetch(site.url("/a"))).body == b"Ferry"


def test_a_host_that_is_not_there_is_asked_again(client: Clients, site: Site, names: Names) -> None:
    names.addresses = {"gone.example": ("127.0.0.9",)}
    guard = Guard.of(["127.0.0.0/8"], [site.port])
    reason = reason_of(client(guard=guard).fetch, site.url("/a", "gone.example"))
    assert reason.startswith("its robots.txt is unavailable (the connection failed (")
    assert names.requests == ["gone.example"] * 3


# Bounds


def silent(site: Site) -> Page:
    """Return a page that never arrives."""

    def page(_asked: Asked, _send: Send) -> None:
        site.closing.wait(10)

    return page


def dripping(site: Site, beginning: bytes) -> Page:
    """Return a page that arrives one byte at a time."""

    def page(_asked: Asked, send: Send) -> None:
        send(beginning)
        while not site.closing.wait(0.02):
            send(b"a")

    return page


def test_a_silent_host_times_out(client: Clients, site: Site) -> None:
    site.pages["/a"] = silent(site)
    limits = Limits(read=0.05)
    reason = reason_of(client(limits=limits).fetch, site.url("/a"))
    assert reason == "did not answer in time (timed out), 3 times in a row"


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\na: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_host_that_sends_byte_by_byte_times_out(client: Clients, site: Site, beginning: bytes) -> None:
    """In the header as in the body; there is no other attempt, because the time for all of them is over."""
    site.pages["/a"] = dripping(site, beginning)
    clock = Clock(sleep=lambda _: None)
    reason = reason_of(client(limits=Limits(whole=0.3), clock=clock).fetch, site.url("/a"))
    assert reason.startswith("took longer than 0.3 s (did not answer in time (")
    assert site.paths == ["/a"]


def test_the_time_of_an_address_is_that_of_its_redirects_together(
    client: Clients, site: Site, waiting: Waiting, names: Names
) -> None:
    names.takes = lambda: waiting.sleep(11)
    for length in range(1, 6):
        site.pages["/" + "a" * length] = redirect("/" + "a" * (length + 1))
    reason = reason_of(client().fetch, site.url("/a"))
    assert reason == f"leads to {site.url('/aaa')}: took longer than 30 s (did not answer in time (after 30 s))"
    assert site.paths == ["/a", "/aa"]


def test_waits_for_a_host_are_bounded_together(client: Clients, site: Site, waiting: Waiting) -> None:
    site.pages["/a"] = answer(status=503, retry_after="40")
    reason = reason_of(client().fetch, site.url("/a"))
    assert reason == "answered 503 Service Unavailable, and would require a wait of 40 s"
    assert (waiting.waits, site.paths) == ([1.0, 40.0], ["/a", "/a"])


def endless(piece: bytes, head: bytes = b"") -> Page:
    """Return an endless page."""

    def page(_asked: Asked, send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while True:
            send(piece)

    return page


def bomb(size: int) -> bytes:
    """Return compressed zeros."""
    return gzip.compress(bytes(size))


LONG: dict[str, Page] = {
    "one byte too long": answer(b"a" * 10_001),
    "endless": endless(b"a" * 10_000),
    "endless chunks": endless(b"1\r\na\r\n" * 1000, b"transfer-encoding: chunked\r\n"),
    "a bomb": answer(bomb(1_000_000), content_encoding="gzip"),
    "endless gzip": endless(bomb(0), b"content-encoding: gzip\r\n"),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("page", LONG)
def test_a_body_over_the_limit_is_refused(client: Clients, site: Site, page: str) -> None:
    site.pages["/a"] = LONG[page]
    fetch = client(limits=Limits(body=10_000)).fetch
    assert reason_of(fetch, site.url("/a")) == "holds more than 10000 bytes"
    assert site.paths == ["/a"]


def test_a_body_at_the_limit_is_taken(client: Clients, site: Site) -> None:
    site.pages["/a"] = answer(b"a" * 10_000)
    assert len(document_of(client(limits=Limits(body=10_000)).fetch(site.url("/a"))).body) == 10_000


def test_real_time_is_waited_by_default(client: Clients, site: Site) -> None:
    """The delay is as short as can be distinguished from none."""
    site.pages["/a"] = answer("Ferry")
    exchange = Exchange(Guard.of(["127.0.0.1"], [site.port]), "Dateline", resolve=Names())
    started = time.monotonic()
    type(client())(exchange, delay=0.05).fetch(site.url("/a"))
    assert time.monotonic() - started >= 0.05


# What is known already


class Memory(dict[str, Visit]):
    """Stores visits as a database would."""

    def of(self, found: FetchResult) -> FetchResult:
        """Store the visit of a result."""
        self[found.visit.url] = found.visit
        return found


@pytest.mark.parametrize("validators", [{"etag": 'W/"1"'}, {"last_modified": "Mon, 02 Mar 2026 10:00:00 GMT"}])
def test_what_did_not_change_is_not_sent_again(
    client: Clients, site: Site, waiting: Waiting, validators: dict[str, str]
) -> None:
    site.pages["/a"] = conditional("Ferry", **validators)
    memory = Memory()
    first = memory.of(client(known=memory.get).fetch(site.url("/a")))
    waiting.seconds += 100
    second = memory.of(client(known=memory.get).fetch(site.url("/a")))
    assert document_of(first).body == b"Ferry"
    assert second.document is None
    assert (second.visit.status, second.visit.content_hash) == (304, first.visit.content_hash)
    assert second.visit.fetched_at - first.visit.fetched_at >= 100
    site.pages["/a"] = conditional("Ferry sails", **dict.fromkeys(validators, "changed"))
    third = memory.of(client(known=memory.get).fetch(site.url("/a")))
    assert document_of(third).body == b"Ferry sails"
    assert third.visit.status == 200


def test_the_same_bytes_are_the_same_document(client: Clients, site: Site) -> None:
    """This works for hosts without validators, too."""
    site.pages["/a"] = answer("Ferry")
    memory = Memory()
    memory.of(client(known=memory.get).fetch(site.url("/a")))
    assert memory.of(client(known=memory.get).fetch(site.url("/a"))).document is None
    assert "if-none-match" not in site.requests[-1].headers


def test_each_place_of_a_redirect_is_known_by_itself(client: Clients, site: Site) -> None:
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = conditional("Ferry", etag='"b"')
    site.pages["/c"] = conditional("Tide", etag='"c"')
    memory = Memory()
    memory.of(client(known=memory.get).fetch(site.url("/a")))
    assert memory.of(client(known=memory.get).fetch(site.url("/a"))).document is None
    site.pages["/a"] = redirect("/c")
    assert document_of(memory.of(client(known=memory.get).fetch(site.url("/a")))).body == b"Tide"
    assert list(memory) == [site.url("/b"), site.url("/c")]
