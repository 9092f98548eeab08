"""Pages of lists in answers of limited size: as many items as fit, and a cursor for the next one.

The cursor of a tool wraps that of the API: the size of the page, the number of its items that were returned before, the
corpus version in which they were, and the cursor of the page itself.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from app.mcp.answers import Answer, as_text
from app.mcp.links import Pair
from app.mcp.parameters import DEFAULT_LIMIT
from app.mcp.quotes import count_tokens

AnswerT = TypeVar("AnswerT", bound=Answer)

_CURSOR = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,18})\.(.*)", re.DOTALL)

# The JSON of a result around its text and its data.
ENVELOPE_TOKENS = 100
"""Tokens that are kept for what is around text and data."""


class Place(NamedTuple):
    """Where a page of an answer begins: a page of the API, and the number of its items to skip."""

    limit: str
    skipped: int = 0
    version: int = 0
    cursor: str = ""

    def pairs(self) -> list[Pair]:
        """Return the page as parameters of the API."""
        return [("limit", self.limit), *([("cursor", self.cursor)] if self.cursor else [])]

    def skipped_in(self, version: int) -> int:
        """Return the number of items to skip: none after a publish, since some may be new. Then items may repeat."""
        return self.skipped if version == self.version else 0


def split_page(pairs: Sequence[Pair]) -> tuple[list[Pair], Place]:
    """Return the parameters that are not of paging, and the place that the others name.

    A cursor that is not ours is left to the API, which refuses it; so are a second one and a second limit.
    """
    cursors = [value for name, value in pairs if name == "cursor"]
    match = _CURSOR.fullmatch(cursors[0]) if len(cursors) == 1 else None
    if match is None:
        limited = any(name == "limit" for name, _ in pairs)
        return list(pairs), Place("" if limited else str(DEFAULT_LIMIT))
    filters = [pair for pair in pairs if pair[0] not in {"limit", "cursor"}]
    return filters, Place(match[1], int(match[2]), int(match[3]), match[4])


def size(answer: Answer) -> int:
    """Return the size of an answer in tokens, as data and as text together."""
    return count_tokens(answer.model_dump(by_alias=True)) + count_tokens(as_text(answer)) + ENVELOPE_TOKENS


def largest(build: Callable[[int], AnswerT], most: int, max_tokens: int) -> AnswerT:
    """Return the largest answer of the sizes 0 to `most`, such as numbers of items, that fits; at least that of 1."""
    low, high = min(1, most), most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(build(middle)) <= max_tokens else (low, middle - 1)
    return build(low)
