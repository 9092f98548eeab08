"""The robots.txt of each host, asked for once."""

import httpx

from seed.fetch.asking import Asking
from seed.fetch.body import TooLongError
from seed.fetch.clock import Budget
from seed.fetch.exchange import Reply
from seed.fetch.failures import ForbiddenError, NotFetchedError, TooManyRedirectsError
from seed.fetch.guard import host_of, port_of
from seed.fetch.redirects import followed
from seed.fetch.robots import LIMIT, Robots, parse

KEPT = 500
"""Hosts whose rules are in memory; a list that goes to and fro between more of them asks for some again."""

Site = tuple[str, str, int]


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
