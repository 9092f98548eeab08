"""Parts of a text that show what was found in it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

LENGTH = 200
"""Code points of a snippet: two or three lines of a list."""

BEFORE = 60
"""Code points before what was found: about ten words, so that one sees who or what is spoken of."""

MOST_SNIPPETS = 3
"""Snippets of an article: what still reads as an item of a list."""

_SPACE = re.compile(r"\s+")
_LAST_SPACE = re.compile(r"\s+\S*\Z")


class Span(NamedTuple):
    """Code points of a field, and the value of a parameter that was found there."""

    start: int
    end: int
    parameter: str
    value: str


class Snippet(NamedTuple):
    """Code points of a field, and the spans that lie in them, in order."""

    field: str
    start: int
    end: int
    spans: tuple[Span, ...]


def snippets(texts: Mapping[str, str], found: Mapping[str, Collection[Span]]) -> list[Snippet]:
    """Return the snippets that show most of what was found in some fields, in the order of the fields and of place.

    Those go first that show more values which no other has shown yet, then more spans, then what comes first.
    """
    all_ = [snippet for field, text in texts.items() for snippet in _cut(field, text, sorted(found.get(field, ())))]
    best: list[int] = []
    shown: set[tuple[str, str]] = set()
    rest = dict(enumerate(all_))
    while rest and len(best) < MOST_SNIPPETS:
        place = min(rest, key=lambda at: (-len(_values(rest[at]) - shown), -len(rest[at].spans), at))
        shown |= _values(rest.pop(place))
        best.append(place)
    return [all_[place] for place in sorted(best)]


def _values(snippet: Snippet) -> set[tuple[str, str]]:
    return {(span.parameter, span.value) for span in snippet.spans}


def _cut(field: str, text: str, spans: Sequence[Span]) -> Iterator[Snippet]:
    """Yield snippets from left to right until each span lies in one."""
    end = at = 0
    while at < len(spans):
        first = spans[at]
        start = _start(text, max(end, first.start - BEFORE), first.start)
        end = _end(text, max(first.end, start + LENGTH), first.end)
        inside = at + 1
        while inside < len(spans) and spans[inside].start < end:
            if spans[inside].end > end:
                # Whatever does not fit as a whole begins the next one.
                end = max(spans[inside].start, *(span.end for span in spans[at:inside]))
                break
            inside += 1
        held = tuple(spans[at:inside])
        stop = max(start + len(text[start:end].rstrip()), *(span.end for span in held))
        yield Snippet(field, start, stop, held)
        at = inside


def _start(text: str, at: int, latest: int) -> int:
    """Return where a word begins, from `at` on; `at` itself where no space parts words."""
    space = None if at == 0 or at >= latest or text[at - 1].isspace() else _SPACE.search(text, at, latest)
    start = space.end() if space else min(at, latest)
    blank = _SPACE.match(text, start, latest)
    return blank.end() if blank else start


def _end(text: str, at: int, earliest: int) -> int:
    """Return where a word ends, up to `at`; `at` itself where no space parts words."""
    if at >= len(text):
        return len(text)
    space = None if text[at].isspace() else _LAST_SPACE.search(text, earliest, at)
    return space.start() if space else at
