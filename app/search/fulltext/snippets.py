"""Snippets: extracts of a text that show where it matches."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

# Two or three lines of a list.
SNIPPET_LENGTH = 200
"""Code points of a snippet."""

# About ten words: enough to see who or what the snippet is about.
CONTEXT_LENGTH = 60
"""Code points of a snippet before its first span."""

# More would no longer read as an item of a list.
MAX_SNIPPETS = 3
"""Maximum number of snippets per article."""

_SPACE = re.compile(r"\s+")
_LAST_SPACE = re.compile(r"\s+\S*\Z")


class Span(NamedTuple):
    """A range of code points of a field, end exclusive, and the parameter value that it matches."""

    start: int
    end: int
    parameter: str
    value: str


class Snippet(NamedTuple):
    """A range of code points of a field, end exclusive, and the spans in it, in order."""

    field: str
    start: int
    end: int
    spans: tuple[Span, ...]


def snippets(texts: Mapping[str, str], spans: Mapping[str, Collection[Span]]) -> list[Snippet]:
    """Return the best snippets of some fields, in the order of the fields and of their offsets.

    The best snippet is the one with the most values that no better one shows, then with the most spans, then the first.
    """
    candidates = [
        snippet for field, text in texts.items() for snippet in _cut(field, text, sorted(spans.get(field, ())))
    ]
    best: list[int] = []
    shown_values: set[tuple[str, str]] = set()
    remaining = dict(enumerate(candidates))
    while remaining and len(best) < MAX_SNIPPETS:
        index = min(
            remaining, key=lambda at: (-len(_values(remaining[at]) - shown_values), -len(remaining[at].spans), at)
        )
        shown_values |= _values(remaining.pop(index))
        best.append(index)
    return [candidates[index] for index in sorted(best)]


def _values(snippet: Snippet) -> set[tuple[str, str]]:
    return {(span.parameter, span.value) for span in snippet.spans}


def _cut(field: str, text: str, spans: Sequence[Span]) -> Iterator[Snippet]:
    """Yield snippets from left to right until each span is in one."""
    end = at = 0
    while at < len(spans):
        first = spans[at]
        start = _word_start(text, max(end, first.start - CONTEXT_LENGTH), first.start)
        end = _word_end(text, max(first.end, start + SNIPPET_LENGTH), first.end)
        next_at = at + 1
        while next_at < len(spans) and spans[next_at].start < end:
            if spans[next_at].end > end:
                # A span that does not fit as a whole starts the next snippet.
                end = max(spans[next_at].start, *(span.end for span in spans[at:next_at]))
                break
            next_at += 1
        inside = tuple(spans[at:next_at])
        stop = max(start + len(text[start:end].rstrip()), *(span.end for span in inside))
        yield Snippet(field, start, stop, inside)
        at = next_at


def _word_start(text: str, at: int, latest: int) -> int:
    """Return the first start of a word from `at` to `latest`; `at` itself if no space separates words."""
    space = None if at == 0 or at >= latest or text[at - 1].isspace() else _SPACE.search(text, at, latest)
    start = space.end() if space else min(at, latest)
    blank = _SPACE.match(text, start, latest)
    return blank.end() if blank else start


def _word_end(text: str, at: int, earliest: int) -> int:
    """Return the last end of a word from `earliest` to `at`; `at` itself if no space separates words."""
    if at >= len(text):
        return len(text)
    space = None if text[at].isspace() else _LAST_SPACE.search(text, earliest, at)
    return space.start() if space else at
