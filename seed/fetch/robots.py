"""Rules of robots.txt according to RFC 9309, and the common `Crawl-delay` extension."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

import httpx

from seed.fetch.body import TooLongError
from seed.fetch.clock import TimeBudget
from seed.fetch.errors import ForbiddenError, NotFetchedError, TooManyRedirectsError
from seed.fetch.guard import host_of, port_of
from seed.fetch.http_exchange import HttpResponse
from seed.fetch.redirects import follow_redirects
from seed.fetch.retries import RetryingRequester

MAX_ROBOTS_BYTES = 500 * 1024
"""Maximum number of bytes read of a robots.txt; the rest is ignored (RFC 9309 2.5)."""

PRODUCT_NAME = "dateline"
"""Our product token in robots.txt, in lowercase: tokens are compared without case."""

_LINE_END = re.compile(r"\r\n?|\n")

_TOKEN = re.compile(r"[A-Za-z_-]+|\*")

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")

MAX_CACHED_SITES = 500
"""Number of hosts whose rules are cached; with more hosts in turn, some robots.txt are requested again."""

Site = tuple[str, str, int]


class Rule(NamedTuple):
    """Whether the paths that match a pattern may be requested."""

    pattern: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for us; `delay` is in seconds, `closed` the reason why nothing may be requested."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    closed: str | None = None

    def allows(self, path: str) -> bool:
        """Return whether path and query may be requested: the longest match decides; in a tie, one that allows."""
        if self.closed is not None:
            return False
        normalized = normalize_path(path)
        matching = [(len(rule.pattern), rule.allowed) for rule in self.rules if matches_path(rule.pattern, normalized)]
        return max(matching, default=(0, True))[1]


def parse_robots(content: bytes) -> Robots:
    """Return the rules of all groups for us together; without one, of the groups for everybody."""
    groups = _Groups()
    for row in _LINE_END.split(content[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")):
        name, colon, value = row.partition("#")[0].partition(":")
        if colon:
            groups.add_line(name.strip().lower(), value.strip())
    return groups.our_rules() or groups.rules_for_everybody() or Robots()


class _Groups:
    """Collects the rules by product token while reading, and the tokens to which the next rule applies."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._delays: dict[str, float] = {}
        self._current_products: list[str] = []
        self._in_agent_lines = False

    def add_line(self, name: str, value: str) -> None:
        if name == "user-agent":
            self._add_product(value)
        elif name in {"allow", "disallow"}:
            self._in_agent_lines = False
            for product in self._current_products if value else ():
                self._rules[product].append(Rule(normalize_path(value), name == "allow"))
        elif name == "crawl-delay":
            self._in_agent_lines = False
            for product in self._current_products if _SECONDS.fullmatch(value) else ():
                self._delays[product] = float(value)

    def _add_product(self, value: str) -> None:
        if not self._in_agent_lines:
            self._current_products = []
        self._in_agent_lines = True
        match = _TOKEN.match(value)
        product = match[0].lower() if match else ""
        # Groups for others are not stored: there may be thousands of them.
        if product in {PRODUCT_NAME, "*"}:
            self._current_products.append(product)
            self._rules.setdefault(product, [])

    def our_rules(self) -> Robots | None:
        return self._robots(PRODUCT_NAME)

    def rules_for_everybody(self) -> Robots | None:
        return self._robots("*")

    def _robots(self, product: str) -> Robots | None:
        if product not in self._rules:
            return None
        return Robots(tuple(self._rules[product]), self._delays.get(product, 0.0))


def normalize_path(path: str) -> str:
    """Return a path normalised for comparison: only necessary escapes, in capitals (RFC 9309 2.2.2)."""
    return _ESCAPE.sub(_normalize_escape, quote(path, safe="!$&'()*+,;=:@/?%[]~"))


def _normalize_escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def matches_path(pattern: str, path: str) -> bool:
    """Return whether a pattern matches the beginning of a path; `*` stands for any characters, `$` for the end.

    Segments are searched one after the other, so the time is at most the product of both lengths.
    """
    prefix, *segments = pattern.removesuffix("$").split("*")
    if not path.startswith(prefix):
        return False
    position = len(prefix)
    for segment in segments:
        start = path.find(segment, position)
        if start < 0:
            return False
        position = start + len(segment)
    if not pattern.endswith("$"):
        return True
    # The last segment must be at the end, not just anywhere.
    return path.endswith(segments[-1]) if segments else position == len(path)


class RobotsCache:
    """Cached robots.txt rules by scheme, host and port."""

    def __init__(self, requester: RetryingRequester) -> None:
        self.max_sites = MAX_CACHED_SITES
        self._requester = requester
        self._rules: dict[Site, Robots] = {}

    def rules_for(self, url: httpx.URL) -> Robots:
        """Return the rules that apply to a URL."""
        site = (url.scheme, host_of(url), port_of(url))
        if site not in self._rules:
            if len(self._rules) >= self.max_sites:
                del self._rules[next(iter(self._rules))]
            self._rules[site] = self._fetch(url.copy_with(raw_path=b"/robots.txt"))
        return self._rules[site]

    def _fetch(self, url: httpx.URL) -> Robots:
        exchange = self._requester.exchange
        budget = TimeBudget(exchange.limits.whole, self._requester.clock)

        def request(hop: httpx.URL) -> HttpResponse:
            return self._requester.request(hop, {}, budget=budget, limit=MAX_ROBOTS_BYTES)

        try:
            _, response = follow_redirects(url, request, guard=exchange.guard, limit=exchange.limits.redirects)
        except TooManyRedirectsError:
            return Robots()  # RFC 9309 2.3.1.2: as if there were no robots.txt
        except TooLongError as error:
            return parse_robots(error.beginning)
        except ForbiddenError as error:
            return Robots(closed=str(error))
        except NotFetchedError as error:
            # RFC 9309 2.3.1.4: an unreachable robots.txt disallows everything.
            return Robots(closed=f"its robots.txt is unavailable ({error}), so nothing is allowed")
        return parse_robots(response.body) if response.status == httpx.codes.OK else Robots()
