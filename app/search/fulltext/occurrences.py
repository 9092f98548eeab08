"""Where the leaves of a text query occur in a text, as ranges of its code points.

Words are compared as the tokenizer yields them; order and distance are those of the tokens, and tokens of scripts
without spaces may overlap.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from app.deadline import check_deadline
from app.text.query_tree import Leaf, Near, Term
from app.text.tokenizer import joined, tokens, words

Range = tuple[int, int]
"""First token and the token after the last one."""

Span = tuple[int, int]
"""First code point and the code point after the last one."""


# The terms of a query are compared with each text of a page.
_words_of = lru_cache(words)


@lru_cache
def _joined_forms_of(text: str) -> frozenset[str]:
    return frozenset(token.token for token in joined(text))


class SearchedText:
    """A text and the places of its words."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._joined = joined(text)
        self._words = [token.token for token in self._tokens]
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            self._places.setdefault(word, []).append(place)

    def spans(self, leaf: Leaf) -> list[Span]:
        """Return the code points in which a leaf occurs, in order; occurrences that overlap are one."""
        ranges = self._near(leaf) if isinstance(leaf, Near) else self._term(leaf)
        spans = [(self._tokens[first].start, self._tokens[last - 1].end) for first, last in ranges]
        if isinstance(leaf, Term) and leaf.kind == "word":
            spans += self._joined_spans(leaf)
        return list(_merged(sorted(spans)))

    def _joined_spans(self, word: Term) -> list[Span]:
        """Return where the text has a joined form that is the word, or the joined form of the word."""
        own = _words_of(word.text)
        forms = _joined_forms_of(word.text).union(own if len(own) == 1 else ())
        spans = [(token.start, token.end) for token in self._joined if token.token in forms]
        return spans + [self._tokens[place][1:] for form in forms for place in self._places.get(form, ())]

    def _term(self, term: Term) -> list[Range]:
        """Return the occurrences of a term, in order."""
        first, *others = _words_of(term.text)
        count = 1 + len(others)
        if term.kind != "prefix":
            starts = self._places.get(first, ())
            return [(at, at + count) for at in starts if self._words[at + 1 : at + count] == others]
        *middle, beginning = first, *others
        lasts = sorted(at for word, places in self._places.items() if word.startswith(beginning) for at in places)
        firsts = (at - len(middle) for at in lasts)
        return [(at, at + count) for at in firsts if at >= 0 and self._words[at : at + len(middle)] == middle]

    def _near(self, near: Near) -> set[Range]:
        """Return the occurrences of the terms of a group where all of them are near each other."""
        occurrences = [self._term(term) for term in near.terms]
        starts = [[first for first, _ in ranges] for ranges in occurrences]
        close: set[Range] = set()
        for last_start in sorted({first for ranges in occurrences for first, _ in ranges}):
            group: list[Range] = []
            for ranges, own_starts in zip(occurrences, starts, strict=True):
                length = ranges[0][1] - ranges[0][0] if ranges else 0
                low = bisect_left(own_starts, last_start - near.distance - length)
                high = bisect_right(own_starts, last_start)
                if low == high:
                    break
                group += ranges[low:high]
            else:
                close.update(group)
        return close


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield sorted spans, those that overlap as one."""
    start = end = -1
    for first, last in spans:
        if first >= end:
            if end >= 0:
                yield start, end
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, end


def find_leaves(leaves: Iterable[Leaf], texts: Mapping[str, str]) -> dict[str, list[tuple[Leaf, int, int]]]:
    """Return for each text, by the name of its field, the occurrences of leaves as (leaf, start, end)."""
    wanted = list(dict.fromkeys(leaves))
    found: dict[str, list[tuple[Leaf, int, int]]] = {field: [] for field in texts}
    for field, text in texts.items() if wanted else ():
        check_deadline()
        searched = SearchedText(text)
        own = (leaf for leaf in wanted if field == "title" or not leaf.in_title)
        found[field] += [(leaf, *span) for leaf in own for span in searched.spans(leaf)]
    return found
