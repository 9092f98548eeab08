"""What a host asks robots to do: robots.txt after RFC 9309, and the delay between requests that many add to it."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

import httpx

from seed.fetch.body import TooLongError
from seed.fetch.clock import Budget
from seed.fetch.errors import ForbiddenError, NotFetchedError, TooManyRedirectsError
from seed.fetch.guard import host_of, port_of
from seed.fetch.http_exchange import Reply
from seed.fetch.redirects import followed
from seed.fetch.retries import Asking

LIMIT = 500 * 1024
"""Bytes of a robots.txt that are read; the rest is passed over (RFC 9309 2.5)."""

PRODUCT = "dateline"
"""What groups call us; in small letters, as they are compared without case."""

_LINE_END = re.compile(r"\r\n?|\n")

_TOKEN = re.compile(r"[A-Za-z_-]+|\*")

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?")

KEPT = 500
"""Hosts whose rules are in memory; a list that goes to and fro between more of them asks for some again."""

Site = tuple[str, str, int]


class Rule(NamedTuple):
    """Whether the paths that a pattern covers may be asked for."""

    pattern: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for us; `delay` in seconds between requests, `closed` why nothing at all may be asked."""

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    closed: str | None = None

    def allows(self, path: str) -> bool:
        """Whether path and query may be asked for: the longest pattern decides, of two as long the one that allows."""
        if self.closed is not None:
            return False
        plain = normal(path)
        found = [(len(rule.pattern), rule.allowed) for rule in self.rules if covers(rule.pattern, plain)]
        return max(found, default=(0, True))[1]


def parse(content: bytes) -> Robots:
    """The groups that name us, taken together; without one, those for everybody."""
    groups = _Groups()
    for row in _LINE_END.split(content[:LIMIT].decode("utf-8-sig", "replace")):
        name, colon, value = row.partition("#")[0].partition(":")
        if colon:
            groups.take(name.strip().lower(), value.strip())
    return groups.ours() or groups.everybodys() or Robots()


class _Groups:
    """What was read so far: the rules by product, and which products the next rule is for."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._delays: dict[str, float] = {}
        self._named: list[str] = []
        self._naming = False

    def take(self, name: str, value: str) -> None:
        if name == "user-agent":
            self._name(value)
        elif name in {"allow", "disallow"}:
            self._naming = False
            for product in self._named if value else ():
                self._rules[product].append(Rule(normal(value), name == "allow"))
        elif name == "crawl-delay":
            self._naming = False
            for product in self._named if _SECONDS.fullmatch(value) else ():
                self._delays[product] = float(value)

    def _name(self, value: str) -> None:
        if not self._naming:
            self._named = []
        self._naming = True
        match = _TOKEN.match(value)
        product = match[0].lower() if match else ""
        # Groups for others need no room: there may be thousands of them.
        if product in {PRODUCT, "*"}:
            self._named.append(product)
            self._rules.setdefault(product, [])

    def ours(self) -> Robots | None:
        return self._robots(PRODUCT)

    def everybodys(self) -> Robots | None:
        return self._robots("*")

    def _robots(self, product: str) -> Robots | None:
        if product not in self._rules:
            return None
        return Robots(tuple(self._rules[product]), self._delays.get(product, 0.0))


def normal(path: str) -> str:
    """A path as it is compared: what needs no escape has none, everything else has one in capitals (RFC 9309 2.2.2)."""
    return _ESCAPE.sub(_unescaped, quote(path, safe="!$&'()*+,;=:@/?%[]~"))


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _PLAIN else match[0].upper()


def covers(pattern: str, path: str) -> bool:
    """Whether a pattern covers the beginning of a path, with `*` for any characters and `$` for the end.

    Parts are found one after the other, so that no pattern takes more than its length times that of the path.
    """
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for part in rest:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    if not pattern.endswith("$"):
        return True
    # The last part has to be the end, not only to come somewhere.
    return path.endswith(rest[-1]) if rest else at == len(path)


class HouseRules:
    """What each host, by scheme and port, asks of us."""

    def __init__(self, asking: Asking) -> None:
        self.kept = KEPT
        self._asking = asking
        self._kept: dict[Site, Robots] = {}

    def of(self, url: httpx.URL) -> Robots:
        """The rules of the host of an address."""
        site = (url.scheme, host_of(url), port_of(url))
        if site not in self._kept:
            if len(self._kept) >= self.kept:
                del self._kept[next(iter(self._kept))]
            self._kept[site] = self._read(url.copy_with(raw_path=b"/robots.txt"))
        return self._kept[site]

    def _read(self, url: httpx.URL) -> Robots:
        exchange = self._asking.exchange
        budget = Budget(exchange.limits.whole, self._asking.clock)

        def ask(hop: httpx.URL) -> Reply:
            return self._asking.ask(hop, {}, budget=budget, limit=LIMIT)

        try:
            _, reply = followed(url, ask, guard=exchange.guard, limit=exchange.limits.redirects)
        except TooManyRedirectsError:
            return Robots()  # RFC 9309 2.3.1.2: as if there were none
        except TooLongError as error:
            return parse(error.beginning)
        except ForbiddenError as error:
            return Robots(closed=str(error))
        except NotFetchedError as error:
            # RFC 9309 2.3.1.4: who cannot be asked has to be taken to allow nothing.
            return Robots(closed=f"its robots.txt could not be had ({error}), which allows nothing")
        return parse(reply.body) if reply.status == httpx.codes.OK else Robots()
